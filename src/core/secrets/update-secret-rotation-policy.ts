import type { Input, Result } from '../../api/operation.ts'
import type { UpdateSecretRotationPolicy } from '../../api/secrets.ts'
import type { Call } from '../kms.ts'
import { changeSecret, requireType } from './find-secret.ts'

/**
 * Turns automatic rotation of a managed secret on or off and sets its interval.
 *
 * @throws KmsError `Rejected.UnsupportedOperation` for a generic secret; `Rejected.ResourceInDeleteWindow`
 * @see KMS API 2016-01-20, UpdateSecretRotationPolicy
 */
export async function updateSecretRotationPolicy(
  call: Call,
  input: Input<typeof UpdateSecretRotationPolicy>,
): Promise<Result<typeof UpdateSecretRotationPolicy>> {
  const { body } = await changeSecret(call, input.secretName, (secret) => {
    requireType(secret, 'managed')
    return secret.body
  })
  return { secretName: body.name }
}
