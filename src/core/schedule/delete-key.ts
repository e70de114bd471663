import { encryptionCounts } from '../cryptography/encryption-counts.ts'
import { importTokens } from '../key-material/import-token.ts'
import { aliases } from '../keys/alias.ts'
import { type Key, keys, keyTombstones, keyVersions } from '../keys/key.ts'
import type { Kms } from '../kms.ts'
import type { RecordKind, Transaction } from '../records.ts'
import { formatTime } from '../time.ts'

const batchSize = 500

/** Whether the time of a planned deletion has come. */
export const isDeletionDue = (kms: Kms, { state }: Key): boolean =>
  state.name === 'PendingDeletion' && Date.parse(state.deleteAt) <= kms.now().getTime()

/**
 * Deletes a key whose time has come: its versions with their material and counts, its aliases and import tokens. In the
 * same transaction a tombstone takes its place, so that the id is never used again.
 *
 * @returns whether the key was still there and due
 */
export function deleteKey(kms: Kms, keyId: string): Promise<boolean> {
  return kms.records.transaction(async (transaction) => {
    const key = await transaction.get(keys, keyId)
    if (!key || !isDeletionDue(kms, key.body)) return false
    for (const versionId of await deleteAllOf(transaction, keyVersions, keyId)) {
      const count = await transaction.get(encryptionCounts, versionId)
      if (count) await transaction.delete(encryptionCounts, count)
    }
    await deleteAllOf(transaction, aliases, keyId)
    await deleteAllOf(transaction, importTokens, keyId)
    await transaction.delete(keys, key)
    const { accountId } = key.body
    await transaction.insert(keyTombstones, keyId, { accountId, deletedAt: formatTime(kms.now()) })
    return true
  })
}

/** @returns the ids of what was deleted */
async function deleteAllOf<Body extends object>(
  transaction: Transaction,
  kind: RecordKind<Body>,
  keyId: string,
): Promise<readonly string[]> {
  const deleted: string[] = []
  for (let offset = 0; ; offset += batchSize) {
    const { items } = await transaction.list(kind, { key: [keyId] }, { offset, limit: batchSize })
    for (const { id } of items) {
      const record = await transaction.get(kind, id)
      if (record) await transaction.delete(kind, record)
      deleted.push(id)
    }
    if (items.length < batchSize) return deleted
  }
}
