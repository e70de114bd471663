import type { Decrypt } from '../../api/cryptography.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { openBlob } from './blob-encryption.ts'

/**
 * Decrypts a ciphertext blob; the text comes back exactly as it was given to Encrypt.
 * @see KMS API 2016-01-20, Decrypt
 */
export async function decrypt(call: Call, input: Input<typeof Decrypt>): Promise<Result<typeof Decrypt>> {
  const { keyId, keyVersionId, plaintext } = await openBlob(call, input.ciphertextBlob, input.encryptionContext)
  try {
    return { keyId, keyVersionId, plaintext: Buffer.from(plaintext).toString('utf8') }
  } finally {
    plaintext.fill(0)
  }
}
