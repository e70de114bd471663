import type { Input, Result } from '../../api/operation.ts'
import type { GetPolicyVersion } from '../../api/ram.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { findPolicy } from './find-policy.ts'
import { describePolicyVersion } from './policy.ts'
import { authorizePolicy } from './ram-arn.ts'

/** @throws KmsError `EntityNotExist.Policy`, `EntityNotExist.Policy.Version` */
export async function getPolicyVersion(
  call: Call,
  input: Input<typeof GetPolicyVersion>,
): Promise<Result<typeof GetPolicyVersion>> {
  const { policyName, policyType, versionId } = input
  authorizePolicy(call, input)
  const policy = await findPolicy(call.kms.records, call.caller.accountId, policyType, policyName)
  const version = policy.versions.find(({ id }) => id === versionId)
  if (version === undefined) throw new KmsError('EntityNotExist.Policy.Version')
  return { policyVersion: describePolicyVersion(policy, version) }
}
