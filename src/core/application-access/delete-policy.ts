import type { DeletePolicy } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { countOnly } from '../paging.ts'
import { accessPoints } from './access-point.ts'
import { accessPolicies, accessPolicyId, findAccessPolicy } from './access-policy.ts'
import { authorizeAccess } from './authorize-access.ts'

/** @throws KmsError `Forbidden.ResourceNotFound`; `Rejected.ResourceInUse` while an application access point has it */
export async function deletePolicy(
  call: Call,
  { name }: Input<typeof DeletePolicy>,
): Promise<Result<typeof DeletePolicy>> {
  authorizeAccess(call, `policy/${name}`)
  const { accountId } = call.caller
  await call.kms.records.transaction(async (transaction) => {
    const policy = await findAccessPolicy(transaction, accountId, name)
    const { total } = await transaction.list(accessPoints, { policy: [accessPolicyId(accountId, name)] }, countOnly)
    if (total > 0) throw new KmsError('Rejected.ResourceInUse')
    await transaction.delete(accessPolicies, policy)
  })
  return {}
}
