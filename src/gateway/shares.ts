/** A bounded amount of something, of which nobody holds more than a part: a full share costs its owner alone. */
export class Shares {
  readonly #total: number
  readonly #mostOfOne: number
  readonly #held = new Map<string, number>()
  #taken = 0

  constructor(total: number, mostOfOne: number) {
    this.#total = total
    this.#mostOfOne = mostOfOne
  }

  /** @returns false, and nothing is taken, when the owner's share or the whole is used up */
  take(owner: string, amount: number): boolean {
    const held = (this.#held.get(owner) ?? 0) + amount
    if (held > this.#mostOfOne || this.#taken + amount > this.#total) return false
    this.#held.set(owner, held)
    this.#taken += amount
    return true
  }

  give(owner: string, amount: number): void {
    const left = (this.#held.get(owner) ?? 0) - amount
    if (left > 0) this.#held.set(owner, left)
    else this.#held.delete(owner)
    this.#taken -= amount
  }
}
