import type { Input, Result } from '../../api/operation.ts'
import type { GetMetricsHistory } from '../../api/oversight.ts'
import { added, type CallCounts, latencyOf, mostFirst, noCalls } from '../call-counts.ts'
import { invalidParameter } from '../errors.ts'
import type { Call } from '../kms.ts'
import { viewOf } from '../service-view.ts'
import { formatTime } from '../time.ts'
import { authorizeOversight } from './authorize-oversight.ts'
import { momentOf } from './query-audit-records.ts'

/** What an answer may hold; a year of days, ten days of hours, a day of minutes. */
const mostPeriods = 1500
const usualSpanSeconds: ReadonlyMap<number, number> = new Map([
  [60, 3600],
  [3600, 7 * 86_400],
  [86_400, 365 * 86_400],
])

/** @throws KmsError `InvalidParameter` of PeriodSeconds, StartTime or EndTime */
export async function getMetricsHistory(
  call: Call,
  { startTime, endTime, periodSeconds, keyId }: Input<typeof GetMetricsHistory>,
): Promise<Result<typeof GetMetricsHistory>> {
  authorizeOversight(call)
  if (!usualSpanSeconds.has(periodSeconds))
    throw invalidParameter('PeriodSeconds', `It is one of ${[...usualSpanSeconds.keys()].join(', ')}.`)
  const until = momentOf('EndTime', endTime) ?? call.kms.now()
  const span = (usualSpanSeconds.get(periodSeconds) ?? 0) * 1000
  const since = momentOf('StartTime', startTime) ?? new Date(until.getTime() - span)
  const periods = (until.getTime() - since.getTime()) / (periodSeconds * 1000)
  if (periods < 0 || periods > mostPeriods)
    throw invalidParameter('StartTime', `It is before EndTime, by ${mostPeriods} periods at most.`)
  const found = await viewOf(call.kms).metrics(since, until, periodSeconds)
  const all = found.reduce((sum, { counts }) => added(sum, counts), noCalls)
  const isAbout = ({ keys }: CallCounts): boolean => keyId === undefined || Object.hasOwn(keys, keyId)
  return {
    periodSeconds,
    points: found.filter(({ counts }) => isAbout(counts)).map((period) => point(period.beginsAt, period.counts, keyId)),
    operations: Object.entries(all.operations)
      .map(([name, [requests, errors]]) => ({ name, requests, errors }))
      .sort((a, b) => b.requests - a.requests),
    keys: mostFirst(all.keys).map(([id, requests]) => ({ keyId: id, requests })),
    codes: mostFirst(all.codes).map(([code, requests]) => ({ code, requests })),
  }
}

/** Of one key only the number of calls is known. */
function point(beginsAt: number, counts: CallCounts, keyId: string | undefined) {
  const own = keyId === undefined ? counts : { ...noCalls, requests: counts.keys[keyId] ?? 0 }
  return {
    time: formatTime(new Date(beginsAt)),
    ...{ requests: own.requests, clientErrors: own.clientErrors, serverErrors: own.serverErrors },
    throttled: own.throttled,
    p50Microseconds: latencyOf(own, 0.5),
    p95Microseconds: latencyOf(own, 0.95),
    p99Microseconds: latencyOf(own, 0.99),
    eventLoopLagMicroseconds: own.lagMicroseconds,
  }
}
