import type { Fingerprint } from './fingerprints.ts'

const headerBytes = 16
/** places that a fingerprint may have; it is looked for in these only */
const setSize = 64
const slotInts = 3
const setInts = setSize * slotInts
const setBytes = setInts * 4

/** Memory that grows with what is in it; half of it stays empty, so that hardly any set fills before the others. */
export function fingerprintMemory(maxEntries: number): SharedArrayBuffer {
  const most = 2 ** Math.max(0, Math.ceil(Math.log2((maxEntries * 2) / setSize)))
  return new SharedArrayBuffer(headerBytes + setBytes, { maxByteLength: headerBytes + setBytes * most })
}

/**
 * Fingerprints, each with the number of an owner, in memory that threads may share; who uses it keeps others out
 * meanwhile. Nothing is ever removed: an entry whose owner is gone is as good as none.
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
    this.#header = new Int32Array(memory, 0, 1)
    this.#slots = this.#view()
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
      const slots = this.#current()
      const slot = this.#freeSlot(fingerprint.low)
      if (slot !== undefined) {
        slots[slot] = fingerprint.low
        slots[slot + 1] = fingerprint.high
        slots[slot + 2] = owner
        return true
      }
      if (!this.#grow()) return false
    }
  }

  /** The owners of what has the places that the fingerprint may have. */
  ownersBeside({ low }: Fingerprint): number[] {
    const first = this.#firstOf(low)
    return Array.from({ length: setSize }, (_, place) => this.#current()[first + place * slotInts + 2] ?? 0)
  }

  #freeSlot(low: number): number | undefined {
    const first = this.#firstOf(low)
    for (let slot = first; slot < first + setInts; slot += slotInts) if (!this.#isTaken(slot)) return slot
    return undefined
  }

  #isTaken(slot: number): boolean {
    const owner = this.#slots[slot + 2] ?? 0
    return owner !== 0 && this.#isLive(owner)
  }

  #firstOf = (low: number): number => ((low >>> 1) & (this.#sets - 1)) * setInts

  get #sets(): number {
    return 2 ** (this.#header[0] ?? 0)
  }

  /** Another thread may have made it grow. */
  #current(): Uint32Array {
    if (this.#slots.length !== this.#sets * setInts) this.#slots = this.#view()
    return this.#slots
  }

  #view = (): Uint32Array => new Uint32Array(this.#memory, headerBytes, this.#sets * setInts)

  /** Twice as many sets: of each, what has one more bit goes to the new one. Places are taken from the first on. */
  #grow(): boolean {
    const sets = this.#sets
    if (headerBytes + 2 * sets * setBytes > this.#memory.maxByteLength) return false
    this.#memory.grow(headerBytes + 2 * sets * setBytes)
    this.#header[0] = Math.log2(2 * sets)
    for (let first = 0; first < sets * setInts; first += setInts) this.#split(first, sets)
    return true
  }

  #split(first: number, sets: number): void {
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
