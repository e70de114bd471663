import { added, CallCounter, type CallCounts, type CountedCall, noCalls } from '../call-counts.ts'
import { dueEntries, duePeriods } from '../due.ts'
import { type Records, recordKind, type Transaction } from '../records.ts'
import type { CountedPeriod } from '../service-view.ts'
import { formatTime } from '../time.ts'

/** What a server counted in one period. Record id = `<server>/<seconds>/<begin>`. */
interface StoredCounts extends CallCounts {
  readonly beginsAt: string
  readonly expiresAt: string
}

// Read when somebody asks: not worth the memory that other records are served from.
const counts = recordKind<StoredCounts & { readonly period: number }>({
  name: 'call-counts',
  indexes: ({ period, beginsAt, expiresAt }) => [
    ['day', `${period}/${beginsAt.slice(0, 10)}`],
    ['month', `${period}/${beginsAt.slice(0, 7)}`],
    ...dueEntries(expiresAt),
  ],
  isSeldomRead: true,
})

const daySeconds = 86_400
const minuteSeconds = 60
/** For how long the counts of a period are kept. */
const keptSeconds: ReadonlyMap<number, number> = new Map([
  [minuteSeconds, 2 * daySeconds],
  [3600, 60 * daySeconds],
  [daySeconds, 400 * daySeconds],
])
/** Minutes that wait while the store takes no writes; older ones are given up. */
const mostWaiting = 120
const batchSize = 500

/** The calls of this server by the minute, and in the store those of all servers by the minute, hour and day. */
export class MetricsHistory {
  readonly #records: Records
  readonly #node: string
  readonly #unkeptOfAll: () => Promise<readonly CountedPeriod[]>
  #current: { minute: number; counter: CallCounter } | undefined
  #waiting: CountedPeriod[] = []

  /** @param unkeptOfAll - where several threads make up a server: what all of them, this one too, have not kept yet */
  constructor(records: Records, node: string, unkeptOfAll?: () => Promise<readonly CountedPeriod[]>) {
    this.#records = records
    this.#node = node
    this.#unkeptOfAll = unkeptOfAll ?? (async () => this.unkept())
  }

  count(call: CountedCall, now: Date): void {
    const minute = beginOf(now.getTime(), 60)
    if (this.#current?.minute !== minute) this.#close(0, minute)
    this.#current?.counter.count(call)
  }

  /**
   * Keeps what was counted so far.
   *
   * @param lagMicroseconds - the longest that the process was kept from its work since the last time
   * @throws KmsError `ServiceUnavailableTemporary`; then what was counted waits
   */
  async flush(lagMicroseconds: number): Promise<void> {
    this.#close(lagMicroseconds, undefined)
    while (this.#waiting.length > 0) {
      const [first] = this.#waiting
      if (first) await this.#keep(first)
      this.#waiting.shift()
    }
  }

  /** The counts by the minute that are not in the store yet. */
  unkept(): readonly CountedPeriod[] {
    const current = this.#current
    if (!current) return this.#waiting
    return [...this.#waiting, { beginsAt: current.minute, counts: current.counter.counts(0) }]
  }

  /** The counts of every period in a time, of all servers: what they have kept, and what this one has not yet. */
  async between(since: Date, until: Date, period: number): Promise<readonly CountedPeriod[]> {
    const found = new Map<number, CallCounts>()
    const take = ({ beginsAt, counts: own }: CountedPeriod): void => {
      const begin = beginOf(beginsAt, period)
      if (begin < beginOf(since.getTime(), period) || begin > until.getTime()) return
      const known = found.get(begin)
      found.set(begin, known ? added(known, own) : own)
    }
    for (const stored of await this.#stored(since, until, period)) take(stored)
    for (const unkept of await this.#unkeptOfAll()) take(unkept)
    return [...found].map(([beginsAt, all]) => ({ beginsAt, counts: all })).sort((a, b) => a.beginsAt - b.beginsAt)
  }

  /** Deletes what has been kept for long enough. */
  async forgetOld(now: Date): Promise<void> {
    const due = duePeriods(now)
    const end = formatTime(now)
    for (let kept = 0; ; ) {
      const { items } = await this.#records.list(counts, { due }, { offset: kept, limit: batchSize })
      const old = items.filter(({ body }) => body.expiresAt <= end)
      await this.#records.transaction(async (transaction) => {
        for (const { id } of old) {
          const stored = await transaction.get(counts, id)
          if (stored) await transaction.delete(counts, stored)
        }
      })
      kept += items.length - old.length
      if (items.length < batchSize) return
    }
  }

  #close(lagMicroseconds: number, next: number | undefined): void {
    const { minute, counter } = this.#current ?? {}
    if (minute !== undefined && counter !== undefined)
      this.#waiting.push({ beginsAt: minute, counts: counter.counts(lagMicroseconds) })
    if (this.#waiting.length > mostWaiting) this.#waiting.shift()
    this.#current = next === undefined ? undefined : { minute: next, counter: new CallCounter() }
  }

  /** Each minute is added to its hour and its day at once, so nothing has to be folded later. */
  #keep({ beginsAt, counts: own }: CountedPeriod): Promise<void> {
    return this.#records.transaction(async (transaction) => {
      for (const period of keptSeconds.keys()) {
        // Who called is the longest list, and there are many minutes: it is kept by the hour and the day.
        const kept = period === minuteSeconds ? { ...own, callers: {} } : own
        await this.#add(transaction, period, beginOf(beginsAt, period), kept)
      }
    })
  }

  async #add(transaction: Transaction, period: number, begin: number, own: CallCounts): Promise<void> {
    const beginsAt = formatTime(new Date(begin))
    const id = `${this.#node}/${period}/${beginsAt}`
    const expiresAt = formatTime(new Date(begin + (keptSeconds.get(period) ?? 0) * 1000))
    const stored = await transaction.get(counts, id)
    if (stored) await transaction.update(counts, stored, { ...stored.body, ...added(whole(stored.body), own) })
    else await transaction.insert(counts, id, { ...own, period, beginsAt, expiresAt })
  }

  async #stored(since: Date, until: Date, period: number): Promise<readonly CountedPeriod[]> {
    const filter = period === daySeconds ? { month: months(since, until) } : { day: days(since, until) }
    const wanted = Object.fromEntries(
      Object.entries(filter).map(([name, values]) => [name, values.map((value) => `${period}/${value}`)]),
    )
    const found: CountedPeriod[] = []
    for (let offset = 0; ; offset += batchSize) {
      const { items } = await this.#records.list(counts, wanted, { offset, limit: batchSize })
      found.push(...items.map(({ body }) => ({ beginsAt: Date.parse(body.beginsAt), counts: whole(body) })))
      if (items.length < batchSize) return found
    }
  }
}

/** Counts of a version that did not count all of it yet. */
const whole = (stored: CallCounts): CallCounts => ({ ...noCalls, ...stored })

const beginOf = (time: number, seconds: number): number => time - (time % (seconds * 1000))

/** Every day that a time touches, `yyyy-MM-dd`. */
function days(since: Date, until: Date): string[] {
  const first = beginOf(since.getTime(), daySeconds)
  const count = Math.floor((until.getTime() - first) / (daySeconds * 1000)) + 1
  return Array.from({ length: Math.max(0, count) }, (_, index) =>
    new Date(first + index * daySeconds * 1000).toISOString().slice(0, 10),
  )
}

const months = (since: Date, until: Date): string[] => [
  ...new Set(days(since, until).map((day) => day.slice(0, 'yyyy-MM'.length))),
]
