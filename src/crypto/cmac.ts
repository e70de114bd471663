import { createCipheriv } from 'node:crypto'
import type { BlockKey } from './block-cipher.ts'

const blockBytes = 16
const zeroBlock = new Uint8Array(blockBytes)

/** CMAC (NIST SP 800-38B, RFC 4493) over a cipher of 128-bit blocks, with its two subkeys computed once. */
export class Cmac {
  readonly #key: BlockKey
  readonly #wholeBlockKey: Uint8Array
  readonly #paddedBlockKey: Uint8Array

  constructor(key: BlockKey) {
    this.#key = key
    this.#wholeBlockKey = double(this.#chain(zeroBlock))
    this.#paddedBlockKey = double(this.#wholeBlockKey)
  }

  /** The 16-byte MAC of the parts, one after the other. */
  mac(...parts: readonly Uint8Array[]): Uint8Array {
    const total = parts.reduce((sum, part) => sum + part.length, 0)
    const lastLength = total === 0 ? 0 : ((total - 1) % blockBytes) + 1
    const message = Buffer.concat(parts, total - lastLength + blockBytes)
    if (lastLength < blockBytes) message[total] = 0x80
    xorInto(message.subarray(-blockBytes), lastLength === blockBytes ? this.#wholeBlockKey : this.#paddedBlockKey)
    return this.#chain(message)
  }

  /** The last block of CBC with a zero IV over whole blocks. */
  #chain(message: Uint8Array): Uint8Array {
    const { cipher: name, secret } = this.#key
    const cipher = createCipheriv(`${name}-cbc`, secret, zeroBlock).setAutoPadding(false)
    const encrypted = cipher.update(message)
    cipher.final()
    return encrypted.slice(-blockBytes)
  }
}

/** Multiplication by x in GF(2^128), the block as a big-endian polynomial. */
export function double(block: Uint8Array): Uint8Array {
  const shifted = block.map((byte, index) => (byte << 1) | ((block[index + 1] ?? 0) >> 7))
  const carry = (block[0] ?? 0) >> 7
  shifted[blockBytes - 1] = (shifted[blockBytes - 1] ?? 0) ^ (0x87 * carry)
  return shifted
}

/** Adds `mask` to the first bytes of `target`. */
export function xorInto(target: Uint8Array, mask: Uint8Array): void {
  for (let index = 0; index < mask.length; index++) target[index] = (target[index] ?? 0) ^ (mask[index] ?? 0)
}
