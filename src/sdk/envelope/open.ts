import { decodeBase64 } from '../../crypto/base64.ts'
import { ByteReader, type ByteSource } from './byte-reader.ts'
import { callKms, type WrappedKey, wipe } from './data-keys/data-key.ts'
import { keyVersionOf } from './data-keys/key-version.ts'
import { recoverDataKey } from './data-keys/recover.ts'
import { detectBytes, detectFamily } from './detect.ts'
import { openSdkMessage, openSdkStream } from './encryption-sdk/open.ts'
import { authenticationFailed, EnvelopeError } from './errors.ts'
import { openKeyhaven } from './keyhaven/open.ts'
import { contextField } from './kms.ts'
import {
  type DecryptOptions,
  isDataKeyLength,
  type Opened,
  type OpenHints,
  requireFormat,
  summaryOf,
} from './options.ts'
import { openFourLine, openSampleGcm } from './samples/aead.ts'
import { parseLineEnvelope, splitLines } from './samples/lines.ts'
import { parseV2Object } from './samples/object.ts'

/** Text and DER envelopes are held whole: Base64 of the largest plaintext that is written so, and a little more. */
export const wholeEnvelopeLimitBytes = 384 * 2 ** 20

const sampleDataKeyBytes = 32

/**
 * Recognises the format, recovers the data key and opens the envelope. Of the returned bytes, nothing is handed out
 * before it is authenticated, unless `hints.isDiscardedOnError` says that the caller takes care of that.
 *
 * @throws EnvelopeError; what the source throws passes through
 */
export async function open(source: ByteSource, options: DecryptOptions, hints: OpenHints): Promise<Opened> {
  const reader = new ByteReader(source)
  try {
    const opened = await openAny(reader, options, hints)
    requireFormat(opened.summary.format, options)
    return opened
  } catch (error) {
    await reader.close()
    throw error
  }
}

async function openAny(reader: ByteReader, options: DecryptOptions, hints: OpenHints): Promise<Opened> {
  const family = detectFamily(await reader.peek(detectBytes))
  if (family === 'keyhaven') return await openKeyhaven(reader, options)
  if (family === 'sdk-stream') return await openSdkStream(reader, options, hints)
  if (family === undefined)
    throw new EnvelopeError('UnknownFormat', 'this is no envelope of a format that this program knows')
  const envelope = await reader.takeAll(wholeEnvelopeLimitBytes)
  if (envelope === undefined)
    throw new EnvelopeError('TooLarge', `an envelope of this format has at most ${wholeEnvelopeLimitBytes} bytes`)
  if (family === 'sdk-message') return await openSdkMessage(envelope, options)
  if (family === 'java-v2-object') return await openV2Object(envelope, options)
  return await openText(envelope, options)
}

async function openText(envelope: Uint8Array, options: DecryptOptions): Promise<Opened> {
  const lines = splitLines(envelope, 4)
  if (lines?.length === 1) return openOnline(lines[0] ?? new Uint8Array(0), options)
  if (lines?.length !== 3 && lines?.length !== 4)
    throw new EnvelopeError(
      'UnknownFormat',
      `a text envelope has three or four lines, this has ${lines?.length ?? 'more'}`,
    )
  const parsed = parseLineEnvelope(lines)
  return openSample(parsed.ciphertextBlob, options, (dataKey) => {
    if (parsed.lines === 3)
      return { format: 'java-go-gcm-3line', plaintext: openSampleGcm(dataKey, parsed.iv, parsed.sealed) }
    const { mode, plaintext } = openFourLine(dataKey, parsed)
    return { format: mode === 'eax' ? 'python-eax-4line' : 'python-gcm-4line', plaintext }
  })
}

async function openV2Object(envelope: Uint8Array, options: DecryptOptions): Promise<Opened> {
  const { ciphertextBlob, iv, cipherText } = parseV2Object(envelope)
  return openSample(ciphertextBlob, options, (dataKey) => ({
    format: 'java-v2-object',
    plaintext: openSampleGcm(dataKey, iv, cipherText),
  }))
}

async function openSample(
  ciphertextBlob: Uint8Array,
  options: DecryptOptions,
  openWith: (dataKey: Uint8Array) => { format: Opened['summary']['format']; plaintext: Uint8Array },
): Promise<Opened> {
  const { kms, cache, signal, encryptionContext = {} } = options
  const wrapped: WrappedKey = { name: '', keyId: '', keyVersionId: keyVersionOf(ciphertextBlob), ciphertextBlob }
  const recovered = await recoverDataKey(
    [wrapped],
    { kms, cache, signal, encryptionContext },
    (key) => key.length === sampleDataKeyBytes,
    authenticationFailed,
  )
  try {
    const { format, plaintext } = openWith(recovered.plaintext)
    const algorithm = format === 'python-eax-4line' ? 'AES_256_EAX' : 'AES_256_GCM'
    return { summary: { format, algorithm, key: summaryOf(wrapped), encryptionContext }, bytes: once(plaintext) }
  } finally {
    wipe(recovered.plaintext)
  }
}

/**
 * What the direct-encryption samples write. Go and Python encrypt the Base64 of a file and Java its text, so an answer
 * that is Base64 is decoded and any other is the text itself.
 */
async function openOnline(line: Uint8Array, options: DecryptOptions): Promise<Opened> {
  const ciphertextBlob = decodeBase64(Buffer.from(line).toString('latin1'))
  if (ciphertextBlob === undefined)
    throw new EnvelopeError('UnknownFormat', 'this is no envelope of a format that this program knows')
  const { encryptionContext = {}, signal } = options
  const services = 'decrypt' in options.kms ? [options.kms] : options.kms
  const keyVersionId = keyVersionOf(ciphertextBlob)
  const attempts = services.map(
    (kms) => () =>
      callKms(keyVersionId || 'of this ciphertext', signal, (callOptions) =>
        kms.decrypt({ ciphertextBlob, ...contextField(encryptionContext) }, callOptions),
      ),
  )
  const answer = await firstAnswer(attempts)
  const plaintext =
    typeof answer.plaintext === 'string'
      ? (decodeBase64(answer.plaintext) ?? Buffer.from(answer.plaintext))
      : answer.plaintext
  // A sample file that was cut off after its first line must not turn into the data key in the clear.
  if (isDataKeyLength(plaintext.length) && options.format !== 'online')
    throw new EnvelopeError(
      'UnknownFormat',
      'this is the first line of a sample file, or a few bytes of format online; say so to open it',
    )
  const key = { name: '', keyId: answer.keyId, keyVersionId: answer.keyVersionId }
  return { summary: { format: 'online', algorithm: 'KMS', key, encryptionContext }, bytes: once(plaintext) }
}

async function firstAnswer<Answer>(attempts: readonly (() => Promise<Answer>)[]): Promise<Answer> {
  let failure: unknown = new EnvelopeError('InvalidArgument', 'no KMS was given')
  for (const attempt of attempts) {
    try {
      return await attempt()
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
