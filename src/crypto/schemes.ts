import { type EcPrivateKey, signEcdsaDigest, signEcdsaMessage, verifyEcdsaMessage, verifyOwnEcdsaDigest } from './ec.ts'
import { decryptEcies, encryptEcies } from './ecies.ts'
import { sha256 } from './hash.ts'
import type { UsableKey } from './key-material.ts'
import {
  decryptOaep,
  encryptOaep,
  type OaepHash,
  signPkcs1Sha256,
  signPssSha256,
  verifyPkcs1Sha256,
  verifyPssSha256,
} from './rsa.ts'
import type { RsaPrivateKey } from './rsa-private-key.ts'
import type { Sm2PrivateKey } from './sm2-key.ts'
import { signSm2InPool } from './sm2-pooled-signature.ts'
import { sm2Digest } from './sm2-signature.ts'
import { decryptSm2InThread, encryptSm2InThread, verifySm2InThread } from './sm2-threads.ts'

/*
 * The functions behind the names of algorithms.ts. A key of another kind than the scheme's is misuse and throws
 * TypeError; an input of the wrong length throws RangeError; what depends on secrets throws CryptoFailure.
 */

/** Public-key encryption of a short plaintext. */
export interface EncryptionScheme {
  /** @throws RangeError if the plaintext is longer than the algorithm's maximum for this key (or empty, for SM2) */
  encrypt(key: UsableKey, plaintext: Uint8Array): Promise<Uint8Array>
  /** @throws CryptoFailure for every reason it does not open */
  decrypt(key: UsableKey, ciphertext: Uint8Array): Promise<Uint8Array>
}

export interface VerifyOptions {
  /** Salt length RSA-PSS insists on; 32 unless said otherwise. Other schemes have no salt. */
  readonly saltLength?: number | 'any'
}

/** Signatures over a 32-byte digest, or over a message that the scheme hashes in its own way (SM2: with Z). */
export interface SignatureScheme {
  sign(key: UsableKey, digest: Uint8Array): Promise<Uint8Array>
  verify(key: UsableKey, digest: Uint8Array, signature: Uint8Array, options?: VerifyOptions): Promise<boolean>
  signMessage(key: UsableKey, message: Uint8Array): Promise<Uint8Array>
  verifyMessage(key: UsableKey, message: Uint8Array, signature: Uint8Array, options?: VerifyOptions): Promise<boolean>
}

const oaep = (hash: OaepHash): EncryptionScheme => ({
  encrypt: async (key, plaintext) => encryptOaep(rsa(key).publicKey, hash, plaintext),
  decrypt: (key, ciphertext) => decryptOaep(rsa(key), hash, ciphertext),
})

const ecies: EncryptionScheme = {
  encrypt: async (key, plaintext) => encryptEcies(ec(key).publicKey, plaintext),
  decrypt: async (key, ciphertext) => decryptEcies(ec(key), ciphertext),
}

const sm2pke: EncryptionScheme = {
  encrypt: async (key, plaintext) => encryptSm2InThread(sm2(key).publicKey, plaintext),
  decrypt: async (key, ciphertext) => decryptSm2InThread(sm2(key), ciphertext),
}

const rsaPkcs1: SignatureScheme = {
  sign: async (key, digest) => signPkcs1Sha256(rsa(key), digest),
  verify: async (key, digest, signature) => verifyPkcs1Sha256(rsa(key).publicKey, digest, signature),
  signMessage: async (key, message) => signPkcs1Sha256(rsa(key), sha256(message)),
  verifyMessage: async (key, message, signature) => verifyPkcs1Sha256(rsa(key).publicKey, sha256(message), signature),
}

const rsaPss: SignatureScheme = {
  sign: async (key, digest) => signPssSha256(rsa(key), digest),
  verify: async (key, digest, signature, options) =>
    verifyPssSha256(rsa(key).publicKey, digest, signature, options?.saltLength),
  signMessage: async (key, message) => signPssSha256(rsa(key), sha256(message)),
  verifyMessage: async (key, message, signature, options) =>
    verifyPssSha256(rsa(key).publicKey, sha256(message), signature, options?.saltLength),
}

const ecdsa: SignatureScheme = {
  sign: async (key, digest) => signEcdsaDigest(ec(key), digest),
  verify: async (key, digest, signature) => verifyOwnEcdsaDigest(ec(key), digest, signature),
  signMessage: async (key, message) => signEcdsaMessage(ec(key), message),
  verifyMessage: async (key, message, signature) => verifyEcdsaMessage(ec(key).publicKey, message, signature),
}

const sm2dsa: SignatureScheme = {
  sign: async (key, digest) => signSm2InPool(sm2(key), digest),
  verify: async (key, digest, signature) => verifySm2InThread(sm2(key).publicKey, digest, signature),
  signMessage: async (key, message) => signSm2InPool(sm2(key), sm2Digest(sm2(key).publicKey, message)),
  verifyMessage: async (key, message, signature) => {
    const { publicKey } = sm2(key)
    return verifySm2InThread(publicKey, sm2Digest(publicKey, message), signature)
  },
}

const encryptionSchemes: ReadonlyMap<string, EncryptionScheme> = new Map([
  ['RSAES_OAEP_SHA_256', oaep('sha256')],
  ['RSAES_OAEP_SHA_1', oaep('sha1')],
  ['ECIES_DH_SHA_1_XOR_HMAC', ecies],
  ['SM2PKE', sm2pke],
])

const signatureSchemes: ReadonlyMap<string, SignatureScheme> = new Map([
  ['RSA_PKCS1_SHA_256', rsaPkcs1],
  ['RSA_PSS_SHA_256', rsaPss],
  ['ECDSA_SHA_256', ecdsa],
  ['SM2DSA', sm2dsa],
])

/** The scheme of an algorithm taken from a key spec's entry. */
export function encryptionScheme(algorithm: { readonly name: string }): EncryptionScheme {
  return found(encryptionSchemes, algorithm.name)
}

/** The scheme of an algorithm taken from a key spec's entry. */
export function signatureScheme(algorithm: { readonly name: string }): SignatureScheme {
  return found(signatureSchemes, algorithm.name)
}

function found<Scheme>(schemes: ReadonlyMap<string, Scheme>, name: string): Scheme {
  const scheme = schemes.get(name)
  if (!scheme) throw new TypeError(`No scheme is called ${name}`)
  return scheme
}

function rsa(key: UsableKey): RsaPrivateKey {
  if (key.kind !== 'rsa') throw new TypeError('The algorithm needs an RSA key')
  return key.privateKey
}

function ec(key: UsableKey): EcPrivateKey {
  if (key.kind !== 'ec') throw new TypeError('The algorithm needs an EC key')
  return key.privateKey
}

function sm2(key: UsableKey): Sm2PrivateKey {
  if (key.kind !== 'sm2') throw new TypeError('The algorithm needs an SM2 key')
  return key.privateKey
}
