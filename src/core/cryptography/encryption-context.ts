import { sha256 } from '../../crypto/hash.ts'

/**
 * The associated data that an encryption context stands for: SHA-256 of `key=value` pairs, sorted by key and joined
 * with `&`, unescaped UTF-8. That is the rule of the official Java and Go clients (and of the service, whose
 * ciphertexts they open). An empty map counts as none.
 *
 * @returns 32 bytes, or nothing
 */
export function contextAad(context: Readonly<Record<string, string>> | undefined): Uint8Array | undefined {
  const keys = Object.keys(context ?? {})
  if (context === undefined || keys.length === 0) return undefined
  const pairs = keys.sort(byCodePoint).map((key) => `${key}=${context[key]}`)
  return sha256(Buffer.from(pairs.join('&'), 'utf8'))
}

/** UTF-8 byte order, as Go and Python sort; UTF-16 order differs outside the basic plane. */
const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'))
