import type { CreateApplicationAccessPoint } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { accessPointId, accessPoints } from './access-point.ts'
import { authorizeAccess, authorizePolicies } from './authorize-access.ts'

/**
 * Creates an application access point. As at the service, its policies are looked for when a ClientKey is used: until one
 * exists it grants nothing, so they may be created in any order.
 * @throws KmsError `Rejected.ResourceExist`
 */
export async function createApplicationAccessPoint(
  call: Call,
  input: Input<typeof CreateApplicationAccessPoint>,
): Promise<Result<typeof CreateApplicationAccessPoint>> {
  const { name, authenticationMethod, policies, description = '' } = input
  const arn = authorizeAccess(call, `applicationaccesspoint/${name}`)
  authorizePolicies(call, policies)
  const { accountId } = call.caller
  await call.kms.records.transaction(async (transaction) => {
    const id = accessPointId(accountId, name)
    if ((await transaction.get(accessPoints, id)) !== undefined) throw new KmsError('Rejected.ResourceExist')
    const point = { accountId, name, authenticationMethod, policies, description, clientKeyCount: 0 }
    await transaction.insert(accessPoints, id, point)
  })
  return { arn, name, authenticationMethod, policies: JSON.stringify(policies), description }
}
