import { KmsError } from './errors.ts'
import { type RecordReader, type Records, recordKind, type Stored, type Transaction } from './records.ts'
import { formatTime } from './time.ts'

/** Something whose last use is kept. */
export interface Usable {
  /** id of the record of its last use, such as `key/<key id>`; never that of something else, even of the same name */
  readonly name: string
  /** whether it is still there: what is gone has no last use */
  exists(reader: RecordReader): Promise<boolean>
}

export interface LastUse {
  /** milliseconds since 1970 */
  readonly at: number
  /** name of the operation */
  readonly by: string
}

// Read when somebody asks, and at each flush: not worth the memory that other records are served from.
const lastUses = recordKind<LastUse>({ name: 'last-use', indexes: () => [], isSeldomRead: true })

/** When this deployment began to note uses. There is one, with the id `first`. */
const beginnings = recordKind<{ readonly at: number }>({ name: 'last-use-beginning', indexes: () => [] })

/** Written in one transaction; SQLite is not to keep the process from everything else for long. */
const batchSize = 100

interface Noted extends LastUse {
  readonly usable: Usable
}

/** Takes note that a call uses something. It counts once the call has succeeded. */
export function noteUse(notes: { used?: Usable[] }, usable: Usable): void {
  if (notes.used === undefined) notes.used = [usable]
  else notes.used.push(usable)
}

/** Forgets the last use of something, in the transaction that deletes it. */
export async function letGoOfLastUse(transaction: Transaction, { name }: Usable): Promise<void> {
  const stored = await transaction.get(lastUses, name)
  if (stored) await transaction.delete(lastUses, stored)
}

export interface LastUsesOptions {
  /**
   * Things whose use waits to be flushed; a fifth of them does not wait for the next regular flush. While the store takes
   * no writes, the use of others is not noted.
   */
  readonly mostPending?: number | undefined
  /** the last use that other threads have noted and not flushed, by the name of what is used */
  readonly elsewhere?: ((name: string) => Promise<LastUse | undefined>) | undefined
}

/**
 * When things were last used. Uses are noted in memory and kept by `flush`, a crash loses those since the last one.
 * Nodes that share a store agree: whatever the order of their flushes, the latest use stays.
 */
export class LastUses {
  readonly #records: Records
  readonly #began: number
  readonly #mostPending: number
  readonly #elsewhere: ((name: string) => Promise<LastUse | undefined>) | undefined
  readonly #pending = new Map<string, Noted>()
  #flushed: Promise<void> = Promise.resolve()

  /** @param began - milliseconds since 1970: now */
  constructor(records: Records, began: number, { mostPending = 50_000, elsewhere }: LastUsesOptions = {}) {
    this.#records = records
    this.#began = began
    this.#mostPending = mostPending
    this.#elsewhere = elsewhere
  }

  /** Notes a use that has succeeded, in memory. */
  note(used: readonly Usable[] | undefined, by: string, at: number): void {
    for (const usable of used ?? []) this.#noteOne({ usable, by, at })
  }

  /** Forgets what was noted and is not kept yet. */
  forget(): void {
    this.#pending.clear()
  }

  /** The last known use: of this process at once, of other nodes since their last flush. */
  async of({ name }: Usable): Promise<LastUse | undefined> {
    // asked first: what is flushed meanwhile is found in the store
    const noted = [this.noted(name), await this.#elsewhere?.(name)]
    const stored = (await this.#records.get(lastUses, name))?.body
    return latestUse([stored, ...noted])
  }

  /** The last use that waits to be flushed. */
  noted(name: string): LastUse | undefined {
    const noted = this.#pending.get(name)
    return noted && { at: noted.at, by: noted.by }
  }

  /** Since when uses are noted, in milliseconds since 1970. */
  async began(): Promise<number> {
    return (await this.#records.get(beginnings, 'first'))?.body.at ?? this.#began
  }

  /**
   * Keeps what was noted before the call.
   *
   * @throws KmsError `ServiceUnavailableTemporary` while sealed or without the store: then nothing noted is lost;
   * `InternalFailure` when records turn out to be altered: then everything else is kept
   */
  flush(): Promise<void> {
    const flush = this.#flushed.then(() => this.#keepPending())
    this.#flushed = flush.catch(() => undefined)
    return flush
  }

  #noteOne(noted: Noted): void {
    const { name } = noted.usable
    const known = this.#pending.get(name)
    if (known ? known.at > noted.at : this.#pending.size >= this.#mostPending) return
    this.#pending.set(name, noted)
    // A failure is told by the regular flush, which fails likewise.
    if (!known && this.#pending.size === this.#mostPending / 5) this.flush().catch(() => undefined)
  }

  async #keepPending(): Promise<void> {
    await this.#keepBeginning()
    const noted = [...this.#pending.values()]
    const failures: unknown[] = []
    for (let start = 0; start < noted.length; start += batchSize) {
      failures.push(...(await this.#keep(noted.slice(start, start + batchSize))))
    }
    if (failures.length > 0) throw failures[0]
  }

  async #keepBeginning(): Promise<void> {
    if (await this.#records.get(beginnings, 'first')) return
    await this.#records.transaction(async (transaction) => {
      if (await transaction.get(beginnings, 'first')) return
      await transaction.insert(beginnings, 'first', { at: this.#began })
    })
  }

  /** @returns why some of it could not be kept, and never will be */
  async #keep(batch: readonly Noted[]): Promise<readonly unknown[]> {
    const failure = await this.#commit(batch)
    if (failure === undefined || batch.length === 1) {
      for (const noted of batch) this.#forget(noted)
      return failure === undefined ? [] : [failure]
    }
    // One record that was altered must not keep the others from their turn.
    const half = batch.length >> 1
    return [...(await this.#keep(batch.slice(0, half))), ...(await this.#keep(batch.slice(half)))]
  }

  /** @returns the failure, if it is one of a record */
  async #commit(batch: readonly Noted[]): Promise<unknown> {
    try {
      await this.#records.transaction(async (transaction) => {
        for (const noted of batch) await keepLatest(transaction, noted)
      })
      return undefined
    } catch (error) {
      if (error instanceof KmsError && error.code === 'InternalFailure') return error
      throw error
    }
  }

  /** Unless it was used again meanwhile. */
  #forget(noted: Noted): void {
    if (this.#pending.get(noted.usable.name) === noted) this.#pending.delete(noted.usable.name)
  }
}

/** The first of the latest ones. */
export const latestUse = (uses: readonly (LastUse | undefined)[]): LastUse | undefined =>
  uses.reduce((latest, use) => (use && (latest === undefined || use.at > latest.at) ? use : latest), undefined)

async function keepLatest(transaction: Transaction, { usable, at, by }: Noted): Promise<void> {
  if (!(await usable.exists(transaction))) return
  const stored: Stored<LastUse> | undefined = await transaction.get(lastUses, usable.name)
  if (stored === undefined) await transaction.insert(lastUses, usable.name, { at, by })
  else if (stored.body.at < at) await transaction.update(lastUses, stored, { at, by })
}

/** The last use of something as the API tells it. */
export async function describedLastUse(lastUses: LastUses, usable: Usable) {
  const last = await lastUses.of(usable)
  return {
    ...(last === undefined ? {} : { lastUsedDate: dateOf(last.at), lastUsedOperation: last.by }),
    trackingStartDate: dateOf(await lastUses.began()),
  }
}

const dateOf = (at: number): string => formatTime(new Date(at))
