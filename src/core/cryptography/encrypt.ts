import type { Encrypt } from '../../api/cryptography.ts'
import type { Input, Result } from '../../api/operation.ts'
import { usableKey } from '../keys/find-key.ts'
import type { Call } from '../kms.ts'
import { sealBlob } from './blob-encryption.ts'
import { opaquePlaintext } from './limits.ts'

/**
 * Encrypts text under the primary version of a symmetric key.
 * @see KMS API 2016-01-20, Encrypt; ciphertext layout in ciphertext-blob.ts
 */
export async function encrypt(call: Call, input: Input<typeof Encrypt>): Promise<Result<typeof Encrypt>> {
  const plaintext = opaquePlaintext(input.plaintext)
  try {
    const key = await usableKey(call, input.keyId, 'ENCRYPT/DECRYPT')
    return await sealBlob(call, key, plaintext, input.encryptionContext)
  } finally {
    plaintext.fill(0)
  }
}
