import { createHash } from 'node:crypto'
import { PostgresDialect, type RawBuilder, sql } from 'kysely'
import pg from 'pg'
import { type Claim, type Engine, StoreUnusable } from '../engine.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database?…` */
  readonly url: string
  /** connections of this process; 10 unless given */
  readonly maxConnections?: number
}

/**
 * Connects to a PostgreSQL database that the caller made.
 * @param warn - told of server settings under which acknowledged changes may be lost (SEC-50)
 * @throws StoreUnusable when it cannot be reached or takes no writes
 */
export async function postgresEngine(options: PostgresOptions, warn: (message: string) => void): Promise<Engine> {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 5000,
    application_name: 'keyhaven',
    types: { getTypeParser },
  })
  // An idle connection that breaks is replaced by the pool; unheard, the event would end the process.
  pool.on('error', () => undefined)
  const location = `The PostgreSQL database ${nameOf(options.url)}`
  try {
    await checkSettings(pool, (text) => warn(`${location} ${text}`))
  } catch (error) {
    await pool.end()
    throw new StoreUnusable(`${location} ${describe(error)}`, { cause: error })
  }
  return {
    location,
    dialect: new PostgresDialect({ pool }),
    columnTypes: {
      position: sql`bigint generated always as identity primary key`,
      integer: sql`bigint`,
      text: sql`text collate "C"`,
      bytes: sql`bytea`,
      keyedTable: sql``,
    },
    set: (values) =>
      typeof values[0] === 'number'
        ? sql<never>`(select unnest(${values}::bigint[]))`
        : sql<never>`(select unnest(${values}::text[]))`,
    indexEntriesAt: (position): RawBuilder<string | null> =>
      sql`(select json_agg(json_build_array(name, value))::text from record_indexes where position = ${position})`,
    claim: async (transaction, claims) => {
      const locks = locksFor(claims)
      await sql`select case when is_write then pg_advisory_xact_lock(lock) else pg_advisory_xact_lock_shared(lock) end
        from unnest(${locks.map(({ lock }) => lock)}::bigint[], ${locks.map(({ isWrite }) => isWrite)}::boolean[])
          as claims(lock, is_write)`.execute(transaction)
    },
    isConflict: (error) => conflictStates.has(sqlState(error) ?? ''),
    // Dead rows stay until PostgreSQL vacuums; what is sealed in them needs the root key still.
    scrub: () => undefined,
  }
}

/** 8-byte integers are positions and revisions, far below 2^53. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as 'text')

/** Claims above this number take one lock that excludes every other commit, since PostgreSQL's lock table is finite. */
const maxLocks = 500
const everything = '0'

interface Lock {
  readonly lock: string
  readonly isWrite: boolean
}

/**
 * Advisory locks, because a record that must not exist has no row to lock. Always taken in the order of their numbers:
 * two commits can wait for each other in one direction only. Equal hashes of unequal records merely wait needlessly.
 */
function locksFor(claims: readonly Claim[]): readonly Lock[] {
  if (claims.length > maxLocks) return [{ lock: everything, isWrite: true }]
  const writes = new Map<string, boolean>()
  for (const { kind, id, isWrite } of claims) {
    const lock = createHash('sha256')
      .update(JSON.stringify([kind, id]))
      .digest()
      .readBigInt64BE()
      .toString()
    writes.set(lock, isWrite || writes.get(lock) === true)
  }
  const locks = [...writes].map(([lock, isWrite]) => ({ lock, isWrite }))
  return [
    { lock: everything, isWrite: false },
    ...locks.sort((first, second) => (first.lock < second.lock ? -1 : first.lock > second.lock ? 1 : 0)),
  ]
}

async function checkSettings(pool: pg.Pool, warn: (text: string) => void): Promise<void> {
  const { rows } = await pool.query<{ name: string; setting: string }>(
    `select name, setting from pg_settings where name in
      ('fsync', 'synchronous_commit', 'full_page_writes', 'transaction_read_only', 'server_encoding')`,
  )
  const settings = new Map(rows.map(({ name, setting }) => [name, setting]))
  if (settings.get('transaction_read_only') === 'on') throw new Error('it is read-only, perhaps a standby')
  if (settings.get('server_encoding') !== 'UTF8') throw new Error('its encoding is not UTF8')
  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    if (settings.get(name) !== 'off') continue
    warn(`has ${name}=off: changes that were acknowledged may be lost when the machine fails. Turn it on.`)
  }
}

// unique_violation, serialization_failure, deadlock_detected
const conflictStates: ReadonlySet<string> = new Set(['23505', '40001', '40P01'])

const sqlState = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError && error.code !== undefined ? error.code : undefined

/** Host and database without user and password. */
function nameOf(url: string): string {
  if (!URL.canParse(url)) return '(address not readable)'
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}

function describe(error: unknown): string {
  const reason = error instanceof AggregateError ? error.errors.map(String).join(', ') : (error as Error).message
  return `cannot be used: ${reason}`
}
