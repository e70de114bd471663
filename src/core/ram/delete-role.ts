import type { Input, Result } from '../../api/operation.ts'
import type { DeleteRole } from '../../api/ram.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { authorizeRam } from './ram-arn.ts'
import { findRole, roles } from './role.ts'

/** @throws KmsError `EntityNotExist.Role`; `DeleteConflict.Role.Policy` */
export async function deleteRole(
  call: Call,
  { roleName }: Input<typeof DeleteRole>,
): Promise<Result<typeof DeleteRole>> {
  authorizeRam(call, `role/${roleName}`)
  await call.kms.records.transaction(async (transaction) => {
    const role = await findRole(transaction, call.caller.accountId, roleName)
    if (role.body.policies.length > 0) throw new KmsError('DeleteConflict.Role.Policy')
    await transaction.delete(roles, role)
  })
  return {}
}
