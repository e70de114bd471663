import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { decodeEcSpki, type EcPublicKey, verifyEcdsaDigest } from './ec.ts'
import { curves } from './ec-curve.ts'
import { decodePem, encodePem } from './pem.ts'
import { modulusBits, verifyPkcs1Sha256, verifyPssSha256 } from './rsa.ts'
import { decodeSm2Spki, type Sm2PublicKey } from './sm2-key.ts'
import { sm2UserHash, verifySm2Digest } from './sm2-signature.ts'

/** The signature algorithms of KMS, by its names. All of them sign a digest of 32 bytes. */
export const signatureAlgorithms = ['RSA_PKCS1_SHA_256', 'RSA_PSS_SHA_256', 'ECDSA_SHA_256', 'SM2DSA'] as const
export type SignatureAlgorithm = (typeof signatureAlgorithms)[number]

interface Encoded {
  /** SubjectPublicKeyInfo, DER */
  readonly spki: Uint8Array
}

/** A public key of a kind that signs, whoever holds the private one. */
export type PublicKey =
  | ({ readonly kind: 'rsa'; readonly bits: number; readonly key: KeyObject } & Encoded)
  | ({ readonly kind: 'ec'; readonly curve: 'P-256' | 'secp256k1'; readonly key: EcPublicKey } & Encoded)
  | ({ readonly kind: 'sm2'; readonly key: Sm2PublicKey } & Encoded)

/**
 * Reads a public key of any of the kinds.
 *
 * @param encoded - SubjectPublicKeyInfo as PEM text or DER, as GetPublicKey and certificates have it
 * @returns undefined if it is none, or of another kind
 */
export function readPublicKey(encoded: string | Uint8Array): PublicKey | undefined {
  const spki = typeof encoded === 'string' ? decodePem('PUBLIC KEY', encoded) : Uint8Array.from(encoded)
  if (spki === undefined) return undefined
  return sm2Key(spki) ?? ecKey('P-256', spki) ?? ecKey('secp256k1', spki) ?? rsaKey(spki)
}

/** PEM: 64-character lines, a final newline. */
export const publicKeyText = (key: PublicKey): string => encodePem('PUBLIC KEY', key.spki)

/** What the key can sign with, the default first: PKCS #1 for RSA, since it is what certificates and JOSE mostly use. */
export function algorithmsOf(key: PublicKey): readonly SignatureAlgorithm[] {
  if (key.kind === 'rsa') return ['RSA_PKCS1_SHA_256', 'RSA_PSS_SHA_256']
  return [key.kind === 'ec' ? 'ECDSA_SHA_256' : 'SM2DSA']
}

/** A digest that is fed piece by piece. */
export interface Digester {
  update(bytes: Uint8Array): unknown
  /** 32 bytes */
  digest(): Uint8Array
}

/**
 * What a message is digested with before it is signed under the key: SHA-256, or for SM2 SM3 that has already taken in Z.
 *
 * @param userId - of SM2; `1234567812345678` unless said otherwise
 */
export function digesterFor(key: PublicKey, userId?: Uint8Array): Digester {
  if (key.kind !== 'sm2') return createHash('sha256')
  return createHash('sm3').update(sm2UserHash(key.key, userId))
}

/** The digest of a whole message, 32 bytes; see `digesterFor`. */
export function digestFor(key: PublicKey, message: Uint8Array, userId?: Uint8Array): Uint8Array {
  const digester = digesterFor(key, userId)
  digester.update(message)
  return digester.digest()
}

/**
 * Whether the signature is one over the digest: RSA as long as the modulus, ECDSA and SM2 strict DER. False also where
 * the algorithm isn't one of the key's.
 *
 * @param digest - 32 bytes
 */
export function isSignatureOf(
  key: PublicKey,
  algorithm: SignatureAlgorithm,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (!algorithmsOf(key).includes(algorithm)) return false
  if (key.kind === 'ec') return verifyEcdsaDigest(key.key, digest, signature)
  if (key.kind === 'sm2') return verifySm2Digest(key.key, digest, signature)
  return algorithm === 'RSA_PSS_SHA_256'
    ? verifyPssSha256(key.key, digest, signature)
    : verifyPkcs1Sha256(key.key, digest, signature)
}

function sm2Key(spki: Uint8Array): PublicKey | undefined {
  const key = tried(() => decodeSm2Spki(spki))
  return key && { kind: 'sm2', key, spki }
}

function ecKey(curve: 'P-256' | 'secp256k1', spki: Uint8Array): PublicKey | undefined {
  const key = tried(() => decodeEcSpki(curves[curve], spki))
  return key && { kind: 'ec', curve, key, spki }
}

function rsaKey(spki: Uint8Array): PublicKey | undefined {
  const key = tried(() => createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }))
  return key?.asymmetricKeyType === 'rsa' ? { kind: 'rsa', bits: modulusBits(key), key, spki } : undefined
}

/** A public key holds no secret: that it isn't of one kind only means that the next one is tried. */
function tried<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
