import type { AsymmetricDecrypt } from '../../api/asymmetric.ts'
import type { Input, Result } from '../../api/operation.ts'
import { usableKey } from '../keys/find-key.ts'
import type { Call } from '../kms.ts'
import { decryptWithVersion } from './asymmetric-key.ts'

/** @see KMS API 2016-01-20, AsymmetricDecrypt */
export async function asymmetricDecrypt(
  call: Call,
  { keyId, keyVersionId, algorithm, ciphertextBlob }: Input<typeof AsymmetricDecrypt>,
): Promise<Result<typeof AsymmetricDecrypt>> {
  const key = await usableKey(call, keyId, 'ENCRYPT/DECRYPT', { kind: 'asymmetric' })
  const plaintext = await decryptWithVersion(call, key, keyVersionId, algorithm, ciphertextBlob)
  return { keyId: key.id, keyVersionId, plaintext }
}
