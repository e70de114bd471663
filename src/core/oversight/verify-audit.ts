import type { Input, Result } from '../../api/operation.ts'
import type { VerifyAudit } from '../../api/oversight.ts'
import type { Call } from '../kms.ts'
import { viewOf } from '../service-view.ts'
import { authorizeOversight } from './authorize-oversight.ts'

export async function verifyAudit(call: Call, _input: Input<typeof VerifyAudit>): Promise<Result<typeof VerifyAudit>> {
  authorizeOversight(call)
  return await viewOf(call.kms).verifyAudit()
}
