import type { Input, Result } from '../api/operation.ts'
import type { GetServiceStatus, QueryAuditRecords, VerifyAudit } from '../api/oversight.ts'
import type { CallCounts } from './call-counts.ts'
import { KmsError } from './errors.ts'

/** What the server knows of itself, and the rules do not: how it fares, and what it has written down. */
export interface ServiceView {
  status(): Promise<Result<typeof GetServiceStatus>>
  /** Does a bounded amount of work; the rest is for the next page. */
  queryAudit(query: AuditSearch): Promise<Result<typeof QueryAuditRecords>>
  /** Begins to verify the audit log unless that was done a moment ago, and tells how far it is. */
  verifyAudit(): Promise<Result<typeof VerifyAudit>>
  /** The calls of every period in a time, of all servers. */
  metrics(since: Date, until: Date, periodSeconds: number): Promise<readonly CountedPeriod[]>
}

export interface CountedPeriod {
  /** begin of the period, milliseconds since 1970 */
  readonly beginsAt: number
  readonly counts: CallCounts
}

export type AuditSearch = Omit<Input<typeof QueryAuditRecords>, 'startTime' | 'endTime'> & {
  readonly since: Date | undefined
  readonly until: Date | undefined
}

/** @throws KmsError `UnsupportedOperation` where the rules run without a server */
export function viewOf({ serviceView }: { readonly serviceView?: ServiceView | undefined }): ServiceView {
  if (serviceView === undefined) throw new KmsError('UnsupportedOperation')
  return serviceView
}
