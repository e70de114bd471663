import { Histogram } from './histogram.ts'
import { type LoadResult, milliseconds, totalOf } from './result.ts'

export interface Comparison {
  readonly figure: string
  readonly a: number
  readonly b: number
  /** b / a; undefined where a is 0 */
  readonly ratio: number | undefined
}

/** The figures of two runs side by side. */
export function compare(a: LoadResult, b: LoadResult): readonly Comparison[] {
  const [left, right] = [figuresOf(a), figuresOf(b)]
  return [...left].flatMap(([figure, value]) => {
    const other = right.get(figure)
    return other === undefined ? [] : [{ figure, a: value, b: other, ratio: value === 0 ? undefined : other / value }]
  })
}

function figuresOf(result: LoadResult): ReadonlyMap<string, number> {
  const total = totalOf(result)
  const latency = (percent: number): number => milliseconds(total.ok.percentile(percent))
  const server = result.cpu.server
  return new Map([
    ['calls per second', (total.finished * 1000) / Math.max(1, result.duration)],
    ['mean, ms', milliseconds(total.ok.mean)],
    ['p50, ms', latency(50)],
    ['p90, ms', latency(90)],
    ['p99, ms', latency(99)],
    ['p99.9, ms', latency(99.9)],
    ['max, ms', milliseconds(total.ok.max)],
    ['errors, %', percentOf(total.failed + total.timedOut, total.finished)],
    ['throttled, %', percentOf(total.throttled, total.finished)],
    ['generator CPU, µs a call', result.cpu.generators],
    ...(server === undefined ? [] : [['server CPU, µs a call', server] as const]),
    ...operationFigures(result),
  ])
}

/** Of mixes, the latencies of each operation. */
function operationFigures({ operations }: LoadResult): readonly (readonly [string, number])[] {
  const entries = Object.entries(operations)
  if (entries.length < 2) return []
  return entries.flatMap(([name, { ok }]) => {
    const histogram = Histogram.of(ok)
    return [50, 99].map((percent) => [`${name} p${percent}, ms`, milliseconds(histogram.percentile(percent))] as const)
  })
}

const percentOf = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole)
