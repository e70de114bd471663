import { readShares } from '../../seals/shamir/shares.ts'

/** Shares that operators have given one by one, until they are enough. They are kept in memory only. */
export class GivenShares {
  #text = ''
  #state: { readonly given: number; readonly needed: number } | undefined

  /** `2 of 3` */
  get state(): string | undefined {
    return this.#state && `${this.#state.given} of ${this.#state.needed}`
  }

  /**
   * @param set - of the deployment
   * @returns all of them, once they are enough
   * @throws RangeError, and what was given before stays
   */
  add(text: string, set: string): string | undefined {
    const together = `${this.#text}${text}\n`
    const shares = readShares(together, set)
    const needed = shares[0]?.threshold
    if (needed === undefined) throw new RangeError('No share was given.')
    this.#text = together
    this.#state = { given: shares.length, needed }
    return shares.length < needed ? undefined : together
  }

  drop(): void {
    this.#text = ''
    this.#state = undefined
  }
}
