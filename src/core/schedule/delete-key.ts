import { letGoOfAliases } from '../aliases/let-go-of-key.ts'
import { letGoOfEncryptionCounts } from '../cryptography/let-go-of-key.ts'
import { letGoOfImportTokens } from '../key-material/let-go-of-key.ts'
import { type Key, keyLastUse, keys, keyTombstones, keyVersions } from '../keys/key.ts'
import type { Kms } from '../kms.ts'
import { letGoOfLastUse } from '../last-use.ts'
import { deleteAllOf, type LetGoOfKey } from '../letting-go.ts'
import { formatTime } from '../time.ts'

/** Every family that keeps something about a key. */
const families: readonly LetGoOfKey[] = [
  letGoOfAliases,
  letGoOfImportTokens,
  letGoOfEncryptionCounts,
  (transaction, { keyId }) => letGoOfLastUse(transaction, keyLastUse(keyId)),
]

/** Whether the time of a planned deletion has come. */
export const isDeletionDue = (kms: Kms, { state }: Key): boolean =>
  state.name === 'PendingDeletion' && Date.parse(state.deleteAt) <= kms.now().getTime()

/**
 * Deletes a key whose time has come: its versions with their material, and what each family keeps about it. In the
 * same transaction a tombstone takes its place, so that the id is never used again.
 *
 * @returns whether the key was still there and due
 */
export function deleteKey(kms: Kms, keyId: string): Promise<boolean> {
  return kms.records.transaction(async (transaction) => {
    const key = await transaction.get(keys, keyId)
    if (!key || !isDeletionDue(kms, key.body)) return false
    const versionIds = await deleteAllOf(transaction, keyVersions, keyId)
    for (const letGo of families) await letGo(transaction, { keyId, versionIds })
    await transaction.delete(keys, key)
    const { accountId } = key.body
    await transaction.insert(keyTombstones, keyId, { accountId, deletedAt: formatTime(kms.now()) })
    return true
  })
}
