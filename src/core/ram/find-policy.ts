import { KmsError } from '../errors.ts'
import type { RecordReader } from '../records.ts'
import { findCustomPolicy, type Policy, type PolicyType } from './policy.ts'
import { systemPolicies } from './system-policies.ts'

/**
 * A policy of either type.
 * @throws KmsError `EntityNotExist.Policy`
 */
export async function findPolicy(
  reader: RecordReader,
  accountId: string,
  policyType: PolicyType,
  policyName: string,
): Promise<Policy> {
  if (policyType === 'Custom') return (await findCustomPolicy(reader, accountId, policyName)).body
  const policy = systemPolicies.get(policyName)
  if (policy === undefined) throw new KmsError('EntityNotExist.Policy')
  return policy
}
