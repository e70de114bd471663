import { createPublicKey, type KeyObject } from 'node:crypto'
import { CryptoFailure } from './failure.ts'
import { encryptOaep, modulusBits } from './rsa.ts'
import { encryptSm2 } from './sm2-encryption.ts'
import { decodeSm2Spki } from './sm2-key.ts'

/*
 * Encryption under a public key the caller brought along (data key export, SEC-14).
 */

/**
 * Encrypts bytes for the owner of a public key, after checking the key: RSA of at least 2048 bits with an exponent of at
 * least 65537, or an SM2 point on the curve.
 *
 * @param spki - SubjectPublicKeyInfo, DER
 * @throws CryptoFailure if the key is malformed, weak or of another kind than the algorithm
 * @throws RangeError if the plaintext is too long for the key
 */
export type WrapForPublicKey = (spki: Uint8Array, plaintext: Uint8Array) => Uint8Array

const wrappings: ReadonlyMap<string, WrapForPublicKey> = new Map<string, WrapForPublicKey>([
  ['RSAES_OAEP_SHA_256', (spki, plaintext) => encryptOaep(acceptRsaPublicKey(spki), 'sha256', plaintext)],
  ['RSAES_OAEP_SHA_1', (spki, plaintext) => encryptOaep(acceptRsaPublicKey(spki), 'sha1', plaintext)],
  ['SM2PKE', (spki, plaintext) => encryptSm2(decodeSm2Spki(spki), plaintext)],
])

/** The wrapping of that algorithm name; undefined if there is none. */
export function publicKeyWrapping(algorithm: string): WrapForPublicKey | undefined {
  return wrappings.get(algorithm)
}

/** @throws CryptoFailure unless it is an RSA key of 2048 to 16384 bits with an exponent of at least 65537 */
export function acceptRsaPublicKey(spki: Uint8Array): KeyObject {
  const key = parseSpki(spki)
  if (key.asymmetricKeyType !== 'rsa') throw new CryptoFailure()
  const bits = modulusBits(key)
  const exponent = key.asymmetricKeyDetails?.publicExponent ?? 0n
  // OpenSSL itself caps the exponent of large moduli; the cap here keeps a hostile key from costing seconds.
  if (bits < 2048 || bits > 16384 || exponent < 65537n || exponent >= 1n << 64n) throw new CryptoFailure()
  return key
}

function parseSpki(spki: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  } catch {
    throw new CryptoFailure()
  }
}
