import { createHmac, hkdfSync, type KeyObject } from 'node:crypto'

/** Hashes with 32 bytes of output, which the counter steps by. */
export type KdfHash = 'sha256' | 'sm3'

/**
 * HKDF-SHA-256 (RFC 5869).
 *
 * @param info - what the derived key is for; one label per purpose (SEC-07)
 * @param length - 1 to 8160 bytes
 */
export function hkdfSha256(
  secret: KeyObject | Uint8Array,
  salt: Uint8Array,
  info: Uint8Array | string,
  length: number,
): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, salt, info, length))
}

/**
 * NIST SP 800-108r1 §4.1, counter mode with HMAC (SHA-256 unless said otherwise): 32-bit counter from 1 ‖ label ‖ 00 ‖ context ‖ 32-bit length
 * of the output in bits.
 *
 * @param length - bytes wanted
 */
export function counterKdf(
  secret: KeyObject,
  label: string,
  context: Uint8Array,
  length: number,
  hash: KdfHash = 'sha256',
): Uint8Array {
  const bits = Buffer.alloc(4)
  bits.writeUInt32BE(length * 8)
  return counterKdfFixed(secret, Buffer.concat([Buffer.from(label, 'utf8'), Buffer.of(0), context, bits]), length, hash)
}

/** The same over fixed input data already put together, as the published known answers give it. */
export function counterKdfFixed(
  secret: KeyObject,
  fixedInput: Uint8Array,
  length: number,
  hash: KdfHash = 'sha256',
): Uint8Array {
  const output = new Uint8Array(length)
  const counter = Buffer.alloc(4)
  for (let made = 0, block = 1; made < length; made += 32, block++) {
    counter.writeUInt32BE(block)
    const bytes = createHmac(hash, secret).update(counter).update(fixedInput).digest()
    output.set(bytes.subarray(0, length - made), made)
    bytes.fill(0)
  }
  return output
}
