import { type Fingerprint, Fingerprints } from './fingerprints.ts'
import { Lock } from './lock.ts'

/** What is kept of one name. */
export interface Entry {
  amount: number
  /** when it was last touched, in milliseconds of a clock that never jumps */
  at: number
}

// the lock, a number that belongs to all, the salt
const headerBytes = 64
const totalOffset = 8
const saltBytes = 16
/** names that share a place; a name is looked for among these only */
const setSize = 64
const entryBytes = 8 + 8 + 8
const usualNames = 65_536

/** @param salt - random, 16 bytes: nobody can choose names that crowd out another */
export function ledgerMemory(salt: Uint8Array = new Uint8Array(saltBytes), names = usualNames): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(headerBytes + names * entryBytes)
  new Uint8Array(memory, headerBytes - saltBytes, saltBytes).set(salt)
  return memory
}

/**
 * Two numbers for each of many names, in memory that threads may share. It is of a fixed size: where too many names
 * meet, the one that was touched longest ago gives way.
 */
export class Ledger {
  readonly #lock: Lock
  readonly #fingerprints: Fingerprints
  readonly #total: Float64Array
  readonly #sets: number
  readonly #keys: Uint32Array
  readonly #amounts: Float64Array
  readonly #times: Float64Array

  /** @param memory - of `ledgerMemory`, the same for all who share it */
  constructor(memory: SharedArrayBuffer = ledgerMemory()) {
    const names = (memory.byteLength - headerBytes) / entryBytes
    this.#lock = new Lock(new Int32Array(memory, 0, 1))
    this.#fingerprints = new Fingerprints(new Uint8Array(memory, headerBytes - saltBytes, saltBytes))
    this.#total = new Float64Array(memory, totalOffset, 1)
    this.#sets = names / setSize
    this.#amounts = new Float64Array(memory, headerBytes, names)
    this.#times = new Float64Array(memory, headerBytes + names * 8, names)
    this.#keys = new Uint32Array(memory, headerBytes + names * 16, names * 2)
  }

  /** A number of all names together, for whoever wants one; zero at first. */
  get total(): number {
    return this.#total[0] ?? 0
  }

  set total(total: number) {
    this.#total[0] = total
  }

  /** No other thread is at any entry while `work` runs. */
  exclusively<T>(work: () => T): T {
    return this.#lock.hold(work)
  }

  /** The entry of a name, a new one with these numbers if there is none. Holds while nothing else is looked up. */
  entry(name: string, fresh: Entry): Entry {
    const fingerprint = this.#fingerprints.remembered(name)
    return this.#at(this.#find(fingerprint) ?? this.#place(fingerprint, fresh))
  }

  /** What is kept of a name now, if anything. */
  peek(name: string): Entry | undefined {
    const index = this.#find(this.#fingerprints.remembered(name))
    return index === undefined ? undefined : this.#at(index)
  }

  forget(name: string): void {
    const index = this.#find(this.#fingerprints.remembered(name))
    if (index !== undefined) this.#keys.fill(0, index * 2, index * 2 + 2)
  }

  #find({ high, low }: Fingerprint): number | undefined {
    const first = this.#firstOf(low)
    for (let index = first; index < first + setSize; index++)
      if (this.#keys[index * 2 + 1] === low && this.#keys[index * 2] === high) return index
    return undefined
  }

  /** In an empty place, or that of whoever was touched longest ago. */
  #place({ high, low }: Fingerprint, { amount, at }: Entry): number {
    const first = this.#firstOf(low)
    let chosen = first
    for (let index = first; index < first + setSize && this.#isTaken(chosen); index++)
      if (!this.#isTaken(index) || this.#timeOf(index) < this.#timeOf(chosen)) chosen = index
    this.#keys[chosen * 2] = high
    this.#keys[chosen * 2 + 1] = low
    this.#amounts[chosen] = amount
    this.#times[chosen] = at
    return chosen
  }

  #firstOf = (low: number): number => ((low >>> 1) % this.#sets) * setSize
  #isTaken = (index: number): boolean => this.#keys[index * 2 + 1] !== 0
  #timeOf = (index: number): number => this.#times[index] ?? 0

  #at(index: number): Entry {
    return new EntryAt(this.#amounts, this.#times, index)
  }
}

class EntryAt implements Entry {
  readonly #amounts: Float64Array
  readonly #times: Float64Array
  readonly #index: number

  constructor(amounts: Float64Array, times: Float64Array, index: number) {
    this.#amounts = amounts
    this.#times = times
    this.#index = index
  }

  get amount(): number {
    return this.#amounts[this.#index] ?? 0
  }

  set amount(amount: number) {
    this.#amounts[this.#index] = amount
  }

  get at(): number {
    return this.#times[this.#index] ?? 0
  }

  set at(at: number) {
    this.#times[this.#index] = at
  }
}
