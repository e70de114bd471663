import { Kysely, sql } from 'kysely'
import type { Scanned, StoredRecord } from '../core/store.ts'
import { type Engine, StoreUnusable } from './engine.ts'
import { newestSchema, schemaVersion } from './migrations/migrate.ts'
import { openEngine, type StoreOptions } from './open-store.ts'
import { selectAfter, selectEnd, selectRecords } from './queries.ts'
import { fromRow, storable } from './rows.ts'
import type { Tables } from './schema.ts'

/** The records of one moment, whatever is changed while they are read. */
export interface Snapshot {
  get(kind: string, id: string): Promise<StoredRecord | undefined>
  /** as `Store.scan` */
  scan(after: number, limit: number): Promise<Scanned>
}

/**
 * Reads a database that a server may be using, without being in the way of a writer, and without changing anything.
 *
 * @throws StoreUnusable when it cannot be read, or another release has written it
 */
export async function readSnapshot<T>(options: StoreOptions, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const engine = await openEngine(options.engine === 'sqlite' ? { ...options, isReader: true } : options)
  const database = new Kysely<Tables>({ dialect: engine.dialect })
  const begin = options.engine === 'sqlite' ? sql`begin deferred` : sql`begin isolation level repeatable read read only`
  try {
    return await database.connection().execute(async (connection) => {
      await begin.execute(connection)
      try {
        await requireSchema(connection, engine)
        return await work(snapshotOf(connection, engine))
      } finally {
        await sql`commit`.execute(connection)
      }
    })
  } finally {
    await database.destroy()
  }
}

const snapshotOf = (connection: Kysely<Tables>, engine: Engine): Snapshot => ({
  async get(kind, id) {
    const rows = selectRecords(connection, engine).where('kind', '=', kind).where('id', '=', storable(id))
    const row = await rows.executeTakeFirst()
    return row && fromRow(row)
  },
  async scan(after, limit) {
    const rows = await selectAfter(connection, engine, after, limit).execute()
    const { end } = await selectEnd(connection).executeTakeFirstOrThrow()
    const position = rows.at(-1)?.position ?? after
    return { records: rows.map(fromRow), position, end: Math.max(end ?? 0, position) }
  },
})

async function requireSchema(connection: Kysely<Tables>, { location }: Engine): Promise<void> {
  const version = await schemaVersion(connection).catch((cause: unknown) => {
    throw new StoreUnusable(`${location} holds no deployment.`, { cause })
  })
  if (version === newestSchema) return
  const way = version < newestSchema ? 'Start the server once, which brings it up to date.' : 'Use that release.'
  throw new StoreUnusable(`${location} was written by another release of Keyhaven (schema ${version}). ${way}`)
}
