import type { UpdateNetworkRule } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { authorizeAccess } from './authorize-access.ts'
import { checkAddresses, findNetworkRule, networkRules } from './network-rule.ts'

/** @throws KmsError `InvalidParameter` of `SourcePrivateIp`; `Forbidden.ResourceNotFound` */
export async function updateNetworkRule(
  call: Call,
  input: Input<typeof UpdateNetworkRule>,
): Promise<Result<typeof UpdateNetworkRule>> {
  authorizeAccess(call, `network/${input.name}`)
  checkAddresses(input.sourcePrivateIp ?? [])
  await call.kms.records.transaction(async (transaction) => {
    const rule = await findNetworkRule(transaction, call.caller.accountId, input.name)
    const { sourcePrivateIp = rule.body.sourcePrivateIp, description = rule.body.description } = input
    await transaction.update(networkRules, rule, { ...rule.body, sourcePrivateIp, description })
  })
  return {}
}
