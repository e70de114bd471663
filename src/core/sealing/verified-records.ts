import type { Stored } from '../records.ts'

/**
 * Records that were found authentic, the least recently used forgotten first. Absence is not kept.
 *
 * A read that began before a change must not bring the old record back after it: whoever reads takes the `epoch` first
 * and hands it in with what was read, and nothing is kept when something was changed or forgotten meanwhile.
 */
export class VerifiedRecords {
  readonly #records = new Map<string, Stored<object>>()
  readonly #capacity: number
  readonly #maxAgeMs: number
  readonly #monotonicMs: () => number
  /** when each record was read or written */
  readonly #keptAt = new WeakMap<Stored<object>, number>()
  #epoch = 0

  /** @param maxAgeMs - how long a record counts as what is stored, where others write to the store too */
  constructor(capacity: number, maxAgeMs = Number.POSITIVE_INFINITY, monotonicMs = () => performance.now()) {
    this.#capacity = capacity
    this.#maxAgeMs = maxAgeMs
    this.#monotonicMs = monotonicMs
  }

  get epoch(): number {
    return this.#epoch
  }

  get(kind: string, id: string): Stored<object> | undefined {
    const name = nameOf(kind, id)
    const record = this.#records.get(name)
    if (record === undefined) return undefined
    this.#records.delete(name)
    if (this.#isTooOld(record)) return undefined
    this.#records.set(name, record)
    return record
  }

  keepRead(epoch: number, kind: string, record: Stored<object>): void {
    if (epoch === this.#epoch) this.#keep(nameOf(kind, record.id), record)
  }

  /** The record as it was just committed; undefined: deleted. */
  keepWritten(kind: string, id: string, record: Stored<object> | undefined): void {
    this.forget(kind, id)
    if (record) this.#keep(nameOf(kind, id), record)
  }

  forget(kind: string, id: string): void {
    this.#epoch++
    this.#records.delete(nameOf(kind, id))
  }

  forgetAll(): void {
    this.#epoch++
    this.#records.clear()
  }

  #isTooOld(record: Stored<object>): boolean {
    if (this.#maxAgeMs === Number.POSITIVE_INFINITY) return false
    return this.#monotonicMs() - (this.#keptAt.get(record) ?? 0) >= this.#maxAgeMs
  }

  #keep(name: string, record: Stored<object>): void {
    this.#records.delete(name)
    if (this.#maxAgeMs !== Number.POSITIVE_INFINITY) this.#keptAt.set(record, this.#monotonicMs())
    for (const oldest of this.#records.keys()) {
      if (this.#records.size < this.#capacity) break
      this.#records.delete(oldest)
    }
    if (this.#capacity > 0) this.#records.set(name, record)
  }
}

const nameOf = (kind: string, id: string): string => `${kind}\0${id}`
