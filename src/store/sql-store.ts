import { Kysely } from 'kysely'
import { type Change, Conflict, type Filter, type Page, type Store, type StoredRecord } from '../core/store.ts'
import { commitChanges } from './commit.ts'
import type { Engine } from './engine.ts'
import { migrate } from './migrations/migrate.ts'
import { selectPage, selectRecords, selectTotal } from './queries.ts'
import { fromRow, storable } from './rows.ts'
import type { Tables } from './schema.ts'

/** The one implementation of {@link Store}, over any engine. */
export class SqlStore implements Store {
  readonly #engine: Engine
  readonly #database: Kysely<Tables>

  private constructor(engine: Engine) {
    this.#engine = engine
    this.#database = new Kysely<Tables>({ dialect: engine.dialect })
  }

  /** @throws StoreUnusable when the database was written by a newer release */
  static async open(engine: Engine): Promise<SqlStore> {
    const store = new SqlStore(engine)
    try {
      await migrate(store.#database, engine)
      return store
    } catch (error) {
      await store.close()
      throw error
    }
  }

  async get(kind: string, id: string): Promise<StoredRecord | undefined> {
    const row = await selectRecords(this.#database, this.#engine)
      .where('kind', '=', kind)
      .where('id', '=', storable(id))
      .executeTakeFirst()
    return row && fromRow(row)
  }

  async list(kind: string, filter: Filter, page: Page): Promise<{ items: StoredRecord[]; total: number }> {
    const rows = await selectPage(this.#database, this.#engine, kind, filter, page).execute()
    const { total } =
      rows[0] ?? (await selectTotal(this.#database, this.#engine, kind, filter).executeTakeFirstOrThrow())
    return { items: rows.map(fromRow), total: total ?? 0 }
  }

  async commit(changes: readonly Change[]): Promise<void> {
    const [first] = changes
    if (first === undefined) return
    try {
      const hasDestroyedSecrets = await this.#database
        .transaction()
        .execute((transaction) => commitChanges(transaction, this.#engine, changes))
      if (hasDestroyedSecrets) this.#engine.scrub()
    } catch (error) {
      if (!this.#engine.isConflict(error)) throw error
      const { kind, id } = 'record' in first ? first.record : first
      throw new Conflict(kind, id)
    }
  }

  close(): Promise<void> {
    return this.#database.destroy()
  }
}
