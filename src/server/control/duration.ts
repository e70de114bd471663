/** Milliseconds, or a number and a unit: `30 seconds`, `15 minutes`, `2 hours`, `91 days`. */
export type Duration = number | string

const unitsMs: ReadonlyMap<string, number> = new Map([
  ['millisecond', 1],
  ['second', 1000],
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
])

/** @throws RangeError for what is no duration, or goes back in time */
export function milliseconds(duration: Duration): number {
  const ms = typeof duration === 'number' ? duration : inWords(duration)
  if (!(Number.isFinite(ms) && ms >= 0)) throw new RangeError(`duration: "${duration}" is none, such as "91 days"`)
  return ms
}

function inWords(text: string): number {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?) ([a-z]+?)s?$/.exec(text) ?? []
  return Number(count) * (unitsMs.get(unit) ?? Number.NaN)
}
