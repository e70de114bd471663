import type { AdvanceEncrypt, MessageValues } from '../../api/instance.ts'
import { composeAdvanceBlob } from '../cryptography/advance-blob.ts'
import { encryptUnder } from '../cryptography/block-encryption.ts'
import { usableKey } from '../keys/find-key.ts'
import { primaryVersion } from '../keys/key-version.ts'
import { aadOf } from './decrypt.ts'
import type { InstanceAnswer, InstanceCall } from './instance-call.ts'

/**
 * Encrypts under the primary version; the ciphertext names version, algorithm, padding and IV itself.
 * @see KMS instance API, AdvanceEncrypt
 */
export async function instanceAdvanceEncrypt(
  call: InstanceCall,
  input: MessageValues<typeof AdvanceEncrypt.request>,
): Promise<InstanceAnswer<typeof AdvanceEncrypt.response>> {
  const key = await usableKey(call, input.keyId, 'ENCRYPT/DECRYPT')
  const version = await primaryVersion(call, key)
  const encrypted = await encryptUnder(call, key, version, input.plaintext, { ...input, ...aadOf(input) })
  const { keyVersionId, iv, scheme } = encrypted
  return {
    response: {
      keyId: key.id,
      ciphertextBlob: composeAdvanceBlob(encrypted),
      iv,
      algorithm: scheme.algorithm.name,
      paddingMode: scheme.padding,
      keyVersionId,
    },
    keyVersionId,
  }
}
