import type { SetKeyPolicy } from '../../api/keys.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { changeKey } from './change-key.ts'
import { parseResourcePolicyText, requirePolicySupport } from './key-policy.ts'
import { requireState, unlessDeletionIsPlanned } from './key-state.ts'

/**
 * Replaces the policy of an instance key.
 *
 * @throws KmsError `InvalidParameter` of Policy; `Forbidden.KeyPolicyUnSupported`; `Rejected.PendingDeletion`
 * @see KMS API 2016-01-20, SetKeyPolicy
 */
export async function setKeyPolicy(
  call: Call,
  { keyId, policy, policyName }: Input<typeof SetKeyPolicy>,
): Promise<Result<typeof SetKeyPolicy>> {
  await changeKey(call, keyId, { accepts: 'idOrArn' }, (key) => {
    requirePolicySupport(key, policyName)
    requireState(key, unlessDeletionIsPlanned)
    return { ...key.body, policy: parseResourcePolicyText(key.body.accountId, policy) }
  })
  return {}
}
