import { hash, timingSafeEqual } from 'node:crypto'
import { mgf1, xor } from './mgf1.ts'
import { randomBytes } from './random.ts'

const hashLength = 32
const trailer = 0xbc

/**
 * EMSA-PSS encoding of a SHA-256 digest with MGF1-SHA-256 (RFC 8017 §9.1.1).
 *
 * @param modulusBits - the encoding is one bit shorter; moduli here are whole bytes, so it is as long as the modulus
 */
export function encodePss(digest: Uint8Array, modulusBits: number, salt: Uint8Array = randomBytes(32)): Uint8Array {
  const length = Math.ceil((modulusBits - 1) / 8)
  const zeros = length - salt.length - hashLength - 2
  if (zeros < 0) throw new RangeError('The modulus is too short for this salt')
  const digestOfAll = saltedDigest(digest, salt)
  const block = Buffer.concat([Buffer.alloc(zeros), Buffer.of(1), salt])
  const masked = xor(block, mgf1('sha256', digestOfAll, block.length))
  masked[0] = (masked[0] ?? 0) & leadingMask(modulusBits)
  return Buffer.concat([masked, digestOfAll, Buffer.of(trailer)])
}

/**
 * EMSA-PSS verification (RFC 8017 §9.1.2) of the encoded message a signature carries.
 *
 * @param saltLength - the exact salt length, or 'any'
 */
export function verifyPss(
  digest: Uint8Array,
  modulusBits: number,
  encoded: Uint8Array,
  saltLength: number | 'any',
): boolean {
  const blockLength = encoded.length - hashLength - 1
  if (blockLength < 1 || encoded[encoded.length - 1] !== trailer) return false
  const masked = encoded.subarray(0, blockLength)
  const digestOfAll = encoded.subarray(blockLength, -1)
  if (((masked[0] ?? 0) & ~leadingMask(modulusBits) & 0xff) !== 0) return false
  const block = xor(masked, mgf1('sha256', digestOfAll, blockLength))
  block[0] = (block[0] ?? 0) & leadingMask(modulusBits)
  const separator = block.findIndex((byte) => byte !== 0)
  if (separator === -1 || block[separator] !== 1) return false
  const salt = block.subarray(separator + 1)
  if (saltLength !== 'any' && salt.length !== saltLength) return false
  return timingSafeEqual(saltedDigest(digest, salt), digestOfAll)
}

function saltedDigest(digest: Uint8Array, salt: Uint8Array): Uint8Array {
  return hash('sha256', Buffer.concat([Buffer.alloc(8), digest, salt]), 'buffer')
}

/** The bits of the first byte that the encoding may use. */
const leadingMask = (modulusBits: number): number => 0xff >> (8 * Math.ceil((modulusBits - 1) / 8) - (modulusBits - 1))
