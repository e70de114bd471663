import type { Stored } from '../records.ts'
import { ChangeCounts } from './change-counts.ts'

/** How often a record had been changed at some moment. */
export interface Mark {
  readonly place: number
  readonly count: number
  /** that moment: what is read afterwards may be as old, however long it takes to get here */
  readonly at: number
}

interface Kept extends Mark {
  readonly record: Stored<object>
}

export interface VerifiedRecordsOptions {
  readonly capacity: number
  /** how long a record counts as what is stored, where other processes write to the store too; for ever unless given */
  readonly maxAgeMs?: number | undefined
  readonly monotonicMs?: (() => number) | undefined
  /** where other threads write to the store too, what tells of their changes at once */
  readonly changes?: ChangeCounts | undefined
}

/**
 * Records that were found authentic, the least recently used forgotten first. Absence is not kept.
 *
 * A record holds as long as no change of it is counted. Nor must a read that began before a change bring the old record
 * back after it: whoever reads takes a mark first and hands it in with what was read, and nothing is kept when something
 * was counted meanwhile.
 */
export class VerifiedRecords {
  readonly #records = new Map<string, Kept>()
  readonly #capacity: number
  readonly #maxAgeMs: number
  readonly #monotonicMs: () => number
  readonly #changes: ChangeCounts

  constructor({ capacity, maxAgeMs, monotonicMs, changes }: VerifiedRecordsOptions) {
    this.#capacity = capacity
    this.#maxAgeMs = maxAgeMs ?? Number.POSITIVE_INFINITY
    this.#monotonicMs = monotonicMs ?? (() => performance.now())
    this.#changes = changes ?? new ChangeCounts()
  }

  get(kind: string, id: string): Stored<object> | undefined {
    const name = nameOf(kind, id)
    const kept = this.#records.get(name)
    if (kept === undefined) return undefined
    if (this.#changes.at(kept.place) !== kept.count || this.#isTooOld(kept)) {
      this.#records.delete(name)
      return undefined
    }
    // Whoever was used last matters once somebody may have to go: to be the last one costs more than the look itself.
    if (this.#records.size > this.#capacity / 2) {
      this.#records.delete(name)
      this.#records.set(name, kept)
    }
    return kept.record
  }

  /** To be taken before a record is read or written. */
  mark(kind: string, id: string): Mark {
    const place = this.#changes.placeOf(nameOf(kind, id))
    const at = this.#maxAgeMs === Number.POSITIVE_INFINITY ? 0 : this.#monotonicMs()
    return { place, count: this.#changes.at(place), at }
  }

  keepRead(mark: Mark, kind: string, record: Stored<object>): void {
    if (this.#changes.at(mark.place) === mark.count) this.#keep(nameOf(kind, record.id), record, mark)
  }

  /** The record as it was just committed; undefined: deleted. Only if nobody else has changed it since the mark. */
  keepWritten({ place, count, at }: Mark, kind: string, id: string, record: Stored<object> | undefined): void {
    this.#records.delete(nameOf(kind, id))
    const isMine = this.#changes.add(place) === count
    if (record && isMine) this.#keep(nameOf(kind, id), record, { place, count: (count + 1) | 0, at })
  }

  forget(kind: string, id: string): void {
    this.#changes.add(this.#changes.placeOf(nameOf(kind, id)))
    this.#records.delete(nameOf(kind, id))
  }

  forgetAll(): void {
    this.#changes.addToAll()
    this.#records.clear()
  }

  #isTooOld({ at }: Kept): boolean {
    return this.#maxAgeMs !== Number.POSITIVE_INFINITY && this.#monotonicMs() - at >= this.#maxAgeMs
  }

  #keep(name: string, record: Stored<object>, mark: Mark): void {
    this.#records.delete(name)
    for (const oldest of this.#records.keys()) {
      if (this.#records.size < this.#capacity) break
      this.#records.delete(oldest)
    }
    if (this.#capacity > 0) this.#records.set(name, { record, ...mark })
  }
}

const nameOf = (kind: string, id: string): string => `${kind}\0${id}`
