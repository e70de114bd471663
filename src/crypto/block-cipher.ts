import { type CipherGCM, createCipheriv, createDecipheriv, type DecipherGCM, type KeyObject } from 'node:crypto'
import type { BlockCipher, Padding } from './algorithms.ts'
import { CryptoFailure } from './failure.ts'

/** A symmetric key together with the cipher it is for; the pair keeps a 16-byte SM4 key from being used as AES-128. */
export interface BlockKey {
  readonly cipher: BlockCipher
  readonly secret: KeyObject
}

export const gcmIvBytes = 12
export const gcmTagBytes = 16

// SEC-20: without it OpenSSL would accept shorter tags.
const gcmOptions = { authTagLength: gcmTagBytes }

// Names as OpenSSL knows them, written out once so that the 32-byte path concatenates no strings.
const gcmNames = {
  'aes-128': 'aes-128-gcm',
  'aes-192': 'aes-192-gcm',
  'aes-256': 'aes-256-gcm',
  sm4: 'sm4-gcm',
} as const satisfies Record<BlockCipher, string>

/**
 * GCM with a 12-byte IV and a 16-byte tag (NIST SP 800-38D, RFC 8998).
 *
 * @param iv - 12 bytes, never used twice with one key
 * @param aad - authenticated, not part of the result; nothing when absent
 * @returns ciphertext ‖ tag, 16 bytes longer than `plaintext`
 * @throws RangeError if the IV is not 12 bytes
 */
export function sealGcm(key: BlockKey, iv: Uint8Array, plaintext: Uint8Array, aad?: Uint8Array): Uint8Array {
  if (iv.length !== gcmIvBytes) throw new RangeError(`A GCM IV has ${gcmIvBytes} bytes`)
  const cipher = createCipheriv(gcmNames[key.cipher] as 'aes-256-gcm', key.secret, iv, gcmOptions)
  return sealWith(cipher, plaintext, aad)
}

/**
 * Opens what `sealGcm` made. Nothing is handed out before the tag has been checked.
 *
 * @param sealed - ciphertext ‖ 16-byte tag
 * @throws CryptoFailure for every reason the input does not open, an IV of another length included
 */
export function openGcm(key: BlockKey, iv: Uint8Array, sealed: Uint8Array, aad?: Uint8Array): Uint8Array {
  if (iv.length !== gcmIvBytes) throw new CryptoFailure()
  return openWith(key, iv, sealed, aad)
}

/**
 * Opens a GCM message whose IV has another length than 12 bytes, as older envelope files have.
 *
 * @throws CryptoFailure
 */
export function openGcmAnyIv(key: BlockKey, iv: Uint8Array, sealed: Uint8Array, aad?: Uint8Array): Uint8Array {
  if (iv.length === 0 || iv.length > 128) throw new CryptoFailure()
  return openWith(key, iv, sealed, aad)
}

/** Seals under an IV of any length from 1 to 128 bytes; only for formats that fix such an IV. */
export function sealGcmAnyIv(key: BlockKey, iv: Uint8Array, plaintext: Uint8Array, aad?: Uint8Array): Uint8Array {
  if (iv.length === 0 || iv.length > 128) throw new RangeError('A GCM IV has 1 to 128 bytes')
  const cipher = createCipheriv(gcmNames[key.cipher] as 'aes-256-gcm', key.secret, iv, gcmOptions)
  return sealWith(cipher, plaintext, aad)
}

function sealWith(cipher: CipherGCM, plaintext: Uint8Array, aad: Uint8Array | undefined): Uint8Array {
  if (aad) cipher.setAAD(aad)
  const ciphertext = cipher.update(plaintext)
  cipher.final()
  const sealed = Buffer.allocUnsafe(ciphertext.length + gcmTagBytes)
  sealed.set(ciphertext, 0)
  sealed.set(cipher.getAuthTag(), ciphertext.length)
  return sealed
}

function openWith(key: BlockKey, iv: Uint8Array, sealed: Uint8Array, aad: Uint8Array | undefined): Uint8Array {
  const tagStart = sealed.length - gcmTagBytes
  if (tagStart < 0) throw new CryptoFailure()
  const decipher: DecipherGCM = createDecipheriv(gcmNames[key.cipher] as 'aes-256-gcm', key.secret, iv, gcmOptions)
  if (aad) decipher.setAAD(aad)
  decipher.setAuthTag(sealed.subarray(tagStart))
  const plaintext = decipher.update(sealed.subarray(0, tagStart))
  try {
    decipher.final()
  } catch {
    plaintext.fill(0)
    throw new CryptoFailure()
  }
  return plaintext
}

/** The unauthenticated modes the service offers: CBC, ECB and CTR. `iv` is empty for ECB, 16 bytes otherwise. */
export interface BlockParameters {
  readonly mode: 'cbc' | 'ecb' | 'ctr'
  readonly iv: Uint8Array
  readonly padding: Padding
}

/**
 * @throws RangeError if the IV has the wrong length, or with NO_PADDING the plaintext is not whole blocks (CTR aside)
 */
export function encryptBlocks(key: BlockKey, parameters: BlockParameters, plaintext: Uint8Array): Uint8Array {
  const { mode, iv, padding } = parameters
  if (iv.length !== ivBytesOf(mode)) throw new RangeError(`The IV has ${ivBytesOf(mode)} bytes in this mode`)
  if (mode !== 'ctr' && padding === 'NO_PADDING' && plaintext.length % 16 !== 0) {
    throw new RangeError('Without padding the plaintext is a multiple of 16 bytes')
  }
  const cipher = createCipheriv(`${key.cipher}-${mode}`, key.secret, mode === 'ecb' ? null : iv)
  cipher.setAutoPadding(padding === 'PKCS7_PADDING')
  return Buffer.concat([cipher.update(plaintext), cipher.final()])
}

/** @throws CryptoFailure for a wrong length, IV or padding */
export function decryptBlocks(key: BlockKey, parameters: BlockParameters, ciphertext: Uint8Array): Uint8Array {
  const { mode, iv, padding } = parameters
  if (iv.length !== ivBytesOf(mode)) throw new CryptoFailure()
  try {
    const decipher = createDecipheriv(`${key.cipher}-${mode}`, key.secret, mode === 'ecb' ? null : iv)
    decipher.setAutoPadding(padding === 'PKCS7_PADDING')
    return Buffer.concat([decipher.update(ciphertext), decipher.final()])
  } catch {
    throw new CryptoFailure()
  }
}

const ivBytesOf = (mode: BlockParameters['mode']): number => (mode === 'ecb' ? 0 : 16)
