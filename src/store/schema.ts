import type { ColumnType, Generated, RawBuilder } from 'kysely'

/** The tables as the newest migration leaves them. */
export interface Tables {
  records: RecordsTable
  record_indexes: RecordIndexesTable
  /** what may not happen again before a time, in milliseconds since 1970 */
  happened: { mark: string; until: number }
  store_meta: { name: string; value: string }
  /** how many entries counted indexes have, by blocks of positions: the sum of what it says of a block */
  index_blocks: { kind: string; name: string; value: string; block: number; entries: number }
}

export interface RecordsTable {
  /** order of insertion; never given twice */
  position: Generated<number>
  kind: string
  id: string
  revision: number
  body: string
  sealed: ColumnType<Uint8Array | null>
  mac: Uint8Array
}

export interface RecordIndexesTable {
  kind: string
  name: string
  value: string
  position: number
}

/** How an engine spells the column types that differ. */
export interface ColumnTypes {
  /** a primary key that counts up by itself and never gives a number twice */
  readonly position: RawBuilder<unknown>
  readonly integer: RawBuilder<unknown>
  /** compared byte by byte */
  readonly text: RawBuilder<unknown>
  readonly bytes: RawBuilder<unknown>
  /** what follows the closing parenthesis of a table that is only reached through its primary key */
  readonly keyedTable: RawBuilder<unknown>
  /** nobody waits for a row that every writer changes, because writers come one after the other anyway */
  readonly writesOneAtATime: boolean
}
