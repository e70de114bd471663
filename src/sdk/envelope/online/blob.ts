import { decodeWrappedBase64 } from '../../../crypto/base64.ts'
import { unknownFormat } from '../errors.ts'

/** The ciphertext in a text, as the service reads it. @throws EnvelopeError `UnknownFormat` if it is not Base64 */
export function parseOnline(text: Uint8Array): Uint8Array {
  const blob = decodeWrappedBase64(Buffer.from(text.buffer, text.byteOffset, text.length).toString('latin1'))
  if (blob === undefined) throw unknownFormat()
  return blob
}
