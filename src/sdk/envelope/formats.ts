import { EnvelopeError } from './errors.ts'

/**
 * Every form this library writes and reads:
 * - `keyhaven`: this project's own, for data of any size (docs/reference/envelope-format.md)
 * - `java-go-gcm-3line`, `python-gcm-4line`, `python-eax-4line`: the text files of the official samples
 * - `java-v2-object`: the fields of EnvelopeEncryptV2 as one JSON object
 * - `sdk-message`, `sdk-stream`: the official encryption SDK, as DER and as Java's stream
 * - `online`: no envelope at all: the KMS encrypts up to 6144 bytes itself
 */
export const envelopeFormats = [
  'keyhaven',
  'java-go-gcm-3line',
  'python-gcm-4line',
  'python-eax-4line',
  'java-v2-object',
  'sdk-message',
  'sdk-stream',
  'online',
] as const
export type EnvelopeFormat = (typeof envelopeFormats)[number]

/** The formats of the encryption SDK. */
export type SdkFormat = Extract<EnvelopeFormat, 'sdk-message' | 'sdk-stream'>
/** The formats of the envelope samples. */
export type SampleFormat = Exclude<EnvelopeFormat, 'keyhaven' | 'online' | SdkFormat>

/** @throws EnvelopeError `UnknownFormat` if the reader expects another format */
export function requireFormat(found: EnvelopeFormat, expected: EnvelopeFormat | undefined): void {
  if (expected !== undefined && expected !== found)
    throw new EnvelopeError('UnknownFormat', `this envelope has format ${found}, not ${expected}`)
}
