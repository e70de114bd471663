import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { Kysely } from 'kysely'
import {
  type Change,
  Conflict,
  type Filter,
  type Page,
  type Scanned,
  type Store,
  type StoredRecord,
  StoreUnavailable,
} from '../core/store.ts'
import { CommitFailed } from './careful-dialect.ts'
import { commitChanges } from './commit.ts'
import type { Commits } from './commits.ts'
import { type Engine, StoreUnusable } from './engine.ts'
import { type Counted, facetsOf, locatePage, mayBeCounted, soleAccount } from './index-blocks.ts'
import { migrate } from './migrations/migrate.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { patiently } from './patience.ts'
import { selectAfter, selectAt, selectEnd, selectPage, selectRecords, selectTotal } from './queries.ts'
import { fromRow, storable } from './rows.ts'
import type { Tables } from './schema.ts'

/** How long the outcome of a commit is looked for whose connection was lost. */
const unclearMs = 5000
const pauseMs = 50

/** The one implementation of {@link Store}, over any engine. */
export class SqlStore implements Store {
  readonly #engine: Engine
  readonly #database: Kysely<Tables>
  #commits: Commits | undefined

  private constructor(engine: Engine) {
    this.#engine = engine
    this.#database = new Kysely<Tables>({ dialect: engine.dialect })
  }

  /** @throws StoreUnusable when the database takes no writes, or was written by a newer release */
  static async open(engine: Engine): Promise<SqlStore> {
    const store = new SqlStore(engine)
    if (engine.isReader) return store
    try {
      await store.#patiently(() => migrate(store.#database, engine))
      store.#commits = engine.commits?.(store.#database)
      return store
    } catch (error) {
      await store.close()
      const reason = store.#explained(error)
      throw reason instanceof StoreUnavailable ? new StoreUnusable(reason.message, { cause: error }) : reason
    }
  }

  get(kind: string, id: string): Promise<StoredRecord | undefined> {
    return this.#read(async () => {
      const row = await selectRecords(this.#database, this.#engine)
        .where('kind', '=', kind)
        .where('id', '=', storable(id))
        .executeTakeFirst()
      return row && fromRow(row)
    })
  }

  async list(kind: string, filter: Filter, page: Page): Promise<{ items: StoredRecord[]; total: number }> {
    const found = await this.#read(() => this.#find(kind, filter, page))
    // What SQLite reads never leaves the event loop: who reads list after list would keep it from everybody else.
    if (page.limit > 0) await nextTurn()
    return found
  }

  #find(kind: string, filter: Filter, page: Page): Promise<{ items: StoredRecord[]; total: number }> {
    const sole = soleAccount(filter)
    // one statement is of one moment anyway
    if (sole && page.limit === 0) return this.#listCounted(this.#database, kind, sole, page)
    if (!mayBeCounted(filter)) return this.#listMatching(this.#database, kind, filter, page)
    return this.#engine.readInOneMoment(this.#database, async (database) => {
      const counted = sole ?? (await facetsOf(database, kind, filter))
      return counted
        ? this.#listCounted(database, kind, counted, page)
        : this.#listMatching(database, kind, filter, page)
    })
  }

  async scan(after: number, limit: number): Promise<Scanned> {
    const scanned = await this.#read(async () => {
      const rows = await selectAfter(this.#database, this.#engine, after, limit).execute()
      const { end } = await selectEnd(this.#database).executeTakeFirstOrThrow()
      const position = rows.at(-1)?.position ?? after
      return { records: rows.map(fromRow), position, end: Math.max(end ?? 0, position) }
    })
    await nextTurn()
    return scanned
  }

  async #listCounted(database: Kysely<Tables>, kind: string, counted: Counted, page: Page) {
    const { total, positions } = await locatePage(database, this.#engine, kind, counted, page)
    const rows = positions.length === 0 ? [] : await selectAt(database, this.#engine, positions, page).execute()
    return { items: rows.map(fromRow), total }
  }

  async #listMatching(database: Kysely<Tables>, kind: string, filter: Filter, page: Page) {
    const rows = await selectPage(database, this.#engine, kind, filter, page).execute()
    const { total } = rows[0] ?? (await selectTotal(database, this.#engine, kind, filter).executeTakeFirstOrThrow())
    return { items: rows.map(fromRow), total: total ?? 0 }
  }

  async commit(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return
    try {
      await (this.#commits?.commit(changes) ?? this.#patiently(() => this.#apply(changes)))
    } catch (error) {
      const isUnclear = error instanceof CommitFailed && this.#engine.isUnclear(error.cause)
      if (!isUnclear || (await this.#outcome(changes)) !== 'applied') throw this.#explained(error, changes)
    }
  }

  async close(): Promise<void> {
    await this.#commits?.idle()
    // Before the connection that commits: the last one of a file writes down what its log still holds.
    await this.#database.destroy()
    await this.#commits?.close()
  }

  #apply(changes: readonly Change[]): Promise<void> {
    return this.#database.transaction().execute((transaction) => commitChanges(transaction, this.#engine, changes))
  }

  async #read<T>(query: () => Promise<T>): Promise<T> {
    try {
      return await this.#patiently(query)
    } catch (error) {
      throw this.#explained(error)
    }
  }

  #patiently<T>(work: () => Promise<T>): Promise<T> {
    return patiently((error) => this.#engine.isMomentary(error), work)
  }

  /** What became of a commit; undefined when that cannot be found out in time. */
  async #outcome(changes: readonly Change[]): Promise<Outcome | undefined> {
    for (const started = performance.now(); performance.now() - started < unclearMs; await wait(pauseMs)) {
      try {
        return await this.#database.transaction().execute(async (transaction) => {
          await this.#engine.settle?.(transaction)
          return outcomeOf(transaction, this.#engine, changes)
        })
      } catch (error) {
        if (!(this.#explained(error) instanceof StoreUnavailable)) throw error
      }
    }
    return undefined
  }

  /** The error as those who use a store know it; what they do not know is a fault and stays as it is. */
  #explained(error: unknown, [change]: readonly Change[] = []): unknown {
    const cause = error instanceof CommitFailed ? error.cause : error
    if (change && this.#engine.isConflict(cause)) {
      const { kind, id } = 'record' in change ? change.record : change
      return new Conflict(kind, id)
    }
    const outage = this.#engine.outage(cause)
    if (outage === undefined) return cause
    return new StoreUnavailable(`${this.#engine.location} ${outage.what}`, { cause, isReadable: outage.isReadable })
  }
}
