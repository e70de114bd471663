import { useQuery } from '@tanstack/react-query'
import { GetMetricsHistory } from '../../../api/oversight.ts'
import { call } from '../../call.ts'
import { monthSeconds, secondsAgo } from '../../parts/wire-time.ts'
import { recordsOf } from './audit-records.ts'

/** What somebody called for: uses of a key are counted, of all else the audit log is read. */
export type Called = { readonly keyId: string } | { readonly resource: string }

export interface Caller {
  readonly caller: string
  readonly calls: number
  readonly refused: number
  readonly last: string
}

const daySeconds = 86_400
const recordsRead = 1000

/** Who called in the last 30 days, most first. */
export const useCallers = (called: Called) =>
  useQuery({
    queryKey: ['callers', called],
    queryFn: () => ('keyId' in called ? counted(called.keyId) : recorded(called.resource)),
  })

async function counted(keyId: string | undefined): Promise<readonly Caller[]> {
  const { callers } = await call(GetMetricsHistory, {
    periodSeconds: daySeconds,
    startTime: secondsAgo(monthSeconds),
    ...(keyId === undefined ? {} : { keyId }),
  })
  return callers.map(({ caller, requests, refused, lastTime }) => ({
    caller,
    calls: requests,
    refused,
    last: lastTime,
  }))
}

async function recorded(resource: string): Promise<readonly Caller[]> {
  const rows = new Map<string, Caller>()
  const records = await recordsOf({ resource, startTime: secondsAgo(monthSeconds) }, recordsRead)
  for (const { principal = '–', code, count = 1, time } of records) {
    const row = rows.get(principal) ?? { caller: principal, calls: 0, refused: 0, last: time }
    const isRefused = code?.includes('NoPermission') === true
    rows.set(principal, { ...row, calls: row.calls + count, refused: row.refused + (isRefused ? count : 0) })
  }
  return [...rows.values()].sort((a, b) => b.calls - a.calls)
}

/** What somebody called in the last 30 days, whatever for; nothing when nobody of the name did. */
export const useCallsOf = (arn: string) =>
  useQuery({
    queryKey: ['calls of', arn],
    queryFn: async () => (await counted(undefined)).find(({ caller }) => caller === arn) ?? null,
  })
