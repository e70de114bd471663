import type { Input, Result } from '../../api/operation.ts'
import type { ListPolicyVersions } from '../../api/ram.ts'
import type { Call } from '../kms.ts'
import { findPolicy } from './find-policy.ts'
import { describePolicyVersion } from './policy.ts'
import { authorizePolicy } from './ram-arn.ts'

/** @throws KmsError `EntityNotExist.Policy` */
export async function listPolicyVersions(
  call: Call,
  { policyName, policyType }: Input<typeof ListPolicyVersions>,
): Promise<Result<typeof ListPolicyVersions>> {
  authorizePolicy(call, { policyName, policyType })
  const policy = await findPolicy(call.kms.records, call.caller.accountId, policyType, policyName)
  return { policyVersions: { policyVersion: policy.versions.map((version) => describePolicyVersion(policy, version)) } }
}
