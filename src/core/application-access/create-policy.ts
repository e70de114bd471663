import type { CreatePolicy } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import { KmsError } from '../errors.ts'
import { defaultInstance, findInstance } from '../instances/instance.ts'
import type { Call } from '../kms.ts'
import { type AccessPolicy, accessPolicies, accessPolicyId, checkAccessPolicy, sharedScope } from './access-policy.ts'
import { authorizeAccess } from './authorize-access.ts'
import { describeAccessPolicy } from './describe-policy.ts'

/**
 * Creates a policy for application access points.
 * @throws KmsError `InvalidParameter` of `Permissions` or `Resources`; `Forbidden.DKMSInstanceNotFound`;
 * `Rejected.ResourceExist`
 */
export async function createPolicy(
  call: Call,
  input: Input<typeof CreatePolicy>,
): Promise<Result<typeof CreatePolicy>> {
  const { name, permissions, resources, accessControlRules, description = '' } = input
  const arn = authorizeAccess(call, `policy/${name}`)
  const { accountId } = call.caller
  const networkRules = accessControlRules?.networkRules ?? []
  const scope = await scopeOf(call, input.kmsInstance)
  const policy: AccessPolicy = { accountId, name, scope, permissions, resources, networkRules, description }
  checkAccessPolicy(policy)
  await call.kms.records.transaction(async (transaction) => {
    const id = accessPolicyId(accountId, name)
    if ((await transaction.get(accessPolicies, id)) !== undefined) throw new KmsError('Rejected.ResourceExist')
    await transaction.insert(accessPolicies, id, policy)
  })
  return {
    ...describeAccessPolicy(arn, policy),
    permissions: JSON.stringify(permissions),
    resources: JSON.stringify(resources),
  }
}

async function scopeOf(call: Call, kmsInstance: string | undefined): Promise<string> {
  const { records } = call.kms
  const { accountId } = call.caller
  if (kmsInstance === sharedScope) return sharedScope
  const instance =
    kmsInstance === undefined || kmsInstance === ''
      ? await defaultInstance(records, accountId)
      : await findInstance(records, accountId, kmsInstance)
  return instance.id
}
