import { decodeIntegerPair, encodeIntegerPair } from './der.ts'

const half = 32

/**
 * r ‖ s of a DER signature on a 256-bit curve, 64 bytes: what JOSE (RFC 7518 §3.4) and WebCrypto call the signature.
 *
 * @returns undefined unless it is strict DER and both numbers have at most 32 bytes
 */
export function joinSignature(der: Uint8Array): Uint8Array | undefined {
  const pair = decodeIntegerPair(der)
  if (pair === undefined || pair.r.length > half || pair.s.length > half) return undefined
  const joined = new Uint8Array(2 * half)
  joined.set(pair.r, half - pair.r.length)
  joined.set(pair.s, 2 * half - pair.s.length)
  return joined
}

/** The same signature in DER; undefined unless it has 64 bytes. */
export function splitSignature(joined: Uint8Array): Uint8Array | undefined {
  return joined.length === 2 * half ? encodeIntegerPair(joined.subarray(0, half), joined.subarray(half)) : undefined
}
