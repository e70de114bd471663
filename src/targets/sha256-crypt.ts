import { createHash } from 'node:crypto'

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * The hash of "Unix crypt using SHA-256" (Ulrich Drepper), without its prefix. A salt is taken as it is: MySQL's have 20
 * characters where crypt(3) cuts them at 16.
 *
 * @returns 43 characters
 */
export function sha256Crypt(password: string, salt: string, rounds: number): string {
  const [key, saltBytes] = [Buffer.from(password), Buffer.from(salt)]
  let digest = firstDigest(key, saltBytes)
  const keySequence = repeated(sha256(...Array<Buffer>(key.length).fill(key)), key.length)
  const saltCopies = 16 + (digest[0] ?? 0)
  const saltSequence = repeated(sha256(...Array<Buffer>(saltCopies).fill(saltBytes)), saltBytes.length)
  for (let round = 0; round < rounds; round++) {
    const parts = [round % 2 === 1 ? keySequence : digest]
    if (round % 3 !== 0) parts.push(saltSequence)
    if (round % 7 !== 0) parts.push(keySequence)
    parts.push(round % 2 === 1 ? digest : keySequence)
    digest = sha256(...parts)
  }
  return encoded(digest)
}

/** Steps 1 to 12: key and salt, as much of a second digest as the key is long, then one part for each bit of that length. */
function firstDigest(key: Buffer, salt: Buffer): Buffer {
  const second = sha256(key, salt, key)
  const parts = [key, salt, repeated(second, key.length)]
  for (let length = key.length; length > 0; length >>= 1) parts.push(length % 2 === 1 ? second : key)
  return sha256(...parts)
}

const sha256 = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest()

/** A digest again and again, cut at a length. */
const repeated = (digest: Buffer, length: number): Buffer =>
  Buffer.concat(Array<Buffer>(Math.ceil(length / digest.length)).fill(digest)).subarray(0, length)

/** Three bytes make four characters, the lowest six bits first; which three is the specification's order. */
function encoded(digest: Buffer): string {
  const at = (index: number): number => digest[index] ?? 0
  const groups = Array.from({ length: 10 }, (_, index) => {
    const order = [index, index + 10, index + 20]
    const turned = 3 - (index % 3)
    const [a = 0, b = 0, c = 0] = [...order.slice(turned), ...order.slice(0, turned)]
    return letters((at(a) << 16) | (at(b) << 8) | at(c), 4)
  })
  return groups.join('') + letters((at(31) << 8) | at(30), 3)
}

function letters(value: number, count: number): string {
  return Array.from({ length: count }, (_, index) => alphabet.charAt((value >> (6 * index)) & 63)).join('')
}
