import type { Access, Input, Result } from '../../api/operation.ts'
import type { GetMetricsHistory } from '../../api/oversight.ts'
import { actionAccess } from '../action-access.ts'
import { arnOf } from '../arn.ts'
import { added, type CallCounts, keyAndCaller, latencyOf, mostFirst, noCalls } from '../call-counts.ts'
import { invalidParameter, resourceNotFound } from '../errors.ts'
import { aliases, aliasId } from '../keys/alias.ts'
import type { Call } from '../kms.ts'
import { type CountedPeriod, viewOf } from '../service-view.ts'
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

/** @throws KmsError `InvalidParameter` of PeriodSeconds, StartTime or EndTime; `Forbidden.ResourceNotFound` for an alias */
export async function getMetricsHistory(
  call: Call,
  { startTime, endTime, periodSeconds, keyId: named }: Input<typeof GetMetricsHistory>,
): Promise<Result<typeof GetMetricsHistory>> {
  authorizeOversight(call)
  if (!usualSpanSeconds.has(periodSeconds))
    throw invalidParameter('PeriodSeconds', `It is one of ${[...usualSpanSeconds.keys()].join(', ')}.`)
  const keyId = named === undefined ? undefined : await keyIdOf(call, named)
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
    // by the minute it is not kept
    callers: periodSeconds === 60 ? [] : callersIn(found, keyId),
    keys: mostFirst(all.keys).map(([id, requests]) => ({ keyId: id, requests })),
    codes: mostFirst(all.codes).map(([code, requests]) => ({ code, requests })),
  }
}

/** A key that was deleted has uses, too: an id stands for itself. */
async function keyIdOf({ kms, caller: { accountId } }: Call, named: string): Promise<string> {
  const own = arnOf(kms, accountId, '')
  const name = named.startsWith(own) ? named.slice(own.length) : named
  if (!name.startsWith('alias/')) return name.replace(/^key\//, '')
  const alias = await kms.records.get(aliases, aliasId(accountId, name))
  if (alias === undefined) throw resourceNotFound('alias', named)
  return alias.body.keyId
}

/** Of one key only the number of uses is known. */
function point(beginsAt: number, counts: CallCounts, keyId: string | undefined) {
  const own = keyId === undefined ? counts : { ...noCalls, requests: counts.keys[keyId] ?? 0 }
  return {
    time: formatTime(new Date(beginsAt)),
    ...{ requests: own.requests, clientErrors: own.clientErrors, serverErrors: own.serverErrors },
    throttled: own.throttled,
    uses: sumOf(own, 'use'),
    changes: sumOf(own, 'manage'),
    p50Microseconds: latencyOf(own, 0.5),
    p95Microseconds: latencyOf(own, 0.95),
    p99Microseconds: latencyOf(own, 0.99),
    eventLoopLagMicroseconds: own.lagMicroseconds,
  }
}

const sumOf = (counts: CallCounts, access: Access): number =>
  Object.entries(counts.operations)
    .filter(([name]) => actionAccess(name) === access)
    .reduce((sum, [, [requests]]) => sum + requests, 0)

type Caller = Result<typeof GetMetricsHistory>['callers'][number]

/** Who called, most first: who used the key, or called for anything. */
function callersIn(periods: readonly CountedPeriod[], keyId: string | undefined): Caller[] {
  const callers = new Map<string, Caller>()
  for (const { beginsAt, counts } of periods)
    for (const [pair, [requests, refused]] of Object.entries(counts.callers)) {
      const [key, caller] = keyAndCaller(pair)
      if (keyId !== undefined && key !== keyId) continue
      const known = callers.get(caller)
      callers.set(caller, {
        caller,
        requests: requests + (known?.requests ?? 0),
        refused: refused + (known?.refused ?? 0),
        lastTime: formatTime(new Date(beginsAt)),
      })
    }
  return [...callers.values()].sort((a, b) => b.requests - a.requests)
}
