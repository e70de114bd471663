import { keySpecs } from '../../crypto/algorithms.ts'
import type { MacKey } from '../../crypto/mac.ts'
import { invalidParameter, KmsError } from '../errors.ts'
import { usableKey } from '../keys/find-key.ts'
import { materialOf, primaryVersion } from '../keys/key-version.ts'
import type { Call } from '../kms.ts'

/**
 * An HMAC key with its only version. Each HMAC key spec allows one algorithm.
 * @param algorithm - empty = the one of the key spec
 * @throws KmsError `InvalidParameter` naming Algorithm; as usableKey otherwise
 */
export async function usableMacKey(
  call: Call,
  keyId: string,
  algorithm: string,
): Promise<{ readonly keyId: string; readonly keyVersionId: string; readonly material: MacKey }> {
  const key = await usableKey(call, keyId, 'GENERATE/VERIFY_MAC')
  const allowed = keySpecs.get(key.body.keySpec)?.mac ?? []
  if (algorithm !== '' && !allowed.some(({ name }) => name === algorithm)) throw invalidParameter('Algorithm')
  const version = await primaryVersion(call, key)
  const material = await materialOf(call, version)
  if (material.kind !== 'hmac') throw new KmsError('Rejected.UnsupportedOperation')
  return { keyId: key.id, keyVersionId: version.id, material }
}
