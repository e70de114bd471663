import type { LoadResult, PeriodResult } from './result.ts'

const columns = ['at', 'perSecond', 'finished', 'failed', 'throttled', 'timedOut', 'p50', 'p99', 'max'] as const

/** A line for each period; times in milliseconds, `at` in seconds. */
export function csvReport({ periods }: LoadResult): string {
  const line = (period: PeriodResult): string => columns.map((column) => rounded(period[column])).join(',')
  return `${[columns.join(','), ...periods.map(line)].join('\n')}\n`
}

const rounded = (value: number): string => String(Math.round(value * 1000) / 1000)
