import type { Collector } from '../../load/result.ts'
import type { Sink } from '../io.ts'

const bars = '▁▂▃▄▅▆▇█'
const longest = 30

/** The last figures as one line of small bars, from nothing to the largest of them. */
function sparkline(values: readonly number[]): string {
  const largest = Math.max(...values, 0)
  return values
    .slice(-longest)
    .map((value) => (largest === 0 ? bars[0] : bars[Math.min(7, Math.floor((value / largest) * 7.999))]))
    .join('')
}

/** What a person sees while a load runs: one line that is drawn over; nothing in a pipe. */
export class LiveLine {
  readonly #sink: Sink
  readonly #seconds: number

  constructor(sink: Sink, seconds: number) {
    this.#sink = sink
    this.#seconds = seconds
  }

  show(collector: Collector): void {
    if (this.#sink.isTTY !== true) return
    const periods = collector.periods()
    const last = periods.at(-1)
    if (last === undefined) return
    const total = collector.total()
    const errors = total.failed + total.timedOut
    const parts = [
      `${Math.round(last.at)}/${Math.round(this.#seconds)} s`,
      `${Math.round(last.perSecond).toLocaleString('en')}/s`,
      sparkline(periods.map(({ perSecond }) => perSecond)),
      `p50 ${last.p50.toFixed(1)} ms`,
      `p99 ${last.p99.toFixed(1)} ms`,
      ...(errors > 0 ? [`errors ${errors}`] : []),
      ...(total.throttled > 0 ? [`throttled ${total.throttled}`] : []),
    ]
    this.#sink.write(`\r${parts.join('  ').slice(0, (this.#sink.columns ?? 80) - 1)}\u001b[K`)
  }

  end(): void {
    if (this.#sink.isTTY === true) this.#sink.write('\r\u001b[K')
  }
}
