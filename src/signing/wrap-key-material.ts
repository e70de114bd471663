import { createCipheriv, createPublicKey } from 'node:crypto'
import { decodePem } from '../crypto/pem.ts'
import { randomBytes } from '../crypto/random.ts'
import { encryptOaep } from '../crypto/rsa.ts'
import { encryptSm2 } from '../crypto/sm2-encryption.ts'
import { decodeSm2Spki } from '../crypto/sm2-key.ts'
import { SigningError } from './errors.ts'

/** How GetParametersForImport lets material be wrapped; the ways for old programs are left out. */
export const wrappingAlgorithms = [
  'RSAES_OAEP_SHA_256',
  'RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD',
  'SM2PKE',
  'SM2PKE_SM4_ECB',
] as const
export type MaterialWrapping = (typeof wrappingAlgorithms)[number]

/**
 * Wraps key material for ImportKeyMaterial under the public key that GetParametersForImport returned. Layouts are in
 * docs/reference/key-import.md; the caller wipes the material.
 *
 * @param publicKey - SubjectPublicKeyInfo, DER in Base64 without armour, as the answer has it
 * @throws SigningError `key` for a public key that is none; `document` for material that the algorithm cannot hold
 */
export function wrapKeyMaterial(publicKey: string, algorithm: MaterialWrapping, material: Uint8Array): Uint8Array {
  const spki = Buffer.from(publicKey, 'base64')
  try {
    return wrappings[algorithm](spki, material)
  } catch (cause) {
    const isTooLong = cause instanceof RangeError || (cause as NodeJS.ErrnoException).code?.startsWith('ERR_OSSL_RSA')
    const [code, parameter, message] = isTooLong
      ? (['document', 'material', `The material does not fit into ${algorithm}.`] as const)
      : (['key', 'publicKey', `The wrapping key is none for ${algorithm}.`] as const)
    throw new SigningError(code, message, { parameter, cause })
  }
}

type Wrap = (spki: Buffer, material: Uint8Array) => Uint8Array

const underRsa: Wrap = (spki, material) =>
  encryptOaep(createPublicKey({ key: spki, format: 'der', type: 'spki' }), 'sha256', material)
const underSm2: Wrap = (spki, material) => encryptSm2(decodeSm2Spki(spki), material)

/** The wrapped symmetric key, then the material under it. The key serves once, which is why ECB will do. */
const inTwoSteps =
  (wrapKey: Wrap, cipher: 'aes-256-ecb' | 'sm4-ecb', keyBytes: number): Wrap =>
  (spki, material) => {
    const key = randomBytes(keyBytes)
    const ecb = createCipheriv(cipher, key, null).setAutoPadding(cipher === 'aes-256-ecb')
    if (cipher === 'sm4-ecb' && material.length % 16 !== 0) throw new RangeError('not whole blocks')
    try {
      return Buffer.concat([wrapKey(spki, key), ecb.update(material), ecb.final()])
    } finally {
      key.fill(0)
    }
  }

const wrappings: Readonly<Record<MaterialWrapping, Wrap>> = {
  RSAES_OAEP_SHA_256: underRsa,
  RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD: inTwoSteps(underRsa, 'aes-256-ecb', 32),
  SM2PKE: underSm2,
  SM2PKE_SM4_ECB: inTwoSteps(underSm2, 'sm4-ecb', 16),
}

/** DER of a private key in PEM: PKCS #8, or SEC 1 of an EC key. Undefined for text that is neither. */
export const privateKeyDer = (pem: string): Uint8Array | undefined =>
  decodePem('PRIVATE KEY', pem) ?? decodePem('EC PRIVATE KEY', pem)
