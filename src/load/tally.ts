import { Histogram, type HistogramRecord } from './histogram.ts'
import type { Outcome } from './outcome.ts'

/** A tally as it is sent and stored. */
export interface TallyRecord {
  /** latencies of calls that succeeded, and of those that did not */
  readonly ok: HistogramRecord
  readonly notOk: HistogramRecord
  readonly throttled: number
  readonly timedOut: number
  /** how often each code was answered */
  readonly errors: Readonly<Record<string, number>>
}

/** What happened to calls: how long they took, how many went wrong and in which way. */
export class Tally {
  throttled = 0
  timedOut = 0
  readonly ok = new Histogram()
  readonly notOk = new Histogram()
  readonly errors = new Map<string, number>()

  static of(...records: readonly TallyRecord[]): Tally {
    const tally = new Tally()
    for (const record of records) tally.merge(record)
    return tally
  }

  get finished(): number {
    return this.ok.count + this.notOk.count
  }
  /** Errors that are neither throttling nor timeouts. */
  get failed(): number {
    return this.notOk.count - this.throttled - this.timedOut
  }

  /** Latencies of all calls that ended, in whichever way. */
  all(): Histogram {
    const all = new Histogram()
    all.merge(this.ok)
    all.merge(this.notOk)
    return all
  }

  record({ kind, code }: Outcome, microseconds: number): void {
    if (kind === 'ok') {
      this.ok.record(microseconds)
      return
    }
    this.notOk.record(microseconds)
    if (kind === 'throttled') this.throttled++
    if (kind === 'timeout') this.timedOut++
    const name = code ?? kind
    this.errors.set(name, (this.errors.get(name) ?? 0) + 1)
  }

  merge(other: TallyRecord): void {
    this.throttled += other.throttled
    this.timedOut += other.timedOut
    this.ok.merge(other.ok)
    this.notOk.merge(other.notOk)
    for (const [code, count] of Object.entries(other.errors))
      this.errors.set(code, (this.errors.get(code) ?? 0) + count)
  }

  toRecord(): TallyRecord {
    const { throttled, timedOut } = this
    return {
      throttled,
      timedOut,
      ok: this.ok.toRecord(),
      notOk: this.notOk.toRecord(),
      errors: Object.fromEntries(this.errors),
    }
  }
}
