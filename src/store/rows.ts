import type { IndexEntry, StoredRecord } from '../core/store.ts'

/** A record as the queries of queries.ts return it. */
export interface Row {
  readonly position: number
  readonly kind: string
  readonly id: string
  readonly revision: number
  readonly body: string
  readonly sealed: Uint8Array | null
  readonly mac: Uint8Array
  /** JSON text, see Engine.indexEntriesAt */
  readonly indexes: string | null
}

export function fromRow(row: Row): StoredRecord {
  return {
    kind: row.kind,
    id: readable(row.id),
    revision: row.revision,
    body: row.body,
    sealed: row.sealed ?? undefined,
    mac: row.mac,
    indexes: indexEntries(row).map(([name, value]): IndexEntry => [name, readable(value)]),
  }
}

/** The index entries of a row as they are stored. */
export const indexEntries = (row: Pick<Row, 'indexes'>): IndexEntry[] => JSON.parse(row.indexes ?? '[]') as IndexEntry[]

const jsonMark = 'json:'

/**
 * Text as both databases keep it exactly. PostgreSQL takes no NUL, and lone surrogates have no UTF-8, so text with such
 * characters (and, to stay unambiguous, text that looks escaped) is stored as JSON, which writes them as `\uXXXX`.
 */
export function storable(text: string): string {
  const isPlain = text.isWellFormed() && !text.includes('\0') && !text.startsWith(jsonMark)
  return isPlain ? text : jsonMark + JSON.stringify(text)
}

const readable = (text: string): string => (text.startsWith(jsonMark) ? JSON.parse(text.slice(jsonMark.length)) : text)

/** PostgreSQL refuses longer index keys (a third of a page); refused alike on every engine. */
const maxValueBytes = 2000

/** The entries of a record as they are stored, each once. */
export function storableEntries({ indexes }: StoredRecord): IndexEntry[] {
  const entries = new Map<string, IndexEntry>()
  for (const [name, value] of indexes) {
    if (Buffer.byteLength(value) > maxValueBytes) throw new RangeError(`index ${name} has a value of over 2000 bytes`)
    const stored = storable(value)
    entries.set(`${name}\0${stored}`, [name, stored])
  }
  return [...entries.values()]
}
