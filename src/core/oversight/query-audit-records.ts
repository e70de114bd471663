import type { Input, Result } from '../../api/operation.ts'
import type { QueryAuditRecords } from '../../api/oversight.ts'
import { parseTime } from '../../api/time.ts'
import { invalidParameter } from '../errors.ts'
import type { Call } from '../kms.ts'
import { viewOf } from '../service-view.ts'
import { authorizeOversight } from './authorize-oversight.ts'

/** @throws KmsError `InvalidParameter` of StartTime, EndTime or NextToken */
export async function queryAuditRecords(
  call: Call,
  { startTime, endTime, ...query }: Input<typeof QueryAuditRecords>,
): Promise<Result<typeof QueryAuditRecords>> {
  authorizeOversight(call)
  const since = momentOf('StartTime', startTime)
  const until = momentOf('EndTime', endTime)
  return await viewOf(call.kms).queryAudit({ ...query, since, until })
}

/** @throws KmsError `InvalidParameter` */
export function momentOf(parameter: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const time = parseTime(text)
  if (Number.isNaN(time)) throw invalidParameter(parameter, 'Times are written yyyy-MM-ddTHH:mm:ssZ.')
  return new Date(time)
}
