import type { Input, Result } from '../../api/operation.ts'
import type { CreatePolicy } from '../../api/ram.ts'
import { parseIdentityPolicy } from '../access/policy.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { formatTime } from '../time.ts'
import { describeDatedPolicy, policies, policyId } from './policy.ts'
import { authorizeRam } from './ram-arn.ts'
import { systemPolicies } from './system-policies.ts'

/**
 * Creates a policy after checking its document.
 * @throws KmsError `InvalidParameter.PolicyDocument`; `EntityAlreadyExists.Policy`, also for names of built-in ones
 */
export async function createPolicy(
  call: Call,
  input: Input<typeof CreatePolicy>,
): Promise<Result<typeof CreatePolicy>> {
  const { policyName, policyDocument, description = '' } = input
  authorizeRam(call, `policy/${policyName}`)
  parseIdentityPolicy(policyDocument)
  const { accountId } = call.caller
  const id = policyId(accountId, policyName)
  const now = formatTime(call.kms.now())
  const policy = await call.kms.records.transaction(async (transaction) => {
    const isTaken = systemPolicies.has(policyName) || (await transaction.get(policies, id)) !== undefined
    if (isTaken) throw new KmsError('EntityAlreadyExists.Policy')
    return transaction.insert(policies, id, {
      accountId,
      policyName,
      description,
      createdAt: now,
      updatedAt: now,
      versions: [{ id: 'v1', document: policyDocument, createdAt: now }],
      defaultVersion: 'v1',
      nextVersion: 2,
      attachmentCount: 0,
    })
  })
  return { policy: describeDatedPolicy('Custom', policy.body) }
}
