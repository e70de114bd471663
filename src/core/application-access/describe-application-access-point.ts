import type { DescribeApplicationAccessPoint } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { findAccessPoint } from './access-point.ts'
import { authorizeAccess } from './authorize-access.ts'

/** @throws KmsError `Forbidden.ResourceNotFound` */
export async function describeApplicationAccessPoint(
  call: Call,
  { name }: Input<typeof DescribeApplicationAccessPoint>,
): Promise<Result<typeof DescribeApplicationAccessPoint>> {
  const arn = authorizeAccess(call, `applicationaccesspoint/${name}`)
  const { body } = await findAccessPoint(call.kms.records, call.caller.accountId, name)
  const { authenticationMethod, policies, description } = body
  return { arn, name, authenticationMethod, policies: JSON.stringify(policies), description }
}
