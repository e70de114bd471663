/** Node's own coding is the fastest there; browsers, where the console runs, have that of the language. */
const isNode = typeof Buffer !== 'undefined'

/** Standard Base64 with padding (RFC 4648 §4). */
export function encodeBase64(bytes: Uint8Array): string {
  if (!isNode) return bytes.toBase64()
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/**
 * Strict standard Base64: the `+/` alphabet, padding present, no white space, unused bits zero, so that exactly one text
 * stands for given bytes. The empty string is the empty value.
 *
 * @returns undefined if the text is anything else
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (!isNode) return decodeInBrowser(text)
  // Node decodes leniently, but encoding is canonical: only a canonical text survives the round trip.
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

/**
 * Base64 as files and programs have it: `base64` and `fold` wrap lines, and the official samples send a line of a file
 * with its line end. White space counts for nothing, all else is strict.
 *
 * @returns undefined if the text is anything else
 */
export function decodeWrappedBase64(text: string): Uint8Array | undefined {
  return decodeBase64(text.replaceAll(/[\t\n\r ]/g, ''))
}

function decodeInBrowser(text: string): Uint8Array | undefined {
  try {
    const bytes = Uint8Array.fromBase64(text)
    return bytes.toBase64() === text ? bytes : undefined
  } catch {
    return undefined
  }
}
