import type { CreateNetworkRule } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { authorizeAccess } from './authorize-access.ts'
import { checkAddresses, networkRuleId, networkRules } from './network-rule.ts'

/**
 * Creates a network rule. One without addresses lets nobody in.
 * @throws KmsError `InvalidParameter` of `SourcePrivateIp`; `Rejected.ResourceExist`
 */
export async function createNetworkRule(
  call: Call,
  input: Input<typeof CreateNetworkRule>,
): Promise<Result<typeof CreateNetworkRule>> {
  const { name, type, sourcePrivateIp = [], description = '' } = input
  const arn = authorizeAccess(call, `network/${name}`)
  checkAddresses(sourcePrivateIp)
  const { accountId } = call.caller
  const id = networkRuleId(accountId, name)
  await call.kms.records.transaction(async (transaction) => {
    if ((await transaction.get(networkRules, id)) !== undefined) throw new KmsError('Rejected.ResourceExist')
    await transaction.insert(networkRules, id, { accountId, name, type, sourcePrivateIp, description })
  })
  return { arn, name, type, sourcePrivateIp: JSON.stringify(sourcePrivateIp), description }
}
