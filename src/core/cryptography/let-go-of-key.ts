import type { LetGoOfKey } from '../letting-go.ts'
import { countedIds, encryptionCounts } from './encryption-counts.ts'

/** Versions that are gone encrypt no more. */
export const letGoOfEncryptionCounts: LetGoOfKey = async (transaction, { versionIds }) => {
  for (const id of versionIds.flatMap(countedIds)) {
    const count = await transaction.get(encryptionCounts, id)
    if (count) await transaction.delete(encryptionCounts, count)
  }
}
