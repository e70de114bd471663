import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate } from 'node:timers/promises'
import { changeRecorded } from '../before-change.ts'
import { KmsError } from '../errors.ts'
import { onceOfCall } from '../once.ts'
import type { Found, RecordKind, Records, Stored, Transaction } from '../records.ts'
import { type Change, Conflict, type Filter, type Page, type Store } from '../store.ts'
import { AccountKeys } from './account-keys.ts'
import { answeringStore } from './answering-store.ts'
import { fromStoredRecord, type OnTampering, tampered } from './authentic-record.ts'
import { ChangeCounts } from './change-counts.ts'
import { Keyring } from './keyring.ts'
import { RecordTransaction } from './record-transaction.ts'
import { RootKeyFollower } from './root-key-follower.ts'
import { SecretSealing } from './secret-sealing.ts'
import { VerifiedRecords } from './verified-records.ts'

export interface SealedRecordsOptions {
  readonly store: Store
  readonly randomBytes: (length: number) => Uint8Array
  /** for the log, the audit and a metric: somebody wrote to the database */
  readonly onTampering?: OnTampering
  /** the root key was changed while this process could not follow: it is sealed now */
  readonly onLost?: () => void
  /** how many records stay in memory; 20,000 unless given */
  readonly cachedRecords?: number
  /** how long a record in memory counts as what is stored; for ever unless given, when nobody else writes to the store */
  readonly cachedMs?: number | undefined
  readonly monotonicMs?: () => number
  /** where other threads write to the store too, what tells of their changes; of `changeCountsMemory` */
  readonly changes?: SharedArrayBuffer | undefined
}

const maxAttempts = 20

/**
 * Records over a store that is not trusted: authenticated, their secrets sealed, and kept in memory once verified.
 * Everything refuses with `ServiceUnavailableTemporary` until `keyring.unseal` was called, and again after `keyring.seal`.
 */
export class SealedRecords implements Records {
  readonly keyring = new Keyring()
  readonly sealing: SecretSealing
  /** takes over what others make of the root key */
  readonly follower: RootKeyFollower
  readonly #store: Store
  readonly #verified: VerifiedRecords
  readonly #randomBytes: (length: number) => Uint8Array
  readonly #isRetrying = new AsyncLocalStorage<true>()
  #retries: Promise<unknown> = Promise.resolve()

  constructor(options: SealedRecordsOptions) {
    const { randomBytes, onTampering = () => {}, onLost = () => {} } = options
    const { cachedRecords = 20_000, cachedMs, monotonicMs, changes } = options
    const { keyring } = this
    const store = answeringStore(options.store)
    this.#store = store
    this.#verified = new VerifiedRecords({
      ...{ capacity: cachedRecords, maxAgeMs: cachedMs, monotonicMs },
      changes: changes && new ChangeCounts(changes),
    })
    this.#randomBytes = randomBytes
    this.follower = new RootKeyFollower({ store, keyring, onTampering, onLost })
    const accountKeys = new AccountKeys({ store, keyring, randomBytes, follower: this.follower })
    this.sealing = new SecretSealing({ keyring, accountKeys, randomBytes, onTampering })
    keyring.whenSealed(() => this.#verified.forgetAll())
  }

  get<Body extends object>(kind: RecordKind<Body>, id: string): Promise<Stored<Body> | undefined> {
    const known = this.keyring.isSealed ? undefined : this.#verified.get(kind.name, id)
    return known ? Promise.resolve(known as Stored<Body>) : this.#read(kind, id)
  }

  async #read<Body extends object>(kind: RecordKind<Body>, id: string): Promise<Stored<Body> | undefined> {
    this.keyring.requireUnsealed()
    return this.follower.reading(async (onTampering) => {
      const mark = this.#verified.mark(kind.name, id)
      const found = await this.#store.get(kind.name, id)
      if (!found) return undefined
      // A row that answers to another name than its own was put there by somebody else.
      if (found.kind !== kind.name || found.id !== id) throw tampered(kind.name, id, onTampering)
      const record = fromStoredRecord<Body>(this.keyring, found, onTampering)
      if (!kind.isSeldomRead) this.#verified.keepRead(mark, kind.name, record)
      return record
    })
  }

  async list<Body extends object>(kind: RecordKind<Body>, filter: Filter, page: Page): Promise<Found<Body>> {
    this.keyring.requireUnsealed()
    return this.follower.reading(async (onTampering) => {
      const { items, total } = await this.#store.list(kind.name, filter, page)
      return {
        items: items.map((item) => {
          const record = fromStoredRecord<Body>(this.keyring, item, onTampering)
          if (item.kind !== kind.name || !matches(kind, record.body, filter)) {
            throw tampered(kind.name, item.id, onTampering)
          }
          return record
        }),
        total,
      }
    })
  }

  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const first = await this.#attempt(work)
    if (!(first instanceof Conflict)) return first.result
    // Inside a retried transaction another one must not wait for its turn: that one would wait for itself.
    if (this.#isRetrying.getStore()) return this.#retry(work)
    // Those who lost take turns, so that each of any number of contenders gets through.
    const turn = this.#retries.then(() => this.#isRetrying.run(true, () => this.#retry(work)))
    this.#retries = turn.catch(() => undefined)
    return turn
  }

  /** Another node changed the record: it is read anew when next needed. */
  forget(kind: string, id: string): void {
    this.#verified.forget(kind, id)
  }

  /** Other nodes may have changed anything. */
  forgetAll(): void {
    this.#verified.forgetAll()
  }

  async #retry<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    let outcome: { result: T } | Conflict | undefined
    for (let attempt = 2; attempt <= maxAttempts; attempt++) {
      // Spreads out the nodes that contend for one record.
      for (let wait = (this.#randomBytes(1)[0] ?? 0) % attempt; wait > 0; wait--) await setImmediate()
      outcome = await this.#attempt(work)
      if (!(outcome instanceof Conflict)) return outcome.result
    }
    throw new KmsError('ServiceUnavailableTemporary', { cause: outcome })
  }

  async #attempt<T>(work: (transaction: Transaction) => Promise<T>): Promise<{ result: T } | Conflict> {
    const { keyring, sealing } = this
    keyring.requireUnsealed()
    const transaction = new RecordTransaction({ records: this, sealing, keyring })
    try {
      const result = await work(transaction)
      await this.#commit(transaction)
      return { result }
    } catch (error) {
      if (!(error instanceof Conflict)) throw error
      this.#forgetTouched(transaction)
      await this.follower.hasFollowed(error)
      return error
    }
  }

  async #commit(transaction: RecordTransaction): Promise<void> {
    if (transaction.written.length > 0) await changeRecorded()
    const marks = transaction.written.map(({ kind, id }) => this.#verified.mark(kind.name, id))
    try {
      const commit = (mark: readonly Change[]) => this.#store.commit([...transaction.changes, ...mark])
      await (onceOfCall()?.along(commit) ?? commit([]))
    } catch (error) {
      // Nobody knows whether the commit went through, so the store is asked again for what is true.
      this.#forgetTouched(transaction)
      throw error
    }
    for (const [index, { kind, id, current }] of transaction.written.entries()) {
      const mark = marks[index]
      if (mark && !kind.isSeldomRead) this.#verified.keepWritten(mark, kind.name, id, current)
    }
  }

  #forgetTouched(transaction: RecordTransaction): void {
    for (const { kind, id } of transaction.touched) this.#verified.forget(kind.name, id)
  }
}

/** Whether the record belongs on that list by its own word; index entries are not authenticated by themselves. */
function matches<Body extends object>(kind: RecordKind<Body>, body: Body, filter: Filter): boolean {
  const names = Object.keys(filter)
  if (names.length === 0) return true
  const entries = kind.indexes(body)
  return names.every((name) => entries.some(([entry, value]) => entry === name && filter[name]?.includes(value)))
}
