import type { Change, Store, StoredRecord } from '../store.ts'
import { underRevision } from './authentic-record.ts'
import type { Keyring } from './keyring.ts'

/** What a store held at a moment, to go back to: for tests, since going back is what records are kept from. */
export class Snapshot {
  readonly #store: Store
  readonly #keyring: Keyring
  readonly #isKept: (kind: string) => boolean
  readonly #saved: ReadonlyMap<string, StoredRecord>

  private constructor(options: SnapshotOptions, saved: ReadonlyMap<string, StoredRecord>) {
    this.#store = options.store
    this.#keyring = options.keyring
    this.#isKept = options.isKept
    this.#saved = saved
  }

  /** @returns nothing for a store with more than `mostRecords`: it is read as a whole, and kept in memory */
  static async take(options: SnapshotOptions): Promise<Snapshot | undefined> {
    const saved = await recordsOf(options.store, mostRecords)
    return saved && new Snapshot(options, saved)
  }

  /**
   * Makes the records say what they said. Each change is a new one, so that nobody takes what was read before for what
   * holds now.
   *
   * @throws Conflict when somebody changes records at the same time
   */
  async restore(): Promise<void> {
    const now = (await recordsOf(this.#store)) ?? new Map()
    await this.#store.commit([...this.#undone(now), ...this.#missing(now)])
  }

  #undone(now: ReadonlyMap<string, StoredRecord>): readonly Change[] {
    return [...now].flatMap(([name, record]): readonly Change[] => {
      const { kind, id, revision } = record
      if (this.#isKept(kind)) return []
      const saved = this.#saved.get(name)
      if (saved === undefined) return [{ type: 'delete', kind, id, revision }]
      const isSame = saved.revision === revision && saved.body === record.body
      return isSame ? [] : [{ type: 'update', record: underRevision(this.#keyring, saved, revision + 1) }]
    })
  }

  #missing(now: ReadonlyMap<string, StoredRecord>): readonly Change[] {
    const missing = [...this.#saved].filter(([name, { kind }]) => !(now.has(name) || this.#isKept(kind)))
    return missing.map(([, record]) => ({ type: 'insert', record: underRevision(this.#keyring, record, 1) }))
  }
}

export interface SnapshotOptions {
  readonly store: Store
  readonly keyring: Keyring
  /** records of such kinds are left as they are */
  readonly isKept: (kind: string) => boolean
}

const mostRecords = 10_000
const pageLength = 1000

/** @returns nothing when there are more than `most` */
async function recordsOf(
  store: Store,
  most = Number.POSITIVE_INFINITY,
): Promise<ReadonlyMap<string, StoredRecord> | undefined> {
  const found = new Map<string, StoredRecord>()
  for (let after = 0; ; ) {
    const { records, position } = await store.scan(after, pageLength)
    for (const record of records) found.set(`${record.kind}\0${record.id}`, record)
    if (found.size > most) return undefined
    if (records.length === 0) return found
    after = position
  }
}
