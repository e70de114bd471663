import type { UpdateRotationPolicy } from '../../api/keys.ts'
import type { Input, Result } from '../../api/operation.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { specOf } from './add-version.ts'
import { changeKey } from './change-key.ts'
import { requireState } from './key-state.ts'
import { isRotationDue, rotateKey } from './rotate-key.ts'
import { canRotate, parseRotationInterval } from './rotation.ts'

/**
 * Turns automatic rotation on or off. When the interval is so short that the time has passed already, the key rotates
 * at once.
 *
 * @throws KmsError `MissingParameter`, `InvalidParameter` of RotationInterval; `Rejected.UnsupportedOperation` for keys
 * that cannot rotate; `Rejected.Disabled`, `.PendingDeletion`, `.PendingImport`
 * @see KMS API 2016-01-20, UpdateRotationPolicy
 */
export async function updateRotationPolicy(
  call: Call,
  { keyId, enableAutomaticRotation, rotationInterval }: Input<typeof UpdateRotationPolicy>,
): Promise<Result<typeof UpdateRotationPolicy>> {
  const rotationIntervalSeconds = enableAutomaticRotation ? parseRotationInterval(rotationInterval) : undefined
  const key = await changeKey(call, keyId, { accepts: 'id' }, ({ body }) => {
    if (specOf(body).kind !== 'symmetric') throw new KmsError('Rejected.UnsupportedOperation')
    requireState({ body }, ['Enabled'])
    if (!canRotate(body)) throw new KmsError('Rejected.UnsupportedOperation')
    return { ...body, rotationIntervalSeconds }
  })
  await rotateKey(call.kms, key.id, (current) => isRotationDue(call.kms, current.body))
  return {}
}
