import type { DeleteNetworkRule } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { authorizeAccess } from './authorize-access.ts'
import { findNetworkRule, networkRules } from './network-rule.ts'

/**
 * Deletes a network rule. As at the service, policies that name it let nobody in by it, from the next request on.
 * @throws KmsError `Forbidden.ResourceNotFound`
 */
export async function deleteNetworkRule(
  call: Call,
  { name }: Input<typeof DeleteNetworkRule>,
): Promise<Result<typeof DeleteNetworkRule>> {
  authorizeAccess(call, `network/${name}`)
  const { accountId } = call.caller
  await call.kms.records.transaction(async (transaction) => {
    const rule = await findNetworkRule(transaction, accountId, name)
    await transaction.delete(networkRules, rule)
  })
  return {}
}
