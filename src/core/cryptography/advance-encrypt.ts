import type { AdvanceEncrypt } from '../../api/cryptography.ts'
import type { Input, Result } from '../../api/operation.ts'
import { invalidParameter } from '../errors.ts'
import { usableKey } from '../keys/find-key.ts'
import { primaryVersion } from '../keys/key-version.ts'
import type { Call } from '../kms.ts'
import { composeAdvanceBlob } from './advance-blob.ts'
import { encryptUnder } from './block-encryption.ts'
import { maxPlaintextBytes } from './limits.ts'

/**
 * Encrypts bytes under the primary version with an explicit algorithm.
 * @see first-generation KMS SDKs, AdvanceEncrypt; ciphertext layout in advance-blob.ts
 */
export async function advanceEncrypt(
  call: Call,
  input: Input<typeof AdvanceEncrypt>,
): Promise<Result<typeof AdvanceEncrypt>> {
  if (input.plaintext.length === 0 || input.plaintext.length > maxPlaintextBytes) throw invalidParameter('Plaintext')
  const key = await usableKey(call, input.keyId, 'ENCRYPT/DECRYPT')
  const encrypted = await encryptUnder(call, key, await primaryVersion(call, key), input.plaintext, input)
  return {
    keyId: key.id,
    keyVersionId: encrypted.keyVersionId,
    ciphertextBlob: composeAdvanceBlob(encrypted),
    algorithm: encrypted.scheme.algorithm.name,
    iv: encrypted.iv,
    paddingMode: encrypted.scheme.padding ?? '',
  }
}
