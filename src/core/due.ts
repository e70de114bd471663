import type { IndexEntry } from './store.ts'

/*
 * A store finds records by equal values only, so "due by now" is asked in three grains: a date is indexed as its year,
 * its month and its day, and everything up to a day is the earlier years, the earlier months of that year and the
 * earlier days of that month: some sixty values however long ago something fell due.
 */
const firstYear = 2020

/** Index entries under `due` for a time at which something has to be done about the record. */
export const dueEntries = (time: string): readonly IndexEntry[] =>
  [time.slice(0, 4), time.slice(0, 7), time.slice(0, 10)].map((period): IndexEntry => ['due', period])

/**
 * The values of `due` under which everything is found that falls due by the end of the day of `now`; of the present day
 * that may be too early, so each record's own time decides.
 */
export function duePeriods(now: Date): readonly string[] {
  const [year = '', month = '', day = ''] = now.toISOString().slice(0, 10).split('-')
  const years = numbers(firstYear, Number(year) - 1, 4)
  const months = numbers(1, Number(month) - 1, 2).map((earlier) => `${year}-${earlier}`)
  const days = numbers(1, Number(day), 2).map((earlier) => `${year}-${month}-${earlier}`)
  return [...years, ...months, ...days]
}

const numbers = (first: number, last: number, digits: number): string[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => String(first + index).padStart(digits, '0'))
