import { createCipheriv, timingSafeEqual } from 'node:crypto'
import type { BlockKey } from './block-cipher.ts'
import { Cmac, double, xorInto } from './cmac.ts'
import { CryptoFailure } from './failure.ts'

/*
 * SIV (RFC 5297): the IV of CTR is a CMAC over everything, plaintext included. Under one nonce twice it shows equal
 * messages as equal and nothing more, where GCM would give away both messages and the key of its tags. The RFC is about
 * AES; nothing in it asks more of the cipher than blocks of 128 bits, so it serves SM4 too.
 */

/** Two keys that are used for nothing else. */
export interface SivKey {
  readonly mac: BlockKey
  readonly encryption: BlockKey
}

const sivTagBytes = 16

/**
 * @param headers - authenticated, not part of the result: associated data, then the nonce
 * @returns ciphertext ‖ 16-byte synthetic IV; RFC 5297 writes the IV first
 */
export function sealSiv(key: SivKey, headers: readonly Uint8Array[], plaintext: Uint8Array): Uint8Array {
  const iv = syntheticIv(key.mac, headers, plaintext)
  return Buffer.concat([applyCtr(key.encryption, iv, plaintext), iv])
}

/** @throws CryptoFailure for every reason it does not open */
export function openSiv(key: SivKey, headers: readonly Uint8Array[], sealed: Uint8Array): Uint8Array {
  const tagStart = sealed.length - sivTagBytes
  if (tagStart < 0) throw new CryptoFailure()
  const iv = sealed.subarray(tagStart)
  const plaintext = applyCtr(key.encryption, iv, sealed.subarray(0, tagStart))
  if (timingSafeEqual(syntheticIv(key.mac, headers, plaintext), iv)) return plaintext
  plaintext.fill(0)
  throw new CryptoFailure()
}

/** S2V (RFC 5297 §2.4). */
function syntheticIv(key: BlockKey, headers: readonly Uint8Array[], plaintext: Uint8Array): Uint8Array {
  const cmac = new Cmac(key)
  let chained = cmac.mac(new Uint8Array(16))
  for (const header of headers) {
    chained = double(chained)
    xorInto(chained, cmac.mac(header))
  }
  if (plaintext.length >= 16) {
    const message = Uint8Array.from(plaintext)
    xorInto(message.subarray(-16), chained)
    return cmac.mac(message)
  }
  const padded = double(chained)
  xorInto(padded, Buffer.concat([plaintext, Buffer.of(0x80)]))
  return cmac.mac(padded)
}

/** The two bits are cleared so that counters of 32 bits never carry (RFC 5297 §2.5). */
function applyCtr({ cipher: name, secret }: BlockKey, iv: Uint8Array, input: Uint8Array): Uint8Array {
  const counter = Uint8Array.from(iv)
  for (const index of [8, 12]) counter[index] = (counter[index] ?? 0) & 0x7f
  const cipher = createCipheriv(`${name}-ctr`, secret, counter)
  return Buffer.concat([cipher.update(input), cipher.final()])
}
