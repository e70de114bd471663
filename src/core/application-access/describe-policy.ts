import type { DescribePolicy } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { type AccessPolicy, findAccessPolicy } from './access-policy.ts'
import { authorizeAccess } from './authorize-access.ts'

/** @throws KmsError `Forbidden.ResourceNotFound` */
export async function describePolicy(
  call: Call,
  { name }: Input<typeof DescribePolicy>,
): Promise<Result<typeof DescribePolicy>> {
  const arn = authorizeAccess(call, `policy/${name}`)
  const { body } = await findAccessPolicy(call.kms.records, call.caller.accountId, name)
  return { ...describeAccessPolicy(arn, body), permissions: body.permissions, resources: body.resources }
}

/** What both ways of showing a policy have in common. */
export const describeAccessPolicy = (arn: string, policy: AccessPolicy) => ({
  arn,
  name: policy.name,
  kmsInstance: policy.scope,
  accessControlRules: JSON.stringify({ NetworkRules: policy.networkRules }),
  description: policy.description,
})
