import type { Input, Result } from '../../api/operation.ts'
import type { GetRole } from '../../api/ram.ts'
import type { Call } from '../kms.ts'
import { authorizeRam } from './ram-arn.ts'
import { describeRole, findRole } from './role.ts'

/** @throws KmsError `EntityNotExist.Role` */
export async function getRole(call: Call, { roleName }: Input<typeof GetRole>): Promise<Result<typeof GetRole>> {
  authorizeRam(call, `role/${roleName}`)
  return { role: describeRole(await findRole(call.kms.records, call.caller.accountId, roleName)) }
}
