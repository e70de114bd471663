import type { DeleteNetworkRule } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { countOnly } from '../paging.ts'
import { accessPolicies } from './access-policy.ts'
import { authorizeAccess } from './authorize-access.ts'
import { findNetworkRule, networkRuleId, networkRules } from './network-rule.ts'

/**
 * Deletes a network rule. Should a policy come to name it at this very moment, the missing rule lets nobody in.
 * @throws KmsError `Forbidden.ResourceNotFound`; `Rejected.ResourceInUse` while a policy names it
 */
export async function deleteNetworkRule(
  call: Call,
  { name }: Input<typeof DeleteNetworkRule>,
): Promise<Result<typeof DeleteNetworkRule>> {
  authorizeAccess(call, `network/${name}`)
  const { accountId } = call.caller
  await call.kms.records.transaction(async (transaction) => {
    const rule = await findNetworkRule(transaction, accountId, name)
    const filter = { 'network-rule': [networkRuleId(accountId, name)] }
    const { total } = await transaction.list(accessPolicies, filter, countOnly)
    if (total > 0) throw new KmsError('Rejected.ResourceInUse')
    await transaction.delete(networkRules, rule)
  })
  return {}
}
