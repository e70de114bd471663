/**
 * Fields as one byte string that no other list of fields has: each is preceded by its length (4 bytes, big-endian).
 * Text is UTF-8; numbers are decimal text; an absent field is not the same as an empty one.
 */
export function canonicalBytes(...fields: readonly (string | number | Uint8Array | undefined)[]): Uint8Array {
  const parts: Uint8Array[] = []
  for (const field of fields) {
    const bytes = field instanceof Uint8Array ? field : Buffer.from(field === undefined ? '' : exactText(field), 'utf8')
    const length = Buffer.alloc(4)
    length.writeUInt32BE(field === undefined ? absent : bytes.length)
    parts.push(length, bytes)
  }
  return Buffer.concat(parts)
}

const absent = 0xffffffff

// A lone surrogate has no UTF-8: it would become U+FFFD, and two different fields the same.
function exactText(field: string | number): string {
  const text = String(field)
  if (!text.isWellFormed()) throw new TypeError('a field is not well-formed text')
  return text
}
