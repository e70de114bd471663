import type { Input, Result } from '../../api/operation.ts'
import type { DetachPolicyFromRole } from '../../api/ram.ts'
import type { Call } from '../kms.ts'
import { withoutPolicy } from './attachment.ts'
import { authorizePolicy, authorizeRam } from './ram-arn.ts'
import { findRole, roles } from './role.ts'

/**
 * Takes a policy from a role, from its next request on. The caller needs the permission on both.
 * @throws KmsError `EntityNotExist.Role`; `EntityNotExist.Role.Policy`
 */
export async function detachPolicyFromRole(
  call: Call,
  input: Input<typeof DetachPolicyFromRole>,
): Promise<Result<typeof DetachPolicyFromRole>> {
  authorizeRam(call, `role/${input.roleName}`)
  authorizePolicy(call, input)
  await call.kms.records.transaction(async (transaction) => {
    const role = await findRole(transaction, call.caller.accountId, input.roleName)
    const policies = await withoutPolicy(transaction, 'Role', role, input)
    await transaction.update(roles, role, { ...role.body, policies })
  })
  return {}
}
