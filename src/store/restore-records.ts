import { Kysely } from 'kysely'
import type { StoredRecord } from '../core/store.ts'
import { insertRecords } from './commit.ts'
import { StoreUnusable } from './engine.ts'
import { migrate } from './migrations/migrate.ts'
import { openEngine, type StoreOptions } from './open-store.ts'
import type { Tables } from './schema.ts'

/**
 * Fills an empty database with records, all or none of them.
 *
 * @param finish - what has to succeed before they count
 * @throws StoreUnusable when there are records in it
 */
export async function restoreRecords(
  options: StoreOptions,
  batches: AsyncIterable<readonly StoredRecord[]>,
  finish: () => Promise<void>,
): Promise<void> {
  const engine = await openEngine(options)
  const database = new Kysely<Tables>({ dialect: engine.dialect })
  try {
    await migrate(database, engine)
    await database.transaction().execute(async (transaction) => {
      await engine.claim(transaction, [{ kind: 'store', id: 'schema', isWrite: true }])
      const found = await transaction.selectFrom('records').select('kind').limit(1).executeTakeFirst()
      if (found) throw new StoreUnusable(`${engine.location} holds records already: restore into an empty one.`)
      for await (const batch of batches) await insertRecords(transaction, batch)
      await finish()
    })
  } finally {
    await database.destroy()
  }
}
