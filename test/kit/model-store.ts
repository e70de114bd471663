import {
  type Change,
  Conflict,
  type Filter,
  type Page,
  type Scanned,
  type Store,
  type StoredRecord,
} from '../../src/core/store.ts'

/** What a store means, said in the fewest words: the oracle that real stores are compared with. */
export class ModelStore implements Store {
  #records: readonly StoredRecord[] = []

  async get(kind: string, id: string): Promise<StoredRecord | undefined> {
    return this.#find(this.#records, kind, id)
  }

  async list(kind: string, filter: Filter, page: Page): Promise<{ items: readonly StoredRecord[]; total: number }> {
    const matches = this.#records.filter(
      (record) =>
        record.kind === kind &&
        Object.entries(filter).every(([name, values]) =>
          record.indexes.some(([entryName, value]) => entryName === name && values.includes(value)),
        ),
    )
    if (page.descending) matches.reverse()
    return { items: matches.slice(page.offset, page.offset + page.limit), total: matches.length }
  }

  /** Positions of a model count what there is; nothing is deleted while one scans it. */
  async scan(after: number, limit: number): Promise<Scanned> {
    const records = this.#records.slice(after, after + limit)
    return { records, position: after + records.length, end: this.#records.length }
  }

  async commit(changes: readonly Change[]): Promise<void> {
    for (const change of changes) {
      const { kind, id } = 'record' in change ? change.record : change
      if (this.#find(this.#records, kind, id)?.revision !== expectedRevision(change)) throw new Conflict(kind, id)
    }
    for (const change of changes) this.#records = apply(this.#records, change)
  }

  async close(): Promise<void> {}

  #find(records: readonly StoredRecord[], kind: string, id: string): StoredRecord | undefined {
    return records.find((record) => record.kind === kind && record.id === id)
  }
}

function expectedRevision(change: Change): number | undefined {
  if (change.type === 'insert' || change.type === 'once') return undefined
  if (change.type === 'update') return change.record.revision - 1
  return change.type === 'rekey' ? change.record.revision : change.revision
}

function apply(records: readonly StoredRecord[], change: Change): readonly StoredRecord[] {
  switch (change.type) {
    case 'insert':
      return [...records, change.record]
    case 'update':
    case 'rekey':
      return records.map((record) =>
        record.kind === change.record.kind && record.id === change.record.id ? change.record : record,
      )
    case 'delete':
      return records.filter((record) => record.kind !== change.kind || record.id !== change.id)
    case 'check':
    case 'once':
      return records
  }
}
