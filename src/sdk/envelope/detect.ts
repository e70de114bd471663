import { streamStart } from './encryption-sdk/stream.ts'
import { magic } from './keyhaven/header.ts'

/** What the first bytes say; `text` covers the line formats and `online`, which differ in their number of lines. */
type EnvelopeFamily = 'keyhaven' | 'sdk-message' | 'sdk-stream' | 'java-v2-object' | 'text'

/** How many bytes `detectFamily` needs to see. */
export const detectBytes = 8

/**
 * Tells the formats apart. Only `keyhaven` has a magic number; the others are known by what cannot be at the start of
 * another: 0x30 of a DER SEQUENCE is also the digit 0, which Base64 text may begin with, so its length byte decides.
 *
 * @returns undefined for anything else, and for nothing at all
 */
export function detectFamily(start: Uint8Array): EnvelopeFamily | undefined {
  const head = Buffer.from(start.subarray(0, detectBytes))
  if (head.equals(magic)) return 'keyhaven'
  if (head.length >= streamStart.length && head.subarray(0, streamStart.length).equals(streamStart)) return 'sdk-stream'
  // A message is longer than 127 bytes, so its length is written in the long form, 0x81 to 0x84.
  if (head[0] === 0x30 && head[1] !== undefined && head[1] > 0x80) return 'sdk-message'
  if (head[0] === 0x7b) return 'java-v2-object'
  return head.length > 0 && /^[A-Za-z0-9+/=]+[\r\n]{0,2}$/.test(head.toString('latin1')) ? 'text' : undefined
}

/** Of the family `text`: a lone line is a direct ciphertext, several are an envelope of the samples. */
export function isOneLine(text: Uint8Array): boolean {
  const lineFeed = text.indexOf(0x0a)
  return lineFeed === -1 || lineFeed === text.length - 1
}
