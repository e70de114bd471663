/** The clock of all rules in a test: it stands where it was put, or goes with the machine's, and is moved by hand. */
export class MovableClock {
  readonly #start: number | undefined
  #aheadMs = 0

  /** @throws RangeError when the start is no time */
  constructor(start: Date | string | undefined) {
    this.#start = start === undefined ? undefined : new Date(start).getTime()
    if (Number.isNaN(this.#start)) throw new RangeError(`clock: "${start}" is no time`)
  }

  now(): Date {
    return new Date((this.#start ?? Date.now()) + this.#aheadMs)
  }

  /** Shows again what it showed at first, or the time of the machine. */
  reset(): void {
    this.#aheadMs = 0
  }

  advance(ms: number): void {
    this.#aheadMs += ms
  }
}
