import type { DescribeNetworkRule } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { authorizeAccess } from './authorize-access.ts'
import { findNetworkRule } from './network-rule.ts'

/** @throws KmsError `Forbidden.ResourceNotFound` */
export async function describeNetworkRule(
  call: Call,
  { name }: Input<typeof DescribeNetworkRule>,
): Promise<Result<typeof DescribeNetworkRule>> {
  const arn = authorizeAccess(call, `network/${name}`)
  const { type, sourcePrivateIp, description } = (await findNetworkRule(call.kms.records, call.caller.accountId, name))
    .body
  return { arn, type, sourcePrivateIp: JSON.stringify(sourcePrivateIp), description }
}
