import type { Input, Result } from '../../api/operation.ts'
import type { SetSecretRotationHook } from '../../api/secrets.ts'
import { invalidParameter, KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { formatTime } from '../time.ts'
import { changeSecret, requireType } from './find-secret.ts'
import { rotationPolicy } from './rotation-policy.ts'

/**
 * Has a generic secret rotate by a hook that the operator has configured, or, without one, no longer.
 *
 * @throws KmsError `Rejected.UnsupportedOperation` for a managed secret; `InvalidParameter` of Hook for one that is not
 * configured; `MissingParameter`, `InvalidParameter` of RotationInterval; `Rejected.ResourceInDeleteWindow`;
 * `Rejected.ResourceInUse` when the hook is taken away in the middle of a rotation
 */
export async function setSecretRotationHook(
  call: Call,
  input: Input<typeof SetSecretRotationHook>,
): Promise<Result<typeof SetSecretRotationHook>> {
  const { kms } = call
  const { body } = await changeSecret(call, input.secretName, (stored) => {
    requireType(stored, 'generic')
    const secret = stored.body
    // The value that is kept may be the one that holds by now; only the hook can tell.
    if (!input.hook && secret.managed?.rotating) throw new KmsError('Rejected.ResourceInUse')
    if (!input.hook) return { ...secret, managed: undefined }
    const { accountId, name: secretName, type: secretType } = secret
    const { hook } = input
    if (kms.rotationTarget?.({ accountId, secretName, secretType, config: {}, hook }) === undefined) {
      throw invalidParameter('Hook', 'No hook of this name is configured.')
    }
    const lastRotationAt = secret.managed?.lastRotationAt ?? formatTime(kms.now())
    const kept = { extendedConfig: '', lastRotationAt, rotating: secret.managed?.rotating }
    return { ...secret, managed: { ...kept, hook, ...rotationPolicy(kms, lastRotationAt, input) } }
  })
  return { secretName: body.name }
}
