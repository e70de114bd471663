import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { MacHash } from './algorithms.ts'

/** A MAC key together with the only hash it is used with. */
export interface MacKey {
  readonly hash: MacHash
  readonly secret: KeyObject
}

/** HMAC (RFC 2104, GB/T 15852.2 for SM3) over the whole message; the full, untruncated output. */
export function generateMac(key: MacKey, message: Uint8Array): Uint8Array {
  return createHmac(key.hash, key.secret).update(message).digest()
}

/** Whether `mac` is the full-length MAC of the message. Compares in constant time; a truncated MAC is simply wrong. */
export function verifyMac(key: MacKey, message: Uint8Array, mac: Uint8Array): boolean {
  const expected = generateMac(key, message)
  return mac.length === expected.length && timingSafeEqual(mac, expected)
}
