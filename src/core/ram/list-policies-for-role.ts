import type { Input, Result } from '../../api/operation.ts'
import type { ListPoliciesForRole } from '../../api/ram.ts'
import type { Call } from '../kms.ts'
import { describeAttachments } from './attachment.ts'
import { authorizeRam } from './ram-arn.ts'
import { findRole } from './role.ts'

/** @throws KmsError `EntityNotExist.Role` */
export async function listPoliciesForRole(
  call: Call,
  { roleName }: Input<typeof ListPoliciesForRole>,
): Promise<Result<typeof ListPoliciesForRole>> {
  authorizeRam(call, `role/${roleName}`)
  const { records } = call.kms
  const role = await findRole(records, call.caller.accountId, roleName)
  return { policies: { policy: await describeAttachments(records, role.body) } }
}
