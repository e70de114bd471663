import type { Encrypt, MessageValues } from '../../api/instance.ts'
import { keySpecs } from '../../crypto/algorithms.ts'
import { encryptWithVersion } from '../asymmetric/asymmetric-key.ts'
import { encryptionAlgorithm } from '../asymmetric/with-material.ts'
import { encryptUnder } from '../cryptography/block-encryption.ts'
import { type InstanceAnswer, type InstanceCall, plainKey } from './instance-call.ts'

/**
 * Encrypts with a symmetric key (raw ciphertext, IV apart) or with the public key of an asymmetric one.
 * @see KMS instance API, Encrypt
 */
export async function instanceEncrypt(
  call: InstanceCall,
  input: MessageValues<typeof Encrypt.request>,
): Promise<InstanceAnswer<typeof Encrypt.response>> {
  const { key, version } = await plainKey(call, input.keyId, 'ENCRYPT/DECRYPT')
  if (keySpecs.get(key.body.keySpec)?.kind !== 'symmetric') {
    const algorithm = encryptionAlgorithm(key, input.algorithm).name
    const ciphertextBlob = await encryptWithVersion(call, key, version.id, algorithm, input.plaintext)
    return { response: { keyId: key.id, ciphertextBlob, algorithm }, keyVersionId: version.id }
  }
  const { keyVersionId, iv, ciphertext, scheme } = await encryptUnder(call, key, version, input.plaintext, input)
  return {
    response: {
      keyId: key.id,
      ciphertextBlob: ciphertext,
      iv,
      algorithm: scheme.algorithm.name,
      paddingMode: scheme.padding,
    },
    keyVersionId,
  }
}
