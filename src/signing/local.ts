import { X509Certificate } from 'node:crypto'
import { encryptEcies } from '../crypto/ecies.ts'
import {
  algorithmsOf,
  digesterFor,
  digestFor,
  isSignatureOf,
  type PublicKey,
  readPublicKey,
  type SignatureAlgorithm,
} from '../crypto/public-key.ts'
import { encryptOaep } from '../crypto/rsa.ts'
import { encryptSm2 } from '../crypto/sm2-encryption.ts'
import { chosenAlgorithm } from './algorithm.ts'
import { SigningError } from './errors.ts'

/** What AsymmetricDecrypt opens, by the names of KMS. */
export const encryptionAlgorithms = [
  'RSAES_OAEP_SHA_256',
  'RSAES_OAEP_SHA_1',
  'SM2PKE',
  'ECIES_DH_SHA_1_XOR_HMAC',
] as const
export type PublicEncryptionAlgorithm = (typeof encryptionAlgorithms)[number]

/** A key as people have it: PEM text, DER, or read already. */
export type PublicKeyInput = PublicKey | string | Uint8Array

/**
 * Verifies, without the service, what a KMS signed: by the public key alone.
 *
 * @param message - whole; for digests and streams see `isSignatureOf` and `digestOfStream`
 * @param algorithm - the key's first one unless given: RSA_PKCS1_SHA_256 for RSA
 * @returns false for a signature that is wrong, whatever about it
 * @throws SigningError `key`, `algorithm`
 */
export function verifyLocally(
  publicKey: PublicKeyInput,
  message: Uint8Array,
  signature: Uint8Array,
  algorithm?: SignatureAlgorithm,
): boolean {
  const key = publicKeyFrom(publicKey)
  return isSignatureOf(key, chosenAlgorithm(key, algorithm), digestFor(key, message), signature)
}

/** The digest that signatures of the key are about, of a message of any length, piece by piece. */
export async function digestOfStream(key: PublicKey, message: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const digester = digesterFor(key)
  for await (const piece of message) digester.update(piece)
  return digester.digest()
}

/**
 * Encrypts to a public key, without the service, what AsymmetricDecrypt of its key opens.
 *
 * @param plaintext - RSA_2048 takes up to 190 bytes (214 with SHA-1), SM2 and ECIES about 6,000
 * @param algorithm - RSAES_OAEP_SHA_256, SM2PKE or ECIES_DH_SHA_1_XOR_HMAC by the kind of key, unless given
 * @returns bare ciphertext of the scheme; SM2 as C1 ‖ C3 ‖ C2
 * @throws SigningError `key`, `algorithm`; `document` for a plaintext that is empty or too long
 */
export function encryptLocally(
  publicKey: PublicKeyInput,
  plaintext: Uint8Array,
  algorithm?: PublicEncryptionAlgorithm,
): Uint8Array {
  const key = publicKeyFrom(publicKey)
  const chosen = encryptionAlgorithm(key, algorithm)
  const limit = longestPlaintext(key, chosen)
  if (plaintext.length === 0 || plaintext.length > limit) {
    const message = `The plaintext has ${plaintext.length} bytes; ${chosen} takes 1 to ${limit} under this key.`
    throw new SigningError('document', message, { parameter: 'plaintext' })
  }
  if (key.kind === 'sm2') return encryptSm2(key.key, plaintext)
  if (key.kind === 'ec') return encryptEcies(key.key, plaintext)
  return encryptOaep(key.key, chosen === 'RSAES_OAEP_SHA_1' ? 'sha1' : 'sha256', plaintext)
}

const algorithmsByKind: Readonly<Record<PublicKey['kind'], readonly PublicEncryptionAlgorithm[]>> = {
  rsa: ['RSAES_OAEP_SHA_256', 'RSAES_OAEP_SHA_1'],
  sm2: ['SM2PKE'],
  ec: ['ECIES_DH_SHA_1_XOR_HMAC'],
}

/** @throws SigningError `algorithm` */
export function encryptionAlgorithm(key: PublicKey, wanted?: PublicEncryptionAlgorithm): PublicEncryptionAlgorithm {
  const known = algorithmsByKind[key.kind]
  const found = known.find((algorithm) => wanted === undefined || algorithm === wanted)
  if (found !== undefined) return found
  const message = `To this key is encrypted with ${known.join(' or ')}, not with ${wanted}.`
  throw new SigningError('algorithm', message, { parameter: 'algorithm' })
}

/** RFC 8017 §7.1.1 for OAEP; the others by the 6144 bytes that a ciphertext may have. */
function longestPlaintext(key: PublicKey, algorithm: PublicEncryptionAlgorithm): number {
  if (key.kind === 'rsa') return key.bits / 8 - 2 * (algorithm === 'RSAES_OAEP_SHA_1' ? 20 : 32) - 2
  return key.kind === 'sm2' ? 6047 : 6059
}

/** @throws SigningError `key` */
export function publicKeyFrom(given: PublicKeyInput): PublicKey {
  const key = typeof given === 'object' && 'kind' in given ? given : readPublicKey(given)
  if (key !== undefined && algorithmsOf(key).length > 0) return key
  const message = 'The public key is no SubjectPublicKeyInfo (PEM or DER) of RSA, EC P-256, P-256K or SM2.'
  throw new SigningError('key', message, { parameter: 'publicKey' })
}

/** The key of a certificate, PEM or DER, which is not verified; undefined if it is none, or of another kind of key. */
export function certificateKey(encoded: Uint8Array): PublicKey | undefined {
  try {
    return readPublicKey(new X509Certificate(encoded).publicKey.export({ format: 'der', type: 'spki' }))
  } catch {
    return undefined
  }
}
