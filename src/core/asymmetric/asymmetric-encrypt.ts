import type { AsymmetricEncrypt } from '../../api/asymmetric.ts'
import type { Input, Result } from '../../api/operation.ts'
import { usableKey } from '../keys/find-key.ts'
import type { Call } from '../kms.ts'
import { encryptWithVersion } from './asymmetric-key.ts'

/** @see KMS API 2016-01-20, AsymmetricEncrypt */
export async function asymmetricEncrypt(
  call: Call,
  { keyId, keyVersionId, algorithm, plaintext }: Input<typeof AsymmetricEncrypt>,
): Promise<Result<typeof AsymmetricEncrypt>> {
  const key = await usableKey(call, keyId, 'ENCRYPT/DECRYPT', { kind: 'asymmetric' })
  const ciphertextBlob = await encryptWithVersion(call, key, keyVersionId, algorithm, plaintext)
  return { keyId: key.id, keyVersionId, ciphertextBlob }
}
