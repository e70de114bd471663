import type { Tally } from './tally.ts'

export interface OfficialFigures {
  readonly title: string
  readonly begun: number
  /** since the beginning, and in the period alone */
  readonly total: Tally
  readonly inPeriod: number
  /** milliseconds since the beginning, and of the period */
  readonly elapsed: number
  readonly length: number
}

/**
 * The block of statistics that the official benchmark tool prints at each period and at the end, tabs and units as there
 * (the Java form), so that what reads its output reads this. MinOnceTimeCost is the real minimum; ResponseCount counts
 * errors too.
 */
export function officialBlock({ title, begun, total, inPeriod, elapsed, length }: OfficialFigures, now: Date): string {
  const all = total.all()
  const cost = (microseconds: number): string => `${Math.round(microseconds / 1000)} ms`
  return [
    `----------------- ${title}: [${localTime(now)}]--------------`,
    `[Benchmark-Detail]\tRequestCount: ${begun}\tResponseCount: ${total.finished}\tTPS: ${rate(inPeriod, length)}\tAvgTPS: ${rate(total.finished, elapsed)}`,
    `MaxOnceTimeCost: ${cost(all.max)}\tMinOnceTimeCost: ${cost(all.min)}\tAvgOnceTimeCost: ${cost(all.mean)}`,
    `ClientErrorCount: ${total.failed}\tLimitExceededErrorCount: ${total.throttled}\tTimeoutErrorCount: ${total.timedOut}`,
  ].join('\n')
}

const rate = (count: number, milliseconds: number): number =>
  milliseconds > 0 ? Math.trunc((count * 1000) / milliseconds) : 0

/** `YYYY-MM-DD HH:MM:SS` of this machine's time zone. */
export function localTime(time: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-')
  return `${date} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}`
}
