import type { Key } from '../keys/key.ts'
import { keyVersionOf, materialOf } from '../keys/key-version.ts'
import type { Call } from '../kms.ts'
import type { Stored } from '../records.ts'
import {
  decryptWith,
  encryptionAlgorithm,
  encryptWith,
  requireDigest,
  requirePlaintext,
  type Signable,
  signingAlgorithm,
  signWith,
  verifyWith,
} from './with-material.ts'

/** @throws KmsError `InvalidParameter` naming Algorithm or Plaintext; `Forbidden.KeyVersionNotFound` */
export async function encryptWithVersion(
  call: Call,
  key: Stored<Key>,
  keyVersionId: string,
  algorithmName: string,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  const algorithm = encryptionAlgorithm(key, algorithmName)
  requirePlaintext(algorithm, plaintext)
  const version = await keyVersionOf(call, key, keyVersionId)
  return encryptWith(call, await materialOf(call, version), algorithm, plaintext)
}

/** @throws KmsError `InvalidParameter` for whatever reason it does not open; `Forbidden.KeyVersionNotFound` */
export async function decryptWithVersion(
  call: Call,
  key: Stored<Key>,
  keyVersionId: string,
  algorithmName: string,
  ciphertext: Uint8Array,
): Promise<Uint8Array> {
  const algorithm = encryptionAlgorithm(key, algorithmName)
  const version = await keyVersionOf(call, key, keyVersionId)
  return decryptWith(call, await materialOf(call, version), algorithm, ciphertext)
}

/** @throws KmsError `InvalidParameter` naming Algorithm or the digest; `Forbidden.KeyVersionNotFound` */
export async function signWithVersion(
  call: Call,
  key: Stored<Key>,
  keyVersionId: string,
  algorithmName: string,
  signable: Signable,
): Promise<Uint8Array> {
  const algorithm = signingAlgorithm(key, algorithmName)
  requireDigest(algorithm, signable)
  const version = await keyVersionOf(call, key, keyVersionId)
  return signWith(call, await materialOf(call, version), algorithm, signable)
}

/** A wrong signature is an answer, not an error. RSA-PSS insists on the salt length that signing uses, 32. */
export async function verifyWithVersion(
  call: Call,
  key: Stored<Key>,
  keyVersionId: string,
  algorithmName: string,
  signable: Signable,
  signature: Uint8Array,
  saltLength: number | 'any' = 32,
): Promise<boolean> {
  const algorithm = signingAlgorithm(key, algorithmName)
  requireDigest(algorithm, signable)
  const version = await keyVersionOf(call, key, keyVersionId)
  return verifyWith(call, await materialOf(call, version), algorithm, signable, signature, saltLength)
}
