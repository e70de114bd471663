import { type Expression, type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Filter, Page } from '../core/store.ts'
import type { Engine } from './engine.ts'
import { storable } from './rows.ts'
import type { Tables } from './schema.ts'

const recordColumns = ['records.position', 'kind', 'id', 'revision', 'body', 'sealed', 'mac'] as const

// Part of the same statement, so that a row and its index entries agree.
const indexes = (engine: Engine) => engine.indexEntriesAt(sql.ref('records.position')).as('indexes')

/** Whole records, to be narrowed down with `where`. */
export const selectRecords = (database: Kysely<Tables>, engine: Engine) =>
  database.selectFrom('records').select(recordColumns).select(indexes(engine))

/**
 * One page of the records that match, each with the total of all matches, from one snapshot. The page is cut out of the
 * positions first: otherwise SQLite would fetch and sort every matching record.
 */
export function selectPage(database: Kysely<Tables>, engine: Engine, kind: string, filter: Filter, page: Page) {
  const direction = page.descending ? 'desc' : 'asc'
  return database
    .with('matches', () => selectMatches(database, engine, kind, filter))
    .with('page', (creator) =>
      creator
        .selectFrom('matches')
        .select('position')
        .orderBy('position', direction)
        .limit(page.limit)
        .offset(page.offset),
    )
    .selectFrom('page')
    .innerJoin('records', 'records.position', 'page.position')
    .select(recordColumns)
    .select(indexes(engine))
    .select(({ selectFrom, fn }) => selectFrom('matches').select(fn.countAll<number>().as('count')).as('total'))
    .orderBy('page.position', direction)
}

/** The records at these positions, in the order of a page. */
export const selectAt = (
  database: Kysely<Tables>,
  engine: Engine,
  positions: readonly number[],
  { descending }: Pick<Page, 'descending'>,
) =>
  selectRecords(database, engine)
    .where('records.position', 'in', engine.set(positions))
    .orderBy('records.position', descending ? 'desc' : 'asc')

/** Records of every kind, in the order of their positions. */
export const selectAfter = (database: Kysely<Tables>, engine: Engine, after: number, limit: number) =>
  selectRecords(database, engine).where('records.position', '>', after).orderBy('records.position').limit(limit)

/** The highest position that is taken. */
export const selectEnd = (database: Kysely<Tables>) =>
  database.selectFrom('records').select(({ fn }) => fn.max<number | null>('position').as('end'))

/** The total alone, for a page without records, which cannot carry it. */
export const selectTotal = (database: Kysely<Tables>, engine: Engine, kind: string, filter: Filter) =>
  database
    .selectFrom(selectMatches(database, engine, kind, filter).as('matches'))
    .select(({ fn }) => fn.countAll<number>().as('total'))

/** The positions of the records of a kind that match every entry of a filter, each once. */
function selectMatches(database: Kysely<Tables>, engine: Engine, kind: string, filter: Filter) {
  const [first, ...others] = Object.entries(filter).map(([name, values]) =>
    database
      .selectFrom('record_indexes')
      .select('position')
      .distinct()
      .where('kind', '=', kind)
      .where('name', '=', name)
      .where(isOneOf(engine, 'value', values)),
  )
  const every = first ?? database.selectFrom('records').select('position').where('kind', '=', kind)
  return others.reduce((matches, other) => matches.intersect(other), every)
}

/** `column` equals one of the values; a single one is written as plain equality, which indexes serve in order. */
export function isOneOf(engine: Engine, column: string, values: readonly string[]): Expression<SqlBool> {
  const stored = values.map(storable)
  const right: RawBuilder<unknown> = stored.length === 1 ? sql`= ${stored[0]}` : sql`in ${engine.set(stored)}`
  return sql<SqlBool>`${sql.ref(column)} ${right}`
}
