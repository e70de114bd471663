import { decodeBase64 } from '../../crypto/base64.ts'
import { ByteReader, type ByteSource } from './byte-reader.ts'
import { keyVersionOf } from './data-keys/key-version.ts'
import { detectBytes, detectFamily } from './detect.ts'
import type { EncryptionContext } from './encryption-context.ts'
import type { SdkAlgorithm } from './encryption-sdk/algorithm.ts'
import type { Head } from './encryption-sdk/head.ts'
import { decodeMessage } from './encryption-sdk/message.ts'
import { wrappedKeysOf } from './encryption-sdk/open.ts'
import { readStreamStart } from './encryption-sdk/stream.ts'
import { EnvelopeError } from './errors.ts'
import { layoutOfBody } from './keyhaven/chunk.ts'
import { readHeader } from './keyhaven/open.ts'
import { wholeEnvelopeLimitBytes } from './open.ts'
import { type KeySummary, summaryOf } from './options.ts'
import { parseLineEnvelope, splitLines } from './samples/lines.ts'
import { parseV2Object } from './samples/object.ts'

/** What an envelope says about itself. Nothing of it is authenticated: that takes the data key. */
export interface EnvelopeDescription {
  /** One of the formats; `python-4line` when only decryption can tell EAX from GCM. */
  readonly format: string
  readonly algorithm: string
  /** Which keys open it; fields that a format does not record are empty. */
  readonly keys: readonly KeySummary[]
  /** undefined where the format does not carry one */
  readonly encryptionContext?: EncryptionContext
  /** Whether altered content is noticed. */
  readonly isAuthenticated: boolean
  readonly headerBytes?: number
  readonly chunkBytes?: number
  /** From lengths alone; undefined where padding hides it or the length of the source is not known. */
  readonly plaintextBytes?: number
}

/**
 * Says what an envelope is without decrypting it and without a KMS. Reads no more than the header where there is one.
 *
 * @param totalBytes - the length of the source, for the length of the plaintext
 * @throws EnvelopeError `UnknownFormat`, `DamagedHeader`, `AuthenticationFailed` for an impossible length
 */
export async function describeEnvelope(source: ByteSource, totalBytes?: number): Promise<EnvelopeDescription> {
  const reader = new ByteReader(source)
  try {
    const family = detectFamily(await reader.peek(detectBytes))
    if (family === 'keyhaven') return await describeKeyhaven(reader, totalBytes)
    if (family === 'sdk-stream') return describeHead('sdk-stream', (await readStreamStart(reader)).head)
    if (family === undefined) throw unknown()
    const envelope = await reader.takeAll(wholeEnvelopeLimitBytes)
    if (envelope === undefined) throw new EnvelopeError('TooLarge', 'this is too large for an envelope of its format')
    if (family === 'sdk-message') return describeMessage(envelope)
    return family === 'java-v2-object' ? describeObject(envelope) : describeText(envelope)
  } finally {
    await reader.close()
  }
}

async function describeKeyhaven(reader: ByteReader, totalBytes: number | undefined): Promise<EnvelopeDescription> {
  const { bytes, suite, chunkBytes, wrappedKeys, encryptionContext } = await readHeader(reader)
  const layout = totalBytes === undefined ? undefined : layoutOfBody(totalBytes - bytes.length, chunkBytes)
  return {
    format: 'keyhaven',
    algorithm: suite.algorithm,
    keys: wrappedKeys.map(summaryOf),
    encryptionContext,
    isAuthenticated: true,
    headerBytes: bytes.length,
    chunkBytes,
    ...(layout && { plaintextBytes: layout.plaintextBytes }),
  }
}

function describeHead(format: string, head: Head): EnvelopeDescription {
  const { algorithm, encryptionContext } = head
  const isAuthenticated = algorithm.tagBytes > 0
  return {
    format,
    algorithm: algorithm.name,
    keys: wrappedKeysOf(head).map(summaryOf),
    encryptionContext,
    isAuthenticated,
  }
}

function describeMessage(envelope: Uint8Array): EnvelopeDescription {
  const { head, body } = decodeMessage(envelope)
  const description = describeHead('sdk-message', head)
  return hidesLength(head.algorithm) ? description : { ...description, plaintextBytes: body.ciphertext.length }
}

function hidesLength({ isPadded }: SdkAlgorithm): boolean {
  return isPadded
}

function describeObject(envelope: Uint8Array): EnvelopeDescription {
  const { ciphertextBlob, cipherText } = parseV2Object(envelope)
  return describeSample('java-v2-object', 'AES_256_GCM', ciphertextBlob, cipherText.length - 16)
}

function describeText(envelope: Uint8Array): EnvelopeDescription {
  const lines = splitLines(envelope, 4)
  if (lines?.length === 1) {
    const blob = decodeBase64(Buffer.from(lines[0] ?? '').toString('latin1'))
    if (blob) return describeSample('online', 'KMS', blob, undefined)
  }
  if (lines?.length !== 3 && lines?.length !== 4) throw unknown()
  const parsed = parseLineEnvelope(lines)
  return parsed.lines === 3
    ? describeSample('java-go-gcm-3line', 'AES_256_GCM', parsed.ciphertextBlob, parsed.sealed.length - 16)
    : describeSample('python-4line', 'AES_256_EAX or AES_256_GCM', parsed.ciphertextBlob, parsed.ciphertext.length)
}

function describeSample(
  format: string,
  algorithm: string,
  blob: Uint8Array,
  plaintextBytes: number | undefined,
): EnvelopeDescription {
  const key = { name: '', keyId: '', keyVersionId: keyVersionOf(blob) }
  return {
    format,
    algorithm,
    keys: [key],
    isAuthenticated: true,
    ...(plaintextBytes !== undefined && { plaintextBytes }),
  }
}

function unknown(): EnvelopeError {
  return new EnvelopeError('UnknownFormat', 'this is no envelope of a format that this program knows')
}
