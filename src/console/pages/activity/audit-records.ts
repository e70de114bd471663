import { useInfiniteQuery } from '@tanstack/react-query'
import type { RequestOf, ResponseOf } from '../../../api/operation.ts'
import { QueryAuditRecords } from '../../../api/oversight.ts'
import { call } from '../../call.ts'

export type AuditQuery = Omit<RequestOf<typeof QueryAuditRecords>, 'nextToken'>
export type AuditRecord = ResponseOf<typeof QueryAuditRecords>['auditRecords'][number]

/** Records, newest first; more of them as they are asked for. */
export function useAuditRecords(query: AuditQuery, everyMs: number | false = false) {
  const answer = useInfiniteQuery({
    queryKey: [QueryAuditRecords.name, query],
    queryFn: ({ pageParam, signal }) =>
      someRecords({ ...query, ...(pageParam ? { nextToken: pageParam } : {}) }, signal),
    initialPageParam: '',
    getNextPageParam: ({ nextToken }) => nextToken,
    refetchInterval: everyMs,
  })
  return { ...answer, records: answer.data?.pages.flatMap(({ auditRecords }) => auditRecords) }
}

/** The server searches so much at a time, and may have found nothing yet: it is asked on, a few times. */
const mostSearches = 8

async function someRecords(
  query: RequestOf<typeof QueryAuditRecords>,
  signal?: AbortSignal,
): Promise<Pick<ResponseOf<typeof QueryAuditRecords>, 'auditRecords' | 'nextToken'>> {
  let answer = await call(QueryAuditRecords, query, signal)
  for (let searches = 1; answer.auditRecords.length === 0 && answer.nextToken && searches < mostSearches; searches++)
    answer = await call(QueryAuditRecords, { ...query, nextToken: answer.nextToken }, signal)
  return answer
}

/** Everything that fits, up to a number of records. */
export async function recordsOf(query: AuditQuery, most: number): Promise<readonly AuditRecord[]> {
  const records: AuditRecord[] = []
  let nextToken: string | undefined
  do {
    const answer = await someRecords({ ...query, maxResults: 100, ...(nextToken ? { nextToken } : {}) })
    records.push(...answer.auditRecords)
    nextToken = answer.nextToken
  } while (nextToken && records.length < most)
  return records.slice(0, most)
}
