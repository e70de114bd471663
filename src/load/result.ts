import type { Histogram } from './histogram.ts'
import type { PeriodReport } from './run-plan.ts'
import { Tally, type TallyRecord } from './tally.ts'

/** One period of a run, all processes together. Times are in milliseconds. */
export interface PeriodResult {
  /** seconds since the measurement began, at the end of the period */
  readonly at: number
  readonly perSecond: number
  readonly finished: number
  readonly failed: number
  readonly throttled: number
  readonly timedOut: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** A run as `--json` prints it and `compare` reads it. */
export interface LoadResult {
  readonly format: 1
  /** ISO 8601 */
  readonly startedAt: string
  /** milliseconds from the first call to the end of the last */
  readonly duration: number
  readonly settings: Readonly<Record<string, string | number>>
  readonly begun: number
  readonly unsent: number
  readonly operations: Readonly<Record<string, TallyRecord>>
  readonly periods: readonly PeriodResult[]
  /** microseconds of CPU for one call: of the generators, and of the server where it is on this machine and known */
  readonly cpu: { readonly generators: number; readonly server?: number | undefined }
}

export const percents = [50, 75, 90, 95, 99, 99.9, 99.99] as const

export const milliseconds = (microseconds: number): number => microseconds / 1000

/** All operations of a run together. */
export const totalOf = ({ operations }: Pick<LoadResult, 'operations'>): Tally => Tally.of(...Object.values(operations))

/** Puts the periods of several processes together, as they come. */
export class Collector {
  readonly #operations = new Map<string, Tally>()
  readonly #periods: { length: number; begun: number; tally: Tally }[] = []
  #begun = 0

  get begun(): number {
    return this.#begun
  }

  /** Everything up to now. */
  total(): Tally {
    return Tally.of(...Object.values(this.operations()))
  }

  operations(): Readonly<Record<string, TallyRecord>> {
    return Object.fromEntries([...this.#operations].map(([name, tally]) => [name, tally.toRecord()]))
  }

  add({ period, length, begun, operations }: PeriodReport): void {
    this.#begun += begun
    this.#periods[period] ??= { length: 0, begun: 0, tally: new Tally() }
    const at = this.#periods[period]
    at.length = Math.max(at.length, length)
    at.begun += begun
    for (const [name, record] of Object.entries(operations)) {
      const tally = this.#operations.get(name) ?? new Tally()
      this.#operations.set(name, tally)
      tally.merge(record)
      at.tally.merge(record)
    }
  }

  /** How many calls ended in a period, and how many of them in a second. */
  period(index: number): { readonly length: number; readonly tally: Tally } | undefined {
    return this.#periods[index]
  }

  periods(): readonly PeriodResult[] {
    let at = 0
    return this.#periods
      .filter(({ length, tally }) => length > 0 && (tally.finished > 0 || length > 100))
      .map(({ length, tally }) => {
        at += length
        return periodResult(at, length, tally)
      })
  }

  get duration(): number {
    return this.#periods.reduce((sum, { length }) => sum + length, 0)
  }
}

function periodResult(at: number, length: number, tally: Tally): PeriodResult {
  const all: Histogram = tally.all()
  return {
    at: Math.round(at) / 1000,
    perSecond: (tally.finished * 1000) / length,
    finished: tally.finished,
    failed: tally.failed,
    throttled: tally.throttled,
    timedOut: tally.timedOut,
    p50: milliseconds(all.percentile(50)),
    p99: milliseconds(all.percentile(99)),
    max: milliseconds(all.max),
  }
}
