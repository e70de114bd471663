import { hash } from 'node:crypto'

/** MGF1 (RFC 8017 §B.2.1): `length` mask bytes from `seed`. */
export function mgf1(hashName: 'sha1' | 'sha256', seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = []
  const input = Buffer.concat([seed, Buffer.alloc(4)])
  for (let counter = 0, made = 0; made < length; counter++) {
    input.writeUInt32BE(counter, seed.length)
    const block = hash(hashName, input, 'buffer')
    blocks.push(block)
    made += block.length
  }
  return Buffer.concat(blocks, length)
}

/** a xor b, as long as `a`; `b` is at least that long. */
export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, index) => byte ^ (b[index] ?? 0))
}
