import type { Input, Result } from '../../api/operation.ts'
import type { CreateRole } from '../../api/ram.ts'
import { parseTrustPolicy } from '../access/policy.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { formatTime } from '../time.ts'
import { entityId } from './entity-id.ts'
import { authorizeRam } from './ram-arn.ts'
import { describeRole, roleId, roles } from './role.ts'

/**
 * Creates a role without any permission.
 * @throws KmsError `InvalidParameter.PolicyDocument`; `EntityAlreadyExists.Role`
 */
export async function createRole(call: Call, input: Input<typeof CreateRole>): Promise<Result<typeof CreateRole>> {
  authorizeRam(call, `role/${input.roleName}`)
  parseTrustPolicy(input.assumeRolePolicyDocument)
  const { accountId } = call.caller
  const id = roleId(accountId, input.roleName)
  const now = formatTime(call.kms.now())
  const role = await call.kms.records.transaction(async (transaction) => {
    if ((await transaction.get(roles, id)) !== undefined) throw new KmsError('EntityAlreadyExists.Role')
    return transaction.insert(roles, id, {
      accountId,
      roleId: entityId(call.kms, 'role'),
      roleName: input.roleName,
      description: input.description ?? '',
      trustPolicy: input.assumeRolePolicyDocument,
      maxSessionSeconds: input.maxSessionDuration,
      createdAt: now,
      updatedAt: now,
      policies: [],
    })
  })
  return { role: describeRole(role) }
}
