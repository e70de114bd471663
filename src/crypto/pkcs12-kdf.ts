import { createHmac, hash } from 'node:crypto'

export type Pkcs12Hash = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

/** What derived bytes are for (RFC 7292 §B.3). */
export const pkcs12Purpose = { key: 1, iv: 2, mac: 3 } as const

/** What the hash gives, and the blocks that it works on (FIPS 180-4 §1). */
const sizes: Readonly<Record<Pkcs12Hash, { readonly hashBytes: number; readonly blockBytes: number }>> = {
  sha1: { hashBytes: 20, blockBytes: 64 },
  sha224: { hashBytes: 28, blockBytes: 64 },
  sha256: { hashBytes: 32, blockBytes: 64 },
  sha384: { hashBytes: 48, blockBytes: 128 },
  sha512: { hashBytes: 64, blockBytes: 128 },
}

/** A password as PKCS #12 takes it: UTF-16BE with two zero bytes at the end (RFC 7292 §B.1). */
export function bmpPassword(password: string): Uint8Array {
  return Buffer.from(`${password}\0`, 'utf16le').swap16()
}

export interface Pkcs12KdfInput {
  readonly hash: Pkcs12Hash
  /** From `bmpPassword`. */
  readonly password: Uint8Array
  readonly salt: Uint8Array
  readonly iterations: number
}

/** The key derivation of PKCS #12 (RFC 7292 §B.2). */
export function pkcs12Kdf(input: Pkcs12KdfInput, purpose: 1 | 2 | 3, length: number): Uint8Array {
  const { hash: hashName, password, salt, iterations } = input
  const { blockBytes } = sizes[hashName]
  const diversifier = Buffer.alloc(blockBytes, purpose)
  const mixed = Buffer.concat([repeat(salt, blockBytes), repeat(password, blockBytes)])
  const blocks: Uint8Array[] = []
  for (let made = 0; made < length; ) {
    let block: Uint8Array = hash(hashName, Buffer.concat([diversifier, mixed]), 'buffer')
    for (let round = 1; round < iterations; round++) block = hash(hashName, block, 'buffer')
    blocks.push(block)
    made += block.length
    addToBlocks(mixed, Buffer.alloc(blockBytes, block))
  }
  return Buffer.concat(blocks, length)
}

/** The MAC over the authenticated safe (RFC 7292 §4). */
export function pkcs12Mac(input: Pkcs12KdfInput, content: Uint8Array): Uint8Array {
  const key = pkcs12Kdf(input, pkcs12Purpose.mac, sizes[input.hash].hashBytes)
  return createHmac(input.hash, key).update(content).digest()
}

/** The bytes over and over up to a whole number of blocks; nothing stays nothing. */
function repeat(bytes: Uint8Array, blockBytes: number): Uint8Array {
  if (bytes.length === 0) return bytes
  return Buffer.alloc(Math.ceil(bytes.length / blockBytes) * blockBytes, bytes)
}

/** Adds `addend` + 1, which is one block long, to every block, modulo what a block holds (RFC 7292 §B.2 step 6C). */
function addToBlocks(blocks: Buffer, addend: Uint8Array): void {
  for (let start = 0; start < blocks.length; start += addend.length) {
    let carry = 1
    for (let index = addend.length - 1; index >= 0; index--) {
      const sum = (blocks[start + index] ?? 0) + (addend[index] ?? 0) + carry
      blocks[start + index] = sum & 0xff
      carry = sum >> 8
    }
  }
}
