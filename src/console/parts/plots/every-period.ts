import { wireTime } from '../wire-time.ts'

interface Point {
  readonly time: string
}

/** Periods in which nothing happened are not told of; drawn over time they are there, with nothing in them. */
export function everyPeriod<P extends Point>(
  points: readonly P[],
  periodSeconds: number,
  nothing: Omit<P, 'time'>,
): readonly P[] {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return points
  const step = periodSeconds * 1000
  const known = new Map(points.map((point) => [Date.parse(point.time), point]))
  const count = Math.round((Date.parse(last.time) - Date.parse(first.time)) / step) + 1
  return Array.from({ length: count }, (_, index) => {
    const at = Date.parse(first.time) + index * step
    return known.get(at) ?? ({ ...nothing, time: wireTime(at) } as P)
  })
}
