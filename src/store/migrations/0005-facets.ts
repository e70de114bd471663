import { type Kysely, sql } from 'kysely'
import type { ColumnTypes } from '../schema.ts'
import { createBlocksOfMany, createBlocksOfOneWriter } from './index-block-tables.ts'

/** What keys and secrets are found by that has few values; one of each name. */
const facets: Readonly<Record<string, readonly string[]>> = {
  key: [
    ...['account', 'KeyState', 'KeySpec', 'KeyUsage', 'ProtectionLevel', 'CreatorType', 'Creator'],
    'DKMSInstanceId',
  ],
  secret: ['account', 'SecretType', 'Creator', 'DKMSInstanceId'],
}

/** Positions are counted and given facets so many at a time: no statement may take long where others wait for it. */
const positionsAtOnce = 2 ** 15

/**
 * Facets, and counts in blocks on every engine: of accounts and of facets. Where several write at once, a count is the sum
 * of rows that each adds without waiting for another.
 */
export async function countFacets(database: Kysely<never>, types: ColumnTypes): Promise<void> {
  // First the triggers: they wait for whoever is writing, and what he has written is seen afterwards.
  await (types.writesOneAtATime ? createBlocksOfOneWriter(database, types) : createBlocksOfMany(database, types))
  const { rows } = await sql<{ last: number }>`select coalesce(max(position), 0) as last from records`.execute(database)
  for (let from = 0; from <= (rows[0]?.last ?? 0); from += positionsAtOnce) {
    await countAccounts(database, from, from + positionsAtOnce)
    for (const [kind, names] of Object.entries(facets)) {
      await addFacets(database, types, { kind, names, from, to: from + positionsAtOnce })
    }
  }
}

const countAccounts = (database: Kysely<never>, from: number, to: number) =>
  sql`
    insert into index_blocks (kind, name, value, block, entries)
    select kind, name, value, position >> 12, count(*) from record_indexes
    where name = 'account' and position >= ${from} and position < ${to} group by 1, 2, 3, 4
  `.execute(database)

interface Part {
  readonly kind: string
  readonly names: readonly string[]
  readonly from: number
  readonly to: number
}

/** The triggers count them. */
async function addFacets(
  database: Kysely<never>,
  { writesOneAtATime }: ColumnTypes,
  { kind, names, from, to }: Part,
): Promise<void> {
  const pairs = writesOneAtATime
    ? sql`json_group_array(json_array(name, value) order by name)`
    : sql`'[' || string_agg('[' || to_json(name)::text || ',' || to_json(value)::text || ']', ',' order by name) || ']'`
  // Left to itself SQLite would walk through all entries of these names.
  const along = writesOneAtATime ? sql`indexed by record_indexes_position` : sql``
  await sql`
    insert into record_indexes (kind, name, value, position)
    select kind, 'facets', ${pairs}, position from record_indexes ${along}
    where kind = ${kind} and name in (${sql.join(names)}) and position >= ${from} and position < ${to}
    group by kind, position
  `.execute(database)
}
