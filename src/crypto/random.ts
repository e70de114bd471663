import { randomFillSync } from 'node:crypto'

/** Ids and IVs are this short. A call of the generator costs thirty times what such a copy does. */
const shortBytes = 16
const pool = new Uint8Array(4096)
let used = pool.length

/**
 * Fresh bytes from the operating system's generator by way of OpenSSL.
 *
 * The buffer has memory of its own (not a slice of Node's shared pool), so a caller may erase it with `fill(0)`. What was
 * given out is erased here at once, so that nothing tells it later.
 */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  if (length > shortBytes) return randomFillSync(new Uint8Array(length))
  if (used + length > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = pool.slice(used, used + length)
  pool.fill(0, used, used + length)
  used += length
  return bytes
}
