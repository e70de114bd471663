import { randomFillSync } from 'node:crypto'

/**
 * Fresh bytes from the operating system's generator by way of OpenSSL.
 *
 * The buffer has memory of its own (not a slice of Node's shared pool), so a caller may erase it with `fill(0)`.
 */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return randomFillSync(new Uint8Array(length))
}
