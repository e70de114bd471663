import type { Fingerprint } from './fingerprints.ts'

const headerBytes = 16
const [levelAt, splitAt] = [0, 1]
/** places that a fingerprint may have; it is looked for in these only */
const setSize = 64
const slotInts = 3
const setInts = setSize * slotInts
const setBytes = setInts * 4
/** an entry that gets this place of its set tells that the first set will be full soon */
const nearlyFull = 56
/** sets that are split beside each entry while the table grows: so no call waits for all of them */
const splitsAtOnce = 4

/** Memory that grows with what is in it; half of it stays empty, so that hardly any set fills before the others. */
export function fingerprintMemory(maxEntries: number): SharedArrayBuffer {
  const most = 2 ** Math.max(0, Math.ceil(Math.log2((maxEntries * 2) / setSize)))
  return new SharedArrayBuffer(headerBytes + setBytes, { maxByteLength: headerBytes + setBytes * most })
}

/**
 * Fingerprints, each with the number of an owner, in memory that threads may share; who uses it keeps others out
 * meanwhile. Nothing is ever removed: an entry whose owner is gone is as good as none.
 *
 * It grows by linear hashing: there are `2 ** level` sets, and of those before `split` each has given half of its entries
 * to a new one behind them all. When all have, the level rises.
 */
export class FingerprintTable {
  readonly #memory: SharedArrayBuffer
  readonly #isLive: (owner: number) => boolean
  readonly #header: Int32Array
  #slots: Uint32Array

  /**
   * @param memory - of `fingerprintMemory`, the same for all who share it
   * @param isLive - whether there is an owner, numbered above zero, still
   */
  constructor(memory: SharedArrayBuffer, isLive: (owner: number) => boolean) {
    this.#memory = memory
    this.#isLive = isLive
    this.#header = new Int32Array(memory, 0, 2)
    this.#slots = new Uint32Array(memory, headerBytes, 0)
  }

  has({ high, low }: Fingerprint): boolean {
    const slots = this.#current()
    const first = this.#firstOf(low)
    for (let slot = first; slot < first + setInts && slots[slot + 2] !== 0; slot += slotInts) {
      if (slots[slot] === low && slots[slot + 1] === high && this.#isLive(slots[slot + 2] ?? 0)) return true
    }
    return false
  }

  /** @returns false when all places that the fingerprint may have are taken, and there is no more memory */
  add(fingerprint: Fingerprint, owner: number): boolean {
    for (;;) {
      if (this.#split > 0) this.#splitSome()
      const slot = this.#freeSlot(fingerprint.low)
      if (slot !== undefined) {
        const slots = this.#current()
        slots[slot] = fingerprint.low
        slots[slot + 1] = fingerprint.high
        slots[slot + 2] = owner
        if (slot % setInts >= nearlyFull * slotInts && this.#split === 0) this.#grow()
        return true
      }
      if (this.#split === 0 && !this.#grow()) return false
    }
  }

  /** The owners of what has the places that the fingerprint may have. */
  ownersBeside({ low }: Fingerprint): number[] {
    const first = this.#firstOf(low)
    return Array.from({ length: setSize }, (_, place) => this.#current()[first + place * slotInts + 2] ?? 0)
  }

  #freeSlot(low: number): number | undefined {
    this.#current()
    const first = this.#firstOf(low)
    for (let slot = first; slot < first + setInts; slot += slotInts) if (!this.#isTaken(slot)) return slot
    return undefined
  }

  #isTaken(slot: number): boolean {
    const owner = this.#slots[slot + 2] ?? 0
    return owner !== 0 && this.#isLive(owner)
  }

  #firstOf(low: number): number {
    const hash = low >>> 1
    const sets = 2 ** this.#level
    const set = hash & (sets - 1)
    return (set < this.#split ? hash & (2 * sets - 1) : set) * setInts
  }

  get #level(): number {
    return this.#header[levelAt] ?? 0
  }

  /** Above zero only while the table grows. */
  get #split(): number {
    return this.#header[splitAt] ?? 0
  }

  /** Another thread may have made it grow. */
  #current(): Uint32Array {
    const ints = 2 ** (this.#split > 0 ? this.#level + 1 : this.#level) * setInts
    if (this.#slots.length !== ints) this.#slots = new Uint32Array(this.#memory, headerBytes, ints)
    return this.#slots
  }

  /** Begins to double the number of sets. */
  #grow(): boolean {
    const bytes = headerBytes + 2 ** (this.#level + 1) * setBytes
    if (bytes > this.#memory.maxByteLength) return false
    this.#memory.grow(bytes)
    this.#splitSome()
    return true
  }

  #splitSome(): void {
    const sets = 2 ** this.#level
    for (let count = 0; count < splitsAtOnce; count++) {
      const set = this.#split
      this.#header[splitAt] = set + 1
      this.#splitOne(set * setInts, sets)
      if (set + 1 < sets) continue
      this.#header[levelAt] = this.#level + 1
      this.#header[splitAt] = 0
      return
    }
  }

  /** What has one more bit goes to the new set. Places are taken from the first on. */
  #splitOne(first: number, sets: number): void {
    const slots = this.#current()
    const ends = [first, first + sets * setInts] as [number, number]
    for (let slot = first; slot < first + setInts; slot += slotInts) {
      const isTaken = this.#isTaken(slot)
      const half = ((slots[slot] ?? 0) >>> 1) & sets ? 1 : 0
      if (isTaken) slots.copyWithin(ends[half], slot, slot + slotInts)
      if (isTaken) ends[half] += slotInts
    }
    slots.fill(0, ends[0], first + setInts)
  }
}
