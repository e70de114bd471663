import { createCipheriv, timingSafeEqual } from 'node:crypto'
import { CryptoFailure } from './failure.ts'

/**
 * AES-CMAC and AES-EAX, which OpenSSL and therefore node:crypto do not offer in this form. Both stand on its AES-CBC and
 * AES-CTR. Keys of 16, 24 and 32 bytes.
 */

const blockBytes = 16
const eaxTagBytes = 16
/** CBC output is thrown away but for its last block; in pieces it never takes as much memory as the message. */
const pieceBytes = 1 << 18

/**
 * CMAC (NIST SP 800-38B, RFC 4493) over the concatenation of `parts`.
 *
 * @returns 16 bytes
 */
export function aesCmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const cipher = createCipheriv(cbcName(key), key, new Uint8Array(blockBytes))
  cipher.setAutoPadding(false)
  const last = new LastBlock((blocks) => cipher.update(blocks))
  for (const part of parts) last.push(part)
  const subkey = doubled(encryptBlock(key, new Uint8Array(blockBytes)))
  const { block, isComplete } = last.end()
  const mask = isComplete ? subkey : doubled(subkey)
  return cipher.update(xor(block, mask))
}

/** Feeds everything but the last block, which CMAC treats differently, to `consume` in whole blocks. */
class LastBlock {
  readonly #consume: (blocks: Uint8Array) => void
  #held: Uint8Array = new Uint8Array(0)

  constructor(consume: (blocks: Uint8Array) => void) {
    this.#consume = consume
  }

  push(part: Uint8Array): void {
    for (let offset = 0; offset < part.length; offset += pieceBytes) {
      const joined = Buffer.concat([this.#held, part.subarray(offset, offset + pieceBytes)])
      const ready = Math.max(0, Math.ceil(joined.length / blockBytes) - 1) * blockBytes
      if (ready > 0) this.#consume(joined.subarray(0, ready))
      this.#held = joined.subarray(ready)
    }
  }

  /** The last block, padded with 10* if it is not complete. */
  end(): { block: Uint8Array; isComplete: boolean } {
    const isComplete = this.#held.length === blockBytes
    const block = new Uint8Array(blockBytes)
    block.set(this.#held)
    if (!isComplete) block[this.#held.length] = 0x80
    return { block, isComplete }
  }
}

/**
 * AES-EAX (Bellare, Rogaway, Wagner, "The EAX Mode of Operation", 2004) with the full 16-byte tag.
 *
 * @param nonce - any length, never used twice with one key
 * @param header - authenticated, not part of the result
 * @returns `ciphertext` as long as `plaintext`, and `tag`
 */
export function sealEax(
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  header: Uint8Array = new Uint8Array(0),
): { ciphertext: Uint8Array; tag: Uint8Array } {
  const counter = omac(key, 0, nonce)
  const ciphertext = aesCtr(key, counter, plaintext)
  return { ciphertext, tag: eaxTag(key, counter, header, ciphertext) }
}

/**
 * Opens what `sealEax` made; nothing is decrypted before the tag has been checked.
 *
 * @throws CryptoFailure
 */
export function openEax(
  key: Uint8Array,
  nonce: Uint8Array,
  ciphertext: Uint8Array,
  tag: Uint8Array,
  header: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const counter = omac(key, 0, nonce)
  const expected = eaxTag(key, counter, header, ciphertext)
  if (tag.length !== eaxTagBytes || !timingSafeEqual(tag, expected)) throw new CryptoFailure()
  return aesCtr(key, counter, ciphertext)
}

function eaxTag(key: Uint8Array, counter: Uint8Array, header: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return xor(xor(counter, omac(key, 1, header)), omac(key, 2, ciphertext))
}

/** CMAC behind a block that says what is authenticated: 0 nonce, 1 header, 2 ciphertext. */
function omac(key: Uint8Array, domain: number, content: Uint8Array): Uint8Array {
  const prefix = new Uint8Array(blockBytes)
  prefix[blockBytes - 1] = domain
  return aesCmac(key, prefix, content)
}

function aesCtr(key: Uint8Array, counter: Uint8Array, input: Uint8Array): Uint8Array {
  return createCipheriv(`aes-${key.length * 8}-ctr`, key, counter).update(input)
}

function encryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv(cbcName(key), key, new Uint8Array(blockBytes))
  cipher.setAutoPadding(false)
  return cipher.update(block)
}

/** Multiplication by x in GF(2^128), RFC 4493 §2.3; no branch depends on the key. */
function doubled(block: Uint8Array): Uint8Array {
  const result = new Uint8Array(blockBytes)
  for (let i = 0; i < blockBytes; i += 1) result[i] = ((block[i] ?? 0) << 1) | ((block[i + 1] ?? 0) >> 7)
  result[blockBytes - 1] = (result[blockBytes - 1] ?? 0) ^ (0x87 & -((block[0] ?? 0) >> 7))
  return result
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ (b[i] ?? 0))
}

function cbcName(key: Uint8Array): string {
  return `aes-${key.length * 8}-cbc`
}
