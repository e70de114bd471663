import { createHash } from 'node:crypto'
import { type Kysely, PostgresDialect, type RawBuilder, sql } from 'kysely'
import pg from 'pg'
import { CommitFailed, carefulDialect } from '../careful-dialect.ts'
import { type Claim, type Engine, StoreUnusable } from '../engine.ts'
import type { Tables } from '../schema.ts'
import type { PoolWatch } from './pool-watch.ts'
import { postgresAddress } from './postgres-address.ts'
import { isLostConnection, postgresOutage } from './postgres-outage.ts'
import { PostgresServers, type SeenMemory } from './postgres-servers.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database?…`, with commas between several hosts of which one is the primary */
  readonly url: string
  /** connections of this process; 10 unless given */
  readonly maxConnections?: number
  /** what is known of the database from before; nothing unless given */
  readonly memory?: SeenMemory | undefined
  /** told how its connections fare */
  readonly watch?: PoolWatch | undefined
}

/** How long a connection may take to be made, and a statement to be answered: longer, and the database is away. */
const patienceMs = 5000

/**
 * Connects to a PostgreSQL database that the caller made.
 * @param warn - told of server settings under which acknowledged changes may be lost (SEC-50)
 * @throws StoreUnusable when it cannot be reached or takes no writes
 */
export async function postgresEngine(options: PostgresOptions, warn: (message: string) => void): Promise<Engine> {
  const { url, maxConnections = 10, memory, watch } = options
  const { servers: addresses, name } = postgresAddress(url)
  const location = `The PostgreSQL database ${name}`
  const tell = (text: string): void => warn(`${location} ${text}`)
  const servers = new PostgresServers({ servers: addresses, maxConnections, patienceMs, memory, warn: tell, watch })
  try {
    await servers.begin()
    await checkSettings(servers, addresses.length, tell)
  } catch (error) {
    await servers.end()
    throw new StoreUnusable(`${location} ${describe(error)}`, { cause: error })
  }
  return {
    location,
    dialect: carefulDialect(new PostgresDialect({ pool: servers })),
    columnTypes: {
      position: sql`bigint generated always as identity primary key`,
      integer: sql`bigint`,
      text: sql`text collate "C"`,
      bytes: sql`bytea`,
      keyedTable: sql``,
      writesOneAtATime: false,
    },
    readInOneMoment,
    set: (values) =>
      typeof values[0] === 'number'
        ? sql<never>`(select unnest(${values}::bigint[]))`
        : sql<never>`(select unnest(${values}::text[]))`,
    indexEntriesAt: (position): RawBuilder<string | null> =>
      sql`(select json_agg(json_build_array(name, value))::text from record_indexes where position = ${position})`,
    claim: async (transaction, claims) => {
      const locks = locksFor(claims)
      // A node that stops in the middle of a transaction must not keep its locks for ever.
      await sql`select set_config('idle_in_transaction_session_timeout', '10s', true), case when is_write then pg_advisory_xact_lock(lock) else pg_advisory_xact_lock_shared(lock) end
        from unnest(${locks.map(({ lock }) => lock)}::bigint[], ${locks.map(({ isWrite }) => isWrite)}::boolean[])
          as claims(lock, is_write)`.execute(transaction)
    },
    settle: async (transaction) => {
      // The server may have committed what no standby has, if it crashed in between. A commit waits for all before it.
      await sql`select pg_logical_emit_message(true, 'keyhaven', '')`.execute(transaction)
    },
    isMomentary: isLostConnection,
    // An ERROR is the server's word that it did not commit. With anything worse, or nothing, the connection was lost.
    isUnclear: (error) => !(error instanceof pg.DatabaseError && error.severity === 'ERROR'),
    outage: postgresOutage,
    isConflict: (error) => conflictStates.has(sqlState(error) ?? ''),
  }
}

async function readInOneMoment<T>(
  database: Kysely<Tables>,
  work: (database: Kysely<Tables>) => Promise<T>,
): Promise<T> {
  const transaction = database.transaction().setIsolationLevel('repeatable read').setAccessMode('read only')
  try {
    return await transaction.execute(work)
  } catch (error) {
    // there is nothing whose fate could be unclear
    throw error instanceof CommitFailed ? error.cause : error
  }
}

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

async function checkSettings(servers: PostgresServers, count: number, warn: (text: string) => void): Promise<void> {
  const client = await servers.connect()
  const { rows } = await client
    .query<{ name: string; setting: string }>(
      `select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes',
        'transaction_read_only', 'server_encoding', 'synchronous_standby_names')`,
      [],
    )
    .finally(() => client.release())
  const settings = new Map(rows.map(({ name, setting }) => [name, setting]))
  if (settings.get('transaction_read_only') === 'on') throw new Error('it is read-only, perhaps a standby')
  if (settings.get('server_encoding') !== 'UTF8') throw new Error('its encoding is not UTF8')
  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    if (settings.get(name) !== 'off') continue
    warn(`has ${name}=off: changes that were acknowledged may be lost when the machine fails. Turn it on.`)
  }
  if (count === 1 || settings.get('synchronous_standby_names') !== '') return
  warn(
    'has several servers, and commits wait for no standby: changes that were acknowledged may be lost when another becomes primary. Set synchronous_standby_names.',
  )
}

// unique_violation, serialization_failure, deadlock_detected
const conflictStates: ReadonlySet<string> = new Set(['23505', '40001', '40P01'])

const sqlState = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError && error.code !== undefined ? error.code : undefined

function describe(error: unknown): string {
  return postgresOutage(error)?.what ?? `cannot be used (${error instanceof Error ? error.message : String(error)}).`
}
