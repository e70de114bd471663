import { createCipheriv, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { BlockCipher } from './algorithms.ts'
import { Cmac } from './cmac.ts'
import { CryptoFailure } from './failure.ts'

/*
 * AES-EAX (Bellare, Rogaway, Wagner 2004): CTR under a counter derived from the nonce, authenticated by CMAC. Node has no
 * EAX; it is here for envelope files that use it.
 */

const eaxTagBytes = 16

/**
 * @param nonce - of any length, never used twice with one key
 * @param header - authenticated, not part of the result
 * @returns ciphertext ‖ 16-byte tag
 */
export function sealEax(
  key: KeyObject,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  header: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const cmac = new Cmac(aesKey(key))
  const counter = omac(cmac, 0, nonce)
  const ciphertext = applyCtr(key, counter, plaintext)
  return Buffer.concat([ciphertext, tagOf(counter, omac(cmac, 1, header), omac(cmac, 2, ciphertext))])
}

/** @throws CryptoFailure for every reason it does not open; nothing is decrypted before the tag was checked */
export function openEax(
  key: KeyObject,
  nonce: Uint8Array,
  sealed: Uint8Array,
  header: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const tagStart = sealed.length - eaxTagBytes
  if (tagStart < 0) throw new CryptoFailure()
  const ciphertext = sealed.subarray(0, tagStart)
  const cmac = new Cmac(aesKey(key))
  const counter = omac(cmac, 0, nonce)
  const tag = tagOf(counter, omac(cmac, 1, header), omac(cmac, 2, ciphertext))
  if (!timingSafeEqual(tag, sealed.subarray(tagStart))) throw new CryptoFailure()
  return applyCtr(key, counter, ciphertext)
}

/** CMAC over the tweak as a whole block, then the message. */
function omac(cmac: Cmac, tweak: number, message: Uint8Array): Uint8Array {
  const prefix = new Uint8Array(16)
  prefix[15] = tweak
  return cmac.mac(prefix, message)
}

const tagOf = (...parts: readonly [Uint8Array, Uint8Array, Uint8Array]): Uint8Array =>
  parts[0].map((byte, index) => byte ^ (parts[1][index] ?? 0) ^ (parts[2][index] ?? 0))

const aesKey = (secret: KeyObject) => ({
  cipher: `aes-${(secret.symmetricKeySize ?? 0) * 8}` as Exclude<BlockCipher, 'sm4'>,
  secret,
})

function applyCtr(key: KeyObject, counter: Uint8Array, input: Uint8Array): Uint8Array {
  const { cipher: name } = aesKey(key)
  const cipher = createCipheriv(`${name}-ctr`, key, counter)
  return Buffer.concat([cipher.update(input), cipher.final()])
}
