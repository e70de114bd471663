import type { Input, Result } from '../../api/operation.ts'
import type { GetSecretPolicy } from '../../api/secrets.ts'
import { defaultResourcePolicy } from '../access/resource-policy.ts'
import type { Call } from '../kms.ts'
import { findSecret } from './find-secret.ts'
import { requirePolicySupport } from './secret-policy.ts'

/**
 * The policy of a secret of an instance as JSON text: the one set last, or the default one.
 *
 * @throws KmsError `Forbidden.KeyPolicyUnSupported`; `Forbidden.ResourceNotFound` for another name than `default`
 * @see KMS API 2016-01-20, GetSecretPolicy
 */
export async function getSecretPolicy(
  call: Call,
  { secretName, policyName }: Input<typeof GetSecretPolicy>,
): Promise<Result<typeof GetSecretPolicy>> {
  const secret = await findSecret(call, secretName)
  requirePolicySupport(secret, policyName)
  return { policy: secret.body.policy ?? defaultResourcePolicy(secret.body.accountId, 'secret') }
}
