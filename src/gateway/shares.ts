import { Ledger } from './memory/ledger.ts'

/** A bounded amount of something, of which nobody holds more than a part: a full share costs its owner alone. */
export class Shares {
  readonly #total: number
  readonly #mostOfOne: number
  readonly #held: Ledger

  /** @param memory - of `ledgerMemory`, for threads that share it */
  constructor(total: number, mostOfOne: number, memory?: SharedArrayBuffer) {
    this.#total = total
    this.#mostOfOne = mostOfOne
    this.#held = new Ledger(memory)
  }

  /** @returns false, and nothing is taken, when the owner's share or the whole is used up */
  take(owner: string, amount: number): boolean {
    return this.#held.exclusively(() => {
      const held = (this.#held.peek(owner)?.amount ?? 0) + amount
      if (held > this.#mostOfOne || this.#held.total + amount > this.#total) return false
      this.#held.entry(owner, none).amount = held
      this.#held.total += amount
      return true
    })
  }

  give(owner: string, amount: number): void {
    this.#held.exclusively(() => {
      const left = (this.#held.peek(owner)?.amount ?? 0) - amount
      if (left > 0) this.#held.entry(owner, none).amount = left
      else this.#held.forget(owner)
      this.#held.total -= amount
    })
  }
}

const none = { amount: 0, at: 0 }
