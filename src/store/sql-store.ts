import { setTimeout as wait } from 'node:timers/promises'
import { Kysely, sql } from 'kysely'
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
import { type Applied, commitGroup } from './commit.ts'
import { CommitGroups } from './commit-groups.ts'
import { type Engine, StoreUnusable } from './engine.ts'
import { countedValue, positionsOfPage, totalInBlocks } from './index-blocks.ts'
import { migrate } from './migrations/migrate.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { selectAfter, selectAt, selectEnd, selectPage, selectRecords, selectTotal } from './queries.ts'
import { fromRow, storable } from './rows.ts'
import type { Tables } from './schema.ts'

/** For so long is tried again what may succeed in a moment. */
const momentMs = 1000
/** How long the outcome of a commit is looked for whose connection was lost. */
const unclearMs = 5000
const pauseMs = 50
/** how often is tried again to make the rest of deleted secrets go away */
const scrubMs = 1000

/** The one implementation of {@link Store}, over any engine. */
export class SqlStore implements Store {
  readonly #engine: Engine
  readonly #database: Kysely<Tables>
  /** Where writers come one after the other anyway; elsewhere the database itself lets them wait for the disk together. */
  readonly #groups: CommitGroups | undefined
  /** Set while the engine still keeps something of deleted secrets. What a former process left is found when opening. */
  #owedScrub: NodeJS.Timeout | undefined

  private constructor(engine: Engine) {
    this.#engine = engine
    this.#database = new Kysely<Tables>({ dialect: engine.dialect })
    const isMomentary = (error: unknown): boolean => engine.isMomentary(error)
    const apply = (group: readonly (readonly Change[])[]) => this.#patiently(() => this.#applyGroup(group))
    this.#groups = engine.columnTypes.writesOneAtATime ? new CommitGroups({ apply, isMomentary }) : undefined
  }

  /** @throws StoreUnusable when the database takes no writes, or was written by a newer release */
  static async open(engine: Engine): Promise<SqlStore> {
    const store = new SqlStore(engine)
    try {
      await store.#patiently(() => migrate(store.#database, engine))
      store.#scrub()
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

  list(kind: string, filter: Filter, page: Page): Promise<{ items: StoredRecord[]; total: number }> {
    const value = this.#engine.columnTypes.writesOneAtATime ? countedValue(filter) : undefined
    if (value !== undefined) return this.#read(() => this.#listCounted(kind, value, page))
    return this.#read(async () => {
      const rows = await selectPage(this.#database, this.#engine, kind, filter, page).execute()
      const { total } =
        rows[0] ?? (await selectTotal(this.#database, this.#engine, kind, filter).executeTakeFirstOrThrow())
      return { items: rows.map(fromRow), total: total ?? 0 }
    })
  }

  scan(after: number, limit: number): Promise<Scanned> {
    return this.#read(async () => {
      const rows = await selectAfter(this.#database, this.#engine, after, limit).execute()
      const { end } = await selectEnd(this.#database).executeTakeFirstOrThrow()
      const position = rows.at(-1)?.position ?? after
      return { records: rows.map(fromRow), position, end: Math.max(end ?? 0, position) }
    })
  }

  /** Reads only, so it takes no write lock: total and page are of one moment all the same. */
  #listCounted(kind: string, value: string, page: Page): Promise<{ items: StoredRecord[]; total: number }> {
    return this.#database.connection().execute(async (connection) => {
      await sql`begin deferred`.execute(connection)
      try {
        const total = await totalInBlocks(connection, kind, value)
        const positions = await positionsOfPage(connection, kind, value, page)
        const rows = positions.length === 0 ? [] : await selectAt(connection, this.#engine, positions, page).execute()
        return { items: rows.map(fromRow), total }
      } finally {
        await sql`commit`.execute(connection)
      }
    })
  }

  async commit(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return
    try {
      await (this.#groups?.commit(changes) ?? this.#patiently(() => this.#applyGroup([changes])))
    } catch (error) {
      const isUnclear = error instanceof CommitFailed && this.#engine.isUnclear(error.cause)
      if (!isUnclear || (await this.#outcome(changes)) !== 'applied') throw this.#explained(error, changes)
    }
  }

  async close(): Promise<void> {
    await this.#groups?.idle()
    clearTimeout(this.#owedScrub)
    await this.#database.destroy()
  }

  async #applyGroup(group: readonly (readonly Change[])[]): Promise<readonly Applied[]> {
    const applied = await this.#database
      .transaction()
      .execute((transaction) => commitGroup(transaction, this.#engine, group))
    const haveDestroyedSecrets = applied.some((each) => 'hasDestroyedSecrets' in each && each.hasDestroyedSecrets)
    if (haveDestroyedSecrets || this.#owedScrub !== undefined) this.#scrub()
    return applied
  }

  #scrub(): void {
    clearTimeout(this.#owedScrub)
    this.#owedScrub = this.#engine.scrub() ? undefined : setTimeout(() => this.#scrub(), scrubMs).unref()
  }

  async #read<T>(query: () => Promise<T>): Promise<T> {
    try {
      return await this.#patiently(query)
    } catch (error) {
      throw this.#explained(error)
    }
  }

  /** What failed before its COMMIT was not done at all. */
  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    for (const started = performance.now(); ; ) {
      try {
        return await work()
      } catch (error) {
        if (!this.#engine.isMomentary(error) || performance.now() - started > momentMs) throw error
      }
      await wait(pauseMs)
    }
  }

  /** What became of a commit; undefined when that cannot be found out in time. */
  async #outcome(changes: readonly Change[]): Promise<Outcome | undefined> {
    for (const started = performance.now(); performance.now() - started < unclearMs; await wait(pauseMs)) {
      try {
        return await this.#database
          .transaction()
          .execute((transaction) => outcomeOf(transaction, this.#engine, changes))
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
