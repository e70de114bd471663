import type { RecordKind, Transaction } from './records.ts'

/** A key that is about to be deleted for good. */
export interface LeavingKey {
  readonly keyId: string
  readonly versionIds: readonly string[]
}

/**
 * What a family does when a key leaves: it deletes whatever it keeps about the key, in the transaction that deletes it.
 * Each family offers one in its `let-go-of-key.ts`; `schedule/delete-key.ts` calls them all.
 */
export type LetGoOfKey = (transaction: Transaction, key: LeavingKey) => Promise<void>

const batchSize = 500

/**
 * Deletes the records of a kind that belong to a key by their index `key`.
 *
 * @returns the ids of what was deleted
 */
export async function deleteAllOf<Body extends object>(
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
