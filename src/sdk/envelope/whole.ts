import type { ByteReader } from './byte-reader.ts'
import { EnvelopeError } from './errors.ts'
import type { EnvelopeFormat } from './formats.ts'

/** The text forms and DER messages exist only as a whole; beyond this the formats for large data are the better choice. */
const plaintextLimitBytes = 256 * 2 ** 20

/** Base64 of the largest plaintext that is written so, and a little more. */
const envelopeLimitBytes = 384 * 2 ** 20

/** All that is to be sealed. @throws EnvelopeError `TooLarge` */
export async function wholePlaintext(
  reader: ByteReader,
  format: EnvelopeFormat,
  limitBytes: number = plaintextLimitBytes,
): Promise<Uint8Array> {
  const plaintext = await reader.takeAll(limitBytes)
  if (plaintext === undefined) {
    await reader.close()
    throw new EnvelopeError('TooLarge', `format ${format} holds at most ${limitBytes} bytes; use format keyhaven`)
  }
  return plaintext
}

/** A text envelope or a DER message. @throws EnvelopeError `TooLarge` */
export async function wholeEnvelope(reader: ByteReader): Promise<Uint8Array> {
  const envelope = await reader.takeAll(envelopeLimitBytes)
  if (envelope === undefined)
    throw new EnvelopeError('TooLarge', `an envelope of this format has at most ${envelopeLimitBytes} bytes`)
  return envelope
}

/** What exists whole, as the bytes that a verb gives. */
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
