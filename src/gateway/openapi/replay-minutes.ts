import type { Fingerprint } from '../memory/fingerprints.ts'

/** minutes of principals; where too many meet there is no room for another */
const mostRecords = 2 ** 18
const setSize = 64
const recordBytes = 4 * 5 + 8
export const minutesBytes = mostRecords * recordBytes

/**
 * What one principal sent that leaves the acceptance window in one minute: how much, and until when it is remembered by
 * the monotonic clock. Kept in memory that threads may share; who uses it keeps others out meanwhile.
 */
export class ReplayMinutes {
  readonly until: Float64Array
  readonly #high: Uint32Array
  readonly #low: Uint32Array
  readonly #minutes: Int32Array
  readonly #counts: Int32Array
  /** changes when what the record counted is gone */
  readonly #ids: Uint32Array

  constructor(memory: SharedArrayBuffer, offset: number) {
    const at = (column: number): number => offset + mostRecords * (8 + 4 * column)
    this.until = new Float64Array(memory, offset, mostRecords)
    this.#high = new Uint32Array(memory, at(0), mostRecords)
    this.#low = new Uint32Array(memory, at(1), mostRecords)
    this.#minutes = new Int32Array(memory, at(2), mostRecords)
    this.#counts = new Int32Array(memory, at(3), mostRecords)
    this.#ids = new Uint32Array(memory, at(4), mostRecords)
  }

  /** The record of a minute of a principal, a new one if there is none; undefined when there is no room for it. */
  at({ high, low }: Fingerprint, minute: number): number | undefined {
    const first = (((low + Math.imul(minute, 0x9e3779b1)) >>> 0) % (mostRecords / setSize)) * setSize
    let free: number | undefined
    for (let record = first; record < first + setSize; record++) {
      if (this.#minutes[record] === 0) free ??= record
      else if (this.#low[record] === low && this.#high[record] === high && this.#minutes[record] === minute)
        return record
    }
    return free === undefined ? undefined : this.#make(free, { high, low }, minute)
  }

  /** Names what the record counts; above zero. */
  idOf = (record: number): number => this.#ids[record] ?? 0
  isLive = (id: number): boolean => this.#ids[id & (mostRecords - 1)] === id
  recordOf = (id: number): number => id & (mostRecords - 1)
  minuteOf = (record: number): number => this.#minutes[record] ?? 0
  /** what is still remembered of it */
  countOf = (record: number): number => Math.max(0, this.#counts[record] ?? 0)
  isGivenUp = (record: number): boolean => (this.#counts[record] ?? 0) < 0

  count(record: number): void {
    this.#counts[record] = (this.#counts[record] ?? 0) + 1
  }

  /** Forgets what was counted, but not that it was. */
  giveUp(record: number): void {
    this.#renew(record)
    this.#counts[record] = -1
  }

  release(record: number): void {
    this.#renew(record)
    this.#counts[record] = 0
    this.#minutes[record] = 0
  }

  /** Every record in use. */
  all(): number[] {
    const records: number[] = []
    const minutes = this.#minutes
    for (let record = 0; record < mostRecords; record++) if (minutes[record] !== 0) records.push(record)
    return records
  }

  /** The oldest record that counts anything of the principal for whom most is counted. */
  oldestOfLargest(): number | undefined {
    const sums = new Map<number, number>()
    const records = this.all()
    let [largest, most] = [0, 0]
    for (const record of records) {
      const sum = (sums.get(this.#principalOf(record)) ?? 0) + this.countOf(record)
      sums.set(this.#principalOf(record), sum)
      if (sum > most) [largest, most] = [this.#principalOf(record), sum]
    }
    let oldest: number | undefined
    for (const record of records) {
      if (this.countOf(record) === 0 || this.#principalOf(record) !== largest) continue
      if (oldest === undefined || this.minuteOf(record) < this.minuteOf(oldest)) oldest = record
    }
    return oldest
  }

  #make(record: number, { high, low }: Fingerprint, minute: number): number {
    this.#high[record] = high
    this.#low[record] = low
    this.#minutes[record] = minute
    this.until[record] = 0
    if (this.#ids[record] === 0) this.#ids[record] = record + mostRecords
    return record
  }

  #principalOf = (record: number): number => (this.#high[record] ?? 0) * 2 ** 21 + ((this.#low[record] ?? 0) >>> 11)

  #renew(record: number): void {
    const next = (this.#ids[record] ?? 0) + mostRecords
    this.#ids[record] = next >= 2 ** 32 ? record + mostRecords : next
  }
}
