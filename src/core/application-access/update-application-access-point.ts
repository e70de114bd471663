import type { UpdateApplicationAccessPoint } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { accessPoints, findAccessPoint } from './access-point.ts'
import { authorizeAccess, authorizePolicies } from './authorize-access.ts'

/** @throws KmsError `Forbidden.ResourceNotFound` */
export async function updateApplicationAccessPoint(
  call: Call,
  input: Input<typeof UpdateApplicationAccessPoint>,
): Promise<Result<typeof UpdateApplicationAccessPoint>> {
  authorizeAccess(call, `applicationaccesspoint/${input.name}`)
  const { accountId } = call.caller
  await call.kms.records.transaction(async (transaction) => {
    const point = await findAccessPoint(transaction, accountId, input.name)
    const { policies = point.body.policies, description = point.body.description } = input
    authorizePolicies(call, new Set(policies).symmetricDifference(new Set(point.body.policies)))
    await transaction.update(accessPoints, point, { ...point.body, policies, description })
  })
  return {}
}
