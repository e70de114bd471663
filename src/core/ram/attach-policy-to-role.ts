import type { Input, Result } from '../../api/operation.ts'
import type { AttachPolicyToRole } from '../../api/ram.ts'
import type { Call } from '../kms.ts'
import { formatTime } from '../time.ts'
import { withPolicy } from './attachment.ts'
import { authorizePolicy, authorizeRam } from './ram-arn.ts'
import { findRole, roles } from './role.ts'

/**
 * Gives a policy to a role, from its next request on. The caller needs the permission on both.
 * @throws KmsError `EntityNotExist.Role`, `EntityNotExist.Policy`; `EntityAlreadyExists.Role.Policy`; `LimitExceeded.Role.Policy`
 */
export async function attachPolicyToRole(
  call: Call,
  input: Input<typeof AttachPolicyToRole>,
): Promise<Result<typeof AttachPolicyToRole>> {
  authorizeRam(call, `role/${input.roleName}`)
  authorizePolicy(call, input)
  await call.kms.records.transaction(async (transaction) => {
    const role = await findRole(transaction, call.caller.accountId, input.roleName)
    const policies = await withPolicy(transaction, 'Role', role, input, formatTime(call.kms.now()))
    await transaction.update(roles, role, { ...role.body, policies })
  })
  return {}
}
