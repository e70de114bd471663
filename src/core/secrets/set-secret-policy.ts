import type { Input, Result } from '../../api/operation.ts'
import type { SetSecretPolicy } from '../../api/secrets.ts'
import { parseResourcePolicyText } from '../keys/key-policy.ts'
import type { Call } from '../kms.ts'
import { changeSecret } from './find-secret.ts'
import { requirePolicySupport } from './secret-policy.ts'

/**
 * Replaces the policy of a secret that belongs to an instance.
 *
 * @throws KmsError `InvalidParameter` of Policy; `Forbidden.KeyPolicyUnSupported`; `Rejected.ResourceInDeleteWindow`
 * @see KMS API 2016-01-20, SetSecretPolicy
 */
export async function setSecretPolicy(
  call: Call,
  { secretName, policy, policyName }: Input<typeof SetSecretPolicy>,
): Promise<Result<typeof SetSecretPolicy>> {
  await changeSecret(call, secretName, (secret) => {
    requirePolicySupport(secret, policyName)
    return { ...secret.body, policy: parseResourcePolicyText(secret.body.accountId, policy, 'secret') }
  })
  return {}
}
