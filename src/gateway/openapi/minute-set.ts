const mostMinutes = 16_384
export const minuteSetBytes = (mostMinutes + 1) * 4
/** before every minute there is */
const none = 0

/**
 * Minutes since 1970 in memory that threads may share; who uses it keeps others out meanwhile. The latest eleven days of
 * them are told apart; of all before the earliest that is kept it says that it has them.
 */
export class MinuteSet {
  readonly #minutes: Int32Array
  readonly #floor: Int32Array

  constructor(memory: SharedArrayBuffer, offset: number) {
    this.#minutes = new Int32Array(memory, offset, mostMinutes)
    this.#floor = new Int32Array(memory, offset + mostMinutes * 4, 1)
  }

  has(minute: number): boolean {
    return minute <= (this.#floor[0] ?? none) || this.#minutes[minute % mostMinutes] === minute
  }

  add(minute: number): void {
    const place = minute % mostMinutes
    const other = this.#minutes[place] ?? none
    if (other !== minute && other !== none) this.#floor[0] = Math.max(this.#floor[0] ?? none, Math.min(other, minute))
    this.#minutes[place] = Math.max(other, minute)
  }

  clear(): void {
    this.#minutes.fill(none)
    this.#floor[0] = none
  }
}
