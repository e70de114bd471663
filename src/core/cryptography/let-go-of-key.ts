import type { LetGoOfKey } from '../letting-go.ts'
import { encryptionCounts } from './encryption-counts.ts'

/** Versions that are gone encrypt no more. */
export const letGoOfEncryptionCounts: LetGoOfKey = async (transaction, { versionIds }) => {
  for (const versionId of versionIds) {
    const count = await transaction.get(encryptionCounts, versionId)
    if (count) await transaction.delete(encryptionCounts, count)
  }
}
