import type { GenerateRandom, Hash, Hmac, KmsDecrypt, KmsEncrypt, MessageValues } from '../../api/instance.ts'
import { sha256, sm3 } from '../../crypto/hash.ts'
import { generateMac } from '../../crypto/mac.ts'
import { keyOfVersion } from '../cryptography/blob-encryption.ts'
import { decryptWith, encryptUnder } from '../cryptography/block-encryption.ts'
import { composeBlob, parseBlob } from '../cryptography/ciphertext-blob.ts'
import { usableMacKey } from '../cryptography/mac-key.ts'
import { invalidParameter, undecipherable } from '../errors.ts'
import { requireUsable, usableKey } from '../keys/find-key.ts'
import { primaryVersion } from '../keys/key-version.ts'
import type { InstanceAnswer, InstanceCall } from './instance-call.ts'

/** KMS instance API, GenerateRandom: 1 to 64 bytes. */
export async function instanceGenerateRandom(
  call: InstanceCall,
  { length }: MessageValues<typeof GenerateRandom.request>,
): Promise<InstanceAnswer<typeof GenerateRandom.response>> {
  if (length < 1 || length > 64) throw invalidParameter('Length')
  return { response: { random: call.kms.randomBytes(length) } }
}

/** SHA_256 unless SM3 is asked for. */
export async function instanceHash(
  _call: InstanceCall,
  { message, algorithm }: MessageValues<typeof Hash.request>,
): Promise<InstanceAnswer<typeof Hash.response>> {
  const hash = algorithm === '' || algorithm === 'SHA_256' ? sha256 : algorithm === 'SM3' ? sm3 : undefined
  if (hash === undefined) throw invalidParameter('Algorithm')
  return { response: { digest: hash(message) } }
}

export async function instanceHmac(
  call: InstanceCall,
  { keyId, message }: MessageValues<typeof Hmac.request>,
): Promise<InstanceAnswer<typeof Hmac.response>> {
  const found = await usableMacKey(call, keyId, '')
  const signature = generateMac(found.material, message)
  return { response: { keyId: found.keyId, signature }, keyVersionId: found.keyVersionId }
}

/** The OpenAPI gateway's ciphertext layout, with associated data as the caller made it. */
export async function instanceKmsEncrypt(
  call: InstanceCall,
  { keyId, plaintext, aad }: MessageValues<typeof KmsEncrypt.request>,
): Promise<InstanceAnswer<typeof KmsEncrypt.response>> {
  const key = await usableKey(call, keyId, 'ENCRYPT/DECRYPT')
  const options = { aad: aad.length === 0 ? undefined : aad }
  const encrypted = await encryptUnder(call, key, await primaryVersion(call, key), plaintext, options)
  const { keyVersionId, iv, ciphertext } = encrypted
  return {
    response: { keyId: key.id, ciphertextBlob: composeBlob({ keyVersionId, iv, sealed: ciphertext }) },
    keyVersionId,
  }
}

export async function instanceKmsDecrypt(
  call: InstanceCall,
  { ciphertextBlob, aad }: MessageValues<typeof KmsDecrypt.request>,
): Promise<InstanceAnswer<typeof KmsDecrypt.response>> {
  const blob = parseBlob(ciphertextBlob)
  if (blob === undefined) throw undecipherable()
  const found = await keyOfVersion(call, blob.keyVersionId)
  const { key, version } = found
  requireUsable(key, 'ENCRYPT/DECRYPT')
  const options = { iv: blob.iv, aad: aad.length === 0 ? undefined : aad }
  const { plaintext } = await decryptWith(call, found, blob.sealed, options)
  return { response: { keyId: key.id, plaintext }, keyVersionId: version.id }
}
