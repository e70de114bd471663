import type { DeleteKeyMaterial } from '../../api/key-material.ts'
import type { Input, Result } from '../../api/operation.ts'
import { KmsError } from '../errors.ts'
import { changeKey } from '../keys/change-key.ts'
import type { Call } from '../kms.ts'
import { destroyMaterial } from './destroy-material.ts'

/**
 * Destroys imported material. The key waits for the same material again; a planned deletion stays planned.
 *
 * @throws KmsError `Unsupported.Origin` unless the key has origin EXTERNAL
 * @see KMS API 2016-01-20, DeleteKeyMaterial
 */
export async function deleteKeyMaterial(
  call: Call,
  { keyId }: Input<typeof DeleteKeyMaterial>,
): Promise<Result<typeof DeleteKeyMaterial>> {
  await changeKey(call, keyId, { accepts: 'id' }, (key, transaction) => {
    if (key.body.origin !== 'EXTERNAL') throw new KmsError('Unsupported.Origin')
    return destroyMaterial(key, transaction)
  })
  return {}
}
