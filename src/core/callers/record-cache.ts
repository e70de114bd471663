import type { Kms } from '../kms.ts'
import type { RecordKind, RecordReader, Stored } from '../records.ts'

/** A record, or its absence, as it was when a value was made of it. */
interface Read {
  readonly kind: RecordKind<object>
  readonly id: string
  readonly found: Stored<object> | undefined
}

interface Entry<Value> {
  readonly value: Value
  readonly read: readonly Read[]
}

const mostEntries = 10_000

/**
 * Values made of records, kept as long as none of the records changes. Each use compares what was read then with what
 * is stored now, which costs a look into memory per record and no SQL.
 */
export class RecordCache<Value> {
  readonly #entries = new WeakMap<Kms, Map<string, Entry<Value>>>()

  /** @param make - reads through the reader that it is given; absence is not remembered */
  async get(kms: Kms, name: string, make: (reader: RecordReader) => Promise<Value | undefined>) {
    if (kms.sealing.isSealed) this.clear(kms)
    const entries = this.#entriesOf(kms)
    const known = entries.get(name)
    if (known !== undefined && (await isAsRead(kms.records, known.read))) return known.value
    entries.delete(name)
    const { reader, read } = noting(kms.records)
    const value = await make(reader)
    if (value === undefined) return undefined
    for (const oldest of entries.keys()) {
      if (entries.size < mostEntries) break
      entries.delete(oldest)
    }
    entries.set(name, { value, read })
    return value
  }

  clear(kms: Kms): void {
    this.#entries.delete(kms)
  }

  #entriesOf(kms: Kms): Map<string, Entry<Value>> {
    const known = this.#entries.get(kms)
    if (known) return known
    const entries = new Map<string, Entry<Value>>()
    this.#entries.set(kms, entries)
    return entries
  }
}

async function isAsRead(records: RecordReader, read: readonly Read[]): Promise<boolean> {
  for (const { kind, id, found } of read) {
    const now = await records.get(kind, id)
    // Revisions start anew when a record is deleted and made again; the bodies differ then.
    if (now?.revision !== found?.revision || now?.body !== found?.body) return false
  }
  return true
}

/** A reader that remembers what it read. Lists cannot be watched this way, so they are refused. */
function noting(records: RecordReader): { reader: RecordReader; read: readonly Read[] } {
  const read: Read[] = []
  const reader: RecordReader = {
    async get<Body extends object>(kind: RecordKind<Body>, id: string): Promise<Stored<Body> | undefined> {
      const found = await records.get(kind, id)
      read.push({ kind: kind as unknown as RecordKind<object>, id, found })
      return found
    },
    list: () => Promise.reject(new TypeError('a cached value cannot depend on a list')),
  }
  return { reader, read }
}
