import type { DeletePolicy } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { accessPolicies, findAccessPolicy } from './access-policy.ts'
import { authorizeAccess } from './authorize-access.ts'

/**
 * Deletes a policy. As at the service, access points that name it lose what it granted, from the next request on.
 * @throws KmsError `Forbidden.ResourceNotFound`
 */
export async function deletePolicy(
  call: Call,
  { name }: Input<typeof DeletePolicy>,
): Promise<Result<typeof DeletePolicy>> {
  authorizeAccess(call, `policy/${name}`)
  const { accountId } = call.caller
  await call.kms.records.transaction(async (transaction) => {
    const policy = await findAccessPolicy(transaction, accountId, name)
    await transaction.delete(accessPolicies, policy)
  })
  return {}
}
