import type { Input, Result } from '../../api/operation.ts'
import type { UpdateRole } from '../../api/ram.ts'
import { parseTrustPolicy } from '../access/policy.ts'
import type { Call } from '../kms.ts'
import { formatTime } from '../time.ts'
import { authorizeRam } from './ram-arn.ts'
import { describeRole, findRole, roles } from './role.ts'

/**
 * Changes a role. Sessions that exist go on until they expire.
 * @throws KmsError `EntityNotExist.Role`; `InvalidParameter.PolicyDocument`
 */
export async function updateRole(call: Call, input: Input<typeof UpdateRole>): Promise<Result<typeof UpdateRole>> {
  authorizeRam(call, `role/${input.roleName}`)
  if (input.newAssumeRolePolicyDocument !== undefined) parseTrustPolicy(input.newAssumeRolePolicyDocument)
  const role = await call.kms.records.transaction(async (transaction) => {
    const found = await findRole(transaction, call.caller.accountId, input.roleName)
    return transaction.update(roles, found, {
      ...found.body,
      description: input.newDescription ?? found.body.description,
      trustPolicy: input.newAssumeRolePolicyDocument ?? found.body.trustPolicy,
      maxSessionSeconds: input.newMaxSessionDuration ?? found.body.maxSessionSeconds,
      updatedAt: formatTime(call.kms.now()),
    })
  })
  return { role: describeRole(role) }
}
