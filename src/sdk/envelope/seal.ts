import { randomBytes } from 'node:crypto'
import { encodeBase64 } from '../../crypto/base64.ts'
import { ByteReader, type ByteSource } from './byte-reader.ts'
import { blobBytes, callKms, type DataKey, wipe } from './data-keys/data-key.ts'
import { obtainDataKey } from './data-keys/obtain.ts'
import { encodeContext } from './encryption-context.ts'
import { sealSdk } from './encryption-sdk/seal.ts'
import { EnvelopeError } from './errors.ts'
import { sealKeyhaven } from './keyhaven/seal.ts'
import { contextField } from './kms.ts'
import {
  type EncryptOptions,
  type EnvelopeFormat,
  isDataKeyLength,
  onlineLimitBytes,
  onlyRecipientOf,
  recipientsOf,
  type Sealed,
  type SealHints,
  summaryOf,
} from './options.ts'
import { sealFourLine, sealSampleGcm } from './samples/aead.ts'
import { formatLineEnvelope } from './samples/lines.ts'
import { formatV2Object } from './samples/object.ts'

const sampleDataKeyBytes = 32
/** The text forms and DER messages exist only as a whole; beyond this the formats for large data are the better choice. */
export const wholeLimitBytes = 256 * 2 ** 20

/**
 * Reads `source` and turns it into an envelope.
 *
 * @throws EnvelopeError; what the source throws passes through
 */
export async function seal(source: ByteSource, options: EncryptOptions, hints: SealHints): Promise<Sealed> {
  const reader = new ByteReader(source)
  try {
    const format = await chooseFormat(reader, options)
    if (format === 'keyhaven') return await sealKeyhaven(reader, options, hints)
    const plaintextOf = (): Promise<Uint8Array> => wholePlaintext(reader, format)
    if (format === 'sdk-message' || format === 'sdk-stream')
      return await sealSdk(format, reader, plaintextOf, options, hints)
    if (format === 'online') return await sealOnline(await plaintextOf(), options)
    return await sealSample(format, await plaintextOf(), options)
  } catch (error) {
    await reader.close()
    throw error
  }
}

async function chooseFormat(reader: ByteReader, options: EncryptOptions): Promise<EnvelopeFormat> {
  const { format = 'keyhaven' } = options
  if (format !== 'auto') return format
  const { length } = await reader.peek(onlineLimitBytes + 1)
  // Neither can hold these: nothing at all, and what a reader would take for a data key.
  const isSuitable = length > 0 && length <= onlineLimitBytes && !isDataKeyLength(length)
  return isSuitable && recipientsOf(options).length === 1 && options.algorithm === undefined ? 'online' : 'keyhaven'
}

async function wholePlaintext(reader: ByteReader, format: EnvelopeFormat): Promise<Uint8Array> {
  const limit = format === 'online' ? onlineLimitBytes : wholeLimitBytes
  const plaintext = await reader.takeAll(limit)
  if (plaintext === undefined) {
    await reader.close()
    throw new EnvelopeError('TooLarge', `format ${format} holds at most ${limit} bytes; use format keyhaven`)
  }
  return plaintext
}

async function sealOnline(plaintext: Uint8Array, options: EncryptOptions): Promise<Sealed> {
  if (plaintext.length === 0)
    throw new EnvelopeError('InvalidArgument', 'format online cannot hold empty data; use another format')
  const recipient = onlyRecipientOf(options, 'online')
  encodeContext(options.encryptionContext ?? {})
  const { kms, keyId } = typeof recipient === 'string' ? { kms: options.kms, keyId: recipient } : recipient
  const answer = await callKms(keyId, options.signal, (callOptions) =>
    kms.encrypt(
      { keyId, plaintext: encodeBase64(plaintext), ...contextField(options.encryptionContext ?? {}) },
      callOptions,
    ),
  )
  const wrapped = {
    name: keyId,
    keyId: answer.keyId,
    keyVersionId: answer.keyVersionId,
    ciphertextBlob: blobBytes(answer.ciphertextBlob),
  }
  const summary = { format: 'online', algorithm: 'KMS', keys: [summaryOf(wrapped)] } as const
  return { summary, bytes: once(Buffer.from(encodeBase64(wrapped.ciphertextBlob))) }
}

type SampleFormat = 'java-go-gcm-3line' | 'python-gcm-4line' | 'python-eax-4line' | 'java-v2-object'

async function sealSample(format: SampleFormat, plaintext: Uint8Array, options: EncryptOptions): Promise<Sealed> {
  if (options.algorithm !== undefined && options.algorithm !== 'AES_256_GCM')
    throw new EnvelopeError('InvalidArgument', `format ${format} has one algorithm only, not ${options.algorithm}`)
  const { kms, cache, signal, encryptionContext = {} } = options
  const recipients = [onlyRecipientOf(options, format)]
  const request = { kms, recipients, numberOfBytes: sampleDataKeyBytes, encryptionContext, signal }
  const dataKey = await obtainDataKey(request, { cache, purpose: format, plaintextBytes: plaintext.length })
  try {
    const [wrapped] = dataKey.wrappedKeys
    if (wrapped === undefined) throw new EnvelopeError('KeyUnavailable', 'the KMS gave no wrapped data key')
    const bytes = sampleEnvelope(format, plaintext, dataKey.plaintext, wrapped.ciphertextBlob)
    const algorithm = format === 'python-eax-4line' ? 'AES_256_EAX' : 'AES_256_GCM'
    return { summary: { format, algorithm, keys: [summaryOf(wrapped)] }, bytes: once(bytes) }
  } finally {
    wipe(dataKey.plaintext)
  }
}

function sampleEnvelope(
  format: SampleFormat,
  plaintext: Uint8Array,
  dataKey: DataKey['plaintext'],
  ciphertextBlob: Uint8Array,
): Uint8Array {
  if (format === 'java-go-gcm-3line' || format === 'java-v2-object') {
    const iv = randomBytes(12)
    const sealed = sealSampleGcm(dataKey, iv, plaintext)
    if (format === 'java-go-gcm-3line') return formatLineEnvelope({ lines: 3, ciphertextBlob, iv, sealed })
    return formatV2Object({ encryptedDataKey: encodeBase64(ciphertextBlob), iv, cipherText: sealed })
  }
  const nonce = randomBytes(16)
  const parts = sealFourLine(format === 'python-eax-4line' ? 'eax' : 'gcm', dataKey, nonce, plaintext)
  return formatLineEnvelope({ lines: 4, ciphertextBlob, nonce, ...parts })
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
