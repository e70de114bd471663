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
  #epoch = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get epoch(): number {
    return this.#epoch
  }

  get(kind: string, id: string): Stored<object> | undefined {
    const name = nameOf(kind, id)
    const record = this.#records.get(name)
    if (record === undefined) return undefined
    this.#records.delete(name)
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

  #keep(name: string, record: Stored<object>): void {
    this.#records.delete(name)
    for (const oldest of this.#records.keys()) {
      if (this.#records.size < this.#capacity) break
      this.#records.delete(oldest)
    }
    if (this.#capacity > 0) this.#records.set(name, record)
  }
}

const nameOf = (kind: string, id: string): string => `${kind}\0${id}`
