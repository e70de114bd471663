import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { newestSchema, ofNewerRelease } from '../migrations/migrate.ts'

type Client = Pick<pg.ClientBase, 'query'>

/** Which state of which database a server has. */
export interface Seen {
  /** PostgreSQL gives it to a database and all its copies when the first is made */
  readonly system: string
  /** one higher with each standby that became primary: the copies that did not follow it stay behind */
  readonly timeline: number
  /** what the first node that met this timeline called it: two standbys may each begin one with the same number */
  readonly epoch?: string | undefined
}

export interface Examined extends Seen {
  readonly isStandby: boolean
  readonly hasEpochs: boolean
}

/** A server is there, and must not be used. The message is the end of a sentence about it. */
export class NotPrimary extends Error {}

/** A newer release has migrated the database: whoever does not know how it is kept now must leave it alone. */
export class NewerSchema extends NotPrimary {}

/** Asks a server what it is. Every role may ask so. @throws NotPrimary when it is no PostgreSQL */
export async function examine(client: Client): Promise<Examined> {
  await requireLocks(client)
  const { rows } = await client.query<Examined>(
    `select pg_is_in_recovery() as "isStandby", to_regclass('store_meta') is not null as "hasEpochs",
       (select system_identifier::text from pg_control_system()) as system,
       case when pg_is_in_recovery()
         then (select greatest(min_recovery_end_timeline, timeline_id) from pg_control_recovery(), pg_control_checkpoint())
         else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end as timeline`,
  )
  const [examined] = rows
  if (!examined) throw new Error('it does not say what it is')
  return examined
}

/**
 * Databases that speak as PostgreSQL does may take advisory locks in name only, which would let commits run into each
 * other without any error.
 */
async function requireLocks(client: Client): Promise<void> {
  const { rows } = await client.query<{ version: string }>('select version() as version')
  const product = /CockroachDB \S+ \S+|\S+-YB-\S+/.exec(rows[0]?.version ?? '')?.[0]
  if (product === undefined) return
  await client.query('begin')
  await client.query('select pg_advisory_xact_lock(7712)')
  const held = await client.query(`select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()`)
  await client.query('rollback')
  if (held.rowCount === 0)
    throw new NotPrimary(`is ${product}, whose advisory locks exclude nobody; commits rely on them`)
}

/** Why a server must not be used, by what was seen of it and others: the end of a sentence about it (SEC-55). */
export function reasonAgainst(server: Examined, ...seen: readonly (Seen | undefined)[]): string | undefined {
  if (server.isStandby) return 'is a standby'
  const newest = Math.max(...seen.map((other) => (other?.system === server.system ? other.timeline : 0)))
  if (server.timeline >= newest) return undefined
  return `is a former primary or an old copy: its timeline is ${server.timeline}, and ${newest} was seen`
}

/** @throws NewerSchema also when the database was brought there under a server that is using it */
export async function requireKnownSchema(client: Client, server: Examined): Promise<void> {
  if (!server.hasEpochs) return
  const { rows } = await client.query<{ value: string }>(`select value from store_meta where name = 'schema_version'`)
  const version = Number(rows[0]?.value ?? 0)
  if (version > newestSchema) throw new NewerSchema(ofNewerRelease(version))
}

/**
 * The epoch of a primary, which gets one when it is the first since a standby became primary. That is a commit: where
 * commits wait for a standby, whoever is cut off from all of them gets no epoch.
 */
export async function epochOf(client: Client, server: Examined): Promise<string | undefined> {
  if (!server.hasEpochs) return undefined
  const timeline = `${server.system} ${server.timeline} `
  const read = async (): Promise<string | undefined> => {
    const { rows } = await client.query<{ value: string }>(`select value from store_meta where name = 'epoch'`)
    return rows[0]?.value
  }
  const present = await read()
  if (present?.startsWith(timeline)) return present
  await client.query(
    `insert into store_meta (name, value) values ('epoch', $1)
     on conflict (name) do update set value = excluded.value where store_meta.value = $2`,
    [timeline + randomUUID(), present ?? ''],
  )
  return read()
}
