import { decodeBase64, encodeBase64 } from '../../../crypto/base64.ts'
import { EnvelopeError } from '../errors.ts'

/** The fields of a text envelope of the official samples; three lines have the tag inside the ciphertext. */
export type LineEnvelope =
  | { readonly lines: 3; readonly ciphertextBlob: Uint8Array; readonly iv: Uint8Array; readonly sealed: Uint8Array }
  | {
      readonly lines: 4
      readonly ciphertextBlob: Uint8Array
      readonly nonce: Uint8Array
      readonly ciphertext: Uint8Array
      readonly tag: Uint8Array
    }

const lineFeed = 0x0a
const carriageReturn = 0x0d
const tagBytes = 16

/**
 * Splits text into lines: LF or CRLF, with or without an end of line at the end. At most `maxLines`.
 *
 * @returns undefined for more lines than that
 */
export function splitLines(text: Uint8Array, maxLines: number): Uint8Array[] | undefined {
  const lines: Uint8Array[] = []
  let start = 0
  while (start < text.length || lines.length === 0) {
    if (lines.length === maxLines) return undefined
    const found = text.indexOf(lineFeed, start)
    const end = found === -1 ? text.length : found
    const content = text[end - 1] === carriageReturn && end > start ? end - 1 : end
    lines.push(text.subarray(start, content))
    if (found === -1) break
    start = end + 1
  }
  return lines
}

/**
 * Reads a three- or four-line envelope. Nothing can be checked without the data key except the shape.
 *
 * @throws EnvelopeError `DamagedHeader` for lines that are not Base64 or not of the right length
 */
export function parseLineEnvelope(lines: readonly Uint8Array[]): LineEnvelope {
  const [ciphertextBlob, nonce, content, tag] = lines.map(decodeLine) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array | undefined,
  ]
  if (tag === undefined) {
    if (nonce.length !== 12 || content.length < tagBytes) throw damaged('a field has the wrong length')
    return { lines: 3, ciphertextBlob, iv: nonce, sealed: content }
  }
  // The samples write 16 bytes; 12 are what a corrected sample would write.
  if (nonce.length < 12 || nonce.length > 16 || tag.length !== tagBytes) throw damaged('a field has the wrong length')
  return { lines: 4, ciphertextBlob, nonce, ciphertext: content, tag }
}

/** As the official writers end their lines: after each of four, between three. */
export function formatLineEnvelope(envelope: LineEnvelope): Uint8Array {
  if (envelope.lines === 3) return joinLines([envelope.ciphertextBlob, envelope.iv, envelope.sealed], '')
  return joinLines([envelope.ciphertextBlob, envelope.nonce, envelope.ciphertext, envelope.tag], '\n')
}

function joinLines(fields: readonly Uint8Array[], ending: string): Uint8Array {
  return Buffer.from(fields.map(encodeBase64).join('\n') + ending, 'latin1')
}

function decodeLine(line: Uint8Array): Uint8Array {
  const bytes = decodeBase64(Buffer.from(line.buffer, line.byteOffset, line.length).toString('latin1'))
  if (bytes === undefined) throw damaged('a line is not Base64')
  return bytes
}

function damaged(reason: string): EnvelopeError {
  return new EnvelopeError('DamagedHeader', `the text envelope cannot be read: ${reason}`)
}
