import { type Kysely, type RawBuilder, sql } from 'kysely'
import { type Filter, facetsIndex, type Page } from '../core/store.ts'
import type { Engine } from './engine.ts'
import { isOneOf } from './queries.ts'
import type { Tables } from './schema.ts'

/** An index whose values many records share, so that its entries are counted in blocks of positions. */
const accountIndex = 'account'
const countedIndexes = [accountIndex, facetsIndex] as const
/** A block is 2¹² positions; the database counts in the same. */
const blockBits = 12

/** Values of a counted index: what a filter asks for. */
export interface Counted {
  readonly name: (typeof countedIndexes)[number]
  readonly values: readonly string[]
}

/** Where a page lies, and how many records there are on all pages. */
export interface Located {
  readonly total: number
  readonly positions: readonly number[]
}

interface Block {
  readonly block: number
  readonly entries: number
  /** entries up to its end */
  readonly through: number
}

/** Whether counted indexes may say what matches: whatever has facets belongs to an account, which is one of them. */
export const mayBeCounted = (filter: Filter): boolean => filter[accountIndex] !== undefined

/** All of one account, if nothing else is asked for. */
export function soleAccount(filter: Filter): Counted | undefined {
  const values = filter[accountIndex]
  const isSole = values?.length === 1 && Object.keys(filter).length === 1
  return isSole ? { name: accountIndex, values } : undefined
}

/**
 * The facets that match a filter; undefined when they do not say it: for names that are none, and while there are records
 * of a release that knew none.
 */
export async function facetsOf(database: Kysely<Tables>, kind: string, filter: Filter): Promise<Counted | undefined> {
  const wanted = Object.entries(filter).map(([name, values]) => ({ name, values: new Set(values) }))
  const known = (await valuesOf(database, kind, facetsIndex)).map((text) => ({ text, facets: facetsIn(text) }))
  const isKnown = known.length > 0 && known.every(({ facets }) => wanted.every(({ name }) => facets.has(name)))
  if (!isKnown || !(await isComplete(database, kind))) return undefined
  const matching = known.filter(({ facets }) => wanted.every(({ name, values }) => values.has(facets.get(name) ?? '')))
  return { name: facetsIndex, values: matching.map(({ text }) => text) }
}

const facetsIn = (text: string): ReadonlyMap<string, string> => new Map(JSON.parse(text) as [string, string][])

/** The blocks before a page are passed over by their counts; only in those that it lies in entries are. */
export async function locatePage(
  database: Kysely<Tables>,
  engine: Engine,
  kind: string,
  counted: Counted,
  page: Page,
): Promise<Located> {
  if (counted.values.length === 0) return { total: 0, positions: [] }
  const total = await totalOf(database, engine, kind, counted)
  if (page.limit === 0 || page.offset >= total) return { total, positions: [] }
  const blocks = await blocksOfPage(database, engine, kind, counted, page)
  const [first] = blocks
  if (first === undefined) return { total, positions: [] }
  const numbers = blocks.map(({ block }) => block)
  const rows = await entriesOf(database, engine, kind, counted)
    .select('position')
    .where('position', '>=', Math.min(...numbers) * 2 ** blockBits)
    .where('position', '<', (Math.max(...numbers) + 1) * 2 ** blockBits)
    .orderBy('position', page.descending ? 'desc' : 'asc')
    .limit(page.limit)
    .offset(page.offset - (first.through - first.entries))
    .execute()
  return { total, positions: rows.map(({ position }) => position) }
}

const entriesOf = (database: Kysely<Tables>, engine: Engine, kind: string, { name, values }: Counted) =>
  database
    .selectFrom('record_indexes')
    .where('kind', '=', kind)
    .where('name', '=', name)
    .where(isOneOf(engine, 'value', values))

const blocksOf = (database: Kysely<Tables>, engine: Engine, kind: string, { name, values }: Counted) =>
  database
    .selectFrom('index_blocks')
    .where('kind', '=', kind)
    .where('name', '=', name)
    .where(isOneOf(engine, 'value', values))

// The sum of 8-byte integers is of a wider type in PostgreSQL.
const entrySum: RawBuilder<number> = sql<number>`cast(coalesce(sum(entries), 0) as bigint)`

async function totalOf(database: Kysely<Tables>, engine: Engine, kind: string, counted: Counted): Promise<number> {
  const { total } = await blocksOf(database, engine, kind, counted)
    .select(entrySum.as('total'))
    .executeTakeFirstOrThrow()
  return total
}

/** The blocks that a page lies in, in its order. */
function blocksOfPage(
  database: Kysely<Tables>,
  engine: Engine,
  kind: string,
  counted: Counted,
  { offset, limit, descending = false }: Page,
): Promise<readonly Block[]> {
  const direction = sql.raw(descending ? 'desc' : 'asc')
  const sums = blocksOf(database, engine, kind, counted)
    .select('block')
    .select(entrySum.as('entries'))
    .groupBy('block')
    .as('sums')
  const blocks = database
    .selectFrom(sums)
    .select(['block', 'entries'])
    .select(sql<number>`cast(sum(entries) over (order by block ${direction}) as bigint)`.as('through'))
    .as('blocks')
  return database
    .selectFrom(blocks)
    .select(['block', 'entries', 'through'])
    .where('through', '>', offset)
    .where(sql<boolean>`through - entries < ${offset + limit}`)
    .orderBy('through')
    .execute()
}

/** The values of a counted index, each found by a step through the key of the table from the one before. */
async function valuesOf(database: Kysely<Tables>, kind: string, name: string): Promise<readonly string[]> {
  const next = (after: RawBuilder<unknown>) =>
    sql`(select min(value) from index_blocks where kind = ${kind} and name = ${name} and ${after})`
  const { rows } = await sql<{ value: string }>`
    with recursive stored (value) as (
      select ${next(sql`true`)}
      union all
      select ${next(sql`value > stored.value`)} from stored where stored.value is not null
    )
    select value from stored where value is not null
  `.execute(database)
  return rows.map(({ value }) => value)
}

/** Whether every record of the kind that belongs to an account has its facets. */
async function isComplete(database: Kysely<Tables>, kind: string): Promise<boolean> {
  const sums = await database
    .selectFrom('index_blocks')
    .select(['name', entrySum.as('total')])
    .where('kind', '=', kind)
    .groupBy('name')
    .execute()
  const [first, second] = sums
  return sums.length === countedIndexes.length && first?.total === second?.total
}
