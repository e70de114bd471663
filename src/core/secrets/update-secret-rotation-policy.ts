import type { Input, Result } from '../../api/operation.ts'
import type { UpdateSecretRotationPolicy } from '../../api/secrets.ts'
import type { Call } from '../kms.ts'
import { changeSecret } from './find-secret.ts'
import { requireRotatable } from './rotate-secret.ts'
import { rotationPolicy } from './rotation-policy.ts'

/**
 * Turns automatic rotation of a managed secret on or off and sets its interval. Turned on again, a secret whose rotation
 * had become Invalid is tried anew.
 *
 * @throws KmsError `Rejected.UnsupportedOperation` for a secret that does not rotate; `MissingParameter`,
 * `InvalidParameter` of RotationInterval; `Rejected.ResourceInDeleteWindow`
 * @see KMS API 2016-01-20, UpdateSecretRotationPolicy
 */
export async function updateSecretRotationPolicy(
  call: Call,
  input: Input<typeof UpdateSecretRotationPolicy>,
): Promise<Result<typeof UpdateSecretRotationPolicy>> {
  const { body } = await changeSecret(call, input.secretName, (secret) => {
    requireRotatable(secret)
    const { managed } = secret.body
    if (managed === undefined) return secret.body
    const policy = rotationPolicy(call.kms, managed.lastRotationAt, input)
    return { ...secret.body, managed: { ...managed, ...policy } }
  })
  return { secretName: body.name }
}
