import type { Kms } from '../kms.ts'
import type { RecordKind, RecordReader, Stored } from '../records.ts'

interface Entry<Value> {
  readonly value: Value
  /** says whether everything the value was made of is still as it was */
  readonly isCurrent: () => Promise<boolean>
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
    if (known !== undefined && (await known.isCurrent())) return known.value
    entries.delete(name)
    const { reader, isCurrent } = noting(kms.records)
    const value = await make(reader)
    if (value === undefined) return undefined
    for (const oldest of entries.keys()) {
      if (entries.size < mostEntries) break
      entries.delete(oldest)
    }
    entries.set(name, { value, isCurrent })
    return value
  }

  clear(kms: Kms): void {
    this.#entries.delete(kms)
  }

  #entriesOf(kms: Kms): Map<string, Entry<Value>> {
    const entries = this.#entries.get(kms) ?? new Map<string, Entry<Value>>()
    this.#entries.set(kms, entries)
    return entries
  }
}

/** A reader that remembers what it read. Lists cannot be watched this way, so they are refused. */
function noting(records: RecordReader): { reader: RecordReader; isCurrent: () => Promise<boolean> } {
  const unchanged: (() => Promise<boolean>)[] = []
  const reader: RecordReader = {
    async get<Body extends object>(kind: RecordKind<Body>, id: string): Promise<Stored<Body> | undefined> {
      const found = await records.get(kind, id)
      unchanged.push(async () => {
        const now = await records.get(kind, id)
        // Revisions start anew when a record is deleted and made again; the bodies differ then.
        return now?.revision === found?.revision && now?.body === found?.body
      })
      return found
    },
    list: () => Promise.reject(new TypeError('a cached value cannot depend on a list')),
  }
  const isCurrent = async (): Promise<boolean> => {
    for (const check of unchanged) if (!(await check())) return false
    return true
  }
  return { reader, isCurrent }
}
