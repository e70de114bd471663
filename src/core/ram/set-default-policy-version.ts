import type { Input, Result } from '../../api/operation.ts'
import type { SetDefaultPolicyVersion } from '../../api/ram.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { formatTime } from '../time.ts'
import { findCustomPolicy, policies } from './policy.ts'
import { authorizeRam } from './ram-arn.ts'

/**
 * Puts a version in force for the next request of everybody who has the policy.
 * @throws KmsError `EntityNotExist.Policy`, `EntityNotExist.Policy.Version`
 */
export async function setDefaultPolicyVersion(
  call: Call,
  { policyName, versionId }: Input<typeof SetDefaultPolicyVersion>,
): Promise<Result<typeof SetDefaultPolicyVersion>> {
  authorizeRam(call, `policy/${policyName}`)
  await call.kms.records.transaction(async (transaction) => {
    const policy = await findCustomPolicy(transaction, call.caller.accountId, policyName)
    const isKept = policy.body.versions.some(({ id }) => id === versionId)
    if (!isKept) throw new KmsError('EntityNotExist.Policy.Version')
    const updatedAt = formatTime(call.kms.now())
    await transaction.update(policies, policy, { ...policy.body, defaultVersion: versionId, updatedAt })
  })
  return {}
}
