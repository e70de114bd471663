import { type Kysely, sql } from 'kysely'
import type { Filter, Page } from '../core/store.ts'
import { storable } from './rows.ts'
import type { Tables } from './schema.ts'

/** The index whose values many records share, so that its entries are counted in blocks of positions. */
export const countedIndex = 'account'
/** A block is 2¹² positions. */
export const blockBits = 12

/** The value that a filter asks the counted index for, if it asks for nothing else. */
export function countedValue(filter: Filter): string | undefined {
  const [entry, ...others] = Object.entries(filter)
  const [name, [value, ...alternatives] = []] = entry ?? []
  const isSole = others.length === 0 && alternatives.length === 0
  return name === countedIndex && isSole && value !== undefined ? storable(value) : undefined
}

/** How many records of the kind have this value. */
export async function totalInBlocks(database: Kysely<Tables>, kind: string, value: string): Promise<number> {
  const { total } = await database
    .selectFrom('index_blocks')
    .select(({ fn }) => fn.sum<number | null>('entries').as('total'))
    .where('kind', '=', kind)
    .where('value', '=', value)
    .executeTakeFirstOrThrow()
  return total ?? 0
}

/**
 * The positions of one page. The blocks before it are passed over by their counts; only within the block where it begins
 * entries are.
 */
export async function positionsOfPage(
  database: Kysely<Tables>,
  kind: string,
  value: string,
  page: Page,
): Promise<readonly number[]> {
  if (page.limit === 0) return []
  const direction = page.descending ? 'desc' : 'asc'
  const start = await startOfPage(database, kind, value, page)
  if (start === undefined) return []
  const from = start.block * 2 ** blockBits
  const rows = await database
    .selectFrom('record_indexes')
    .select('position')
    .where('kind', '=', kind)
    .where('name', '=', countedIndex)
    .where('value', '=', value)
    .where('position', page.descending ? '<' : '>=', page.descending ? from + 2 ** blockBits : from)
    .orderBy('position', direction)
    .limit(page.limit)
    .offset(page.offset - start.before)
    .execute()
  return rows.map(({ position }) => position)
}

/** The block in which a page begins, and how many entries come before that block; undefined behind the last page. */
async function startOfPage(
  database: Kysely<Tables>,
  kind: string,
  value: string,
  { offset, descending = false }: Page,
): Promise<{ readonly block: number; readonly before: number } | undefined> {
  const direction = sql.raw(descending ? 'desc' : 'asc')
  const blocks = database
    .selectFrom('index_blocks')
    .select(['block', 'entries'])
    .select(sql<number>`sum(entries) over (order by block ${direction})`.as('through'))
    .where('kind', '=', kind)
    .where('value', '=', value)
  const found = await database
    .selectFrom(blocks.as('blocks'))
    .select(['block', 'entries', 'through'])
    .where('through', '>', offset)
    .orderBy('through')
    .limit(1)
    .executeTakeFirst()
  return found && { block: found.block, before: found.through - found.entries }
}
