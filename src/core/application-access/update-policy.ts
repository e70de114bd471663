import type { UpdatePolicy } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { accessPolicies, checkAccessPolicy, findAccessPolicy } from './access-policy.ts'
import { authorizeAccess } from './authorize-access.ts'

/** @throws KmsError `InvalidParameter` of `Permissions` or `Resources`; `Forbidden.ResourceNotFound` */
export async function updatePolicy(
  call: Call,
  input: Input<typeof UpdatePolicy>,
): Promise<Result<typeof UpdatePolicy>> {
  authorizeAccess(call, `policy/${input.name}`)
  await call.kms.records.transaction(async (transaction) => {
    const policy = await findAccessPolicy(transaction, call.caller.accountId, input.name)
    const changed = {
      ...policy.body,
      permissions: input.permissions ?? policy.body.permissions,
      resources: input.resources ?? policy.body.resources,
      networkRules: input.accessControlRules?.networkRules ?? policy.body.networkRules,
      description: input.description ?? policy.body.description,
    }
    checkAccessPolicy(changed)
    await transaction.update(accessPolicies, policy, changed)
  })
  return {}
}
