/** Numbers as all formats but one IV length write them: unsigned, big-endian. */
export function u16(value: number): Uint8Array {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

export function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** The content behind its length in 32 bits; text as UTF-8. */
export function lengthAnd(content: string | Uint8Array): [Uint8Array, Uint8Array] {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  return [u32(bytes.length), bytes]
}
