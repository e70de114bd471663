import { randomBytes } from 'node:crypto'
import { ByteReader } from '../byte-reader.ts'
import { callKms, type DataKey, type WrappedKey, wipe } from '../data-keys/data-key.ts'
import { obtainDataKey } from '../data-keys/obtain.ts'
import { EnvelopeError } from '../errors.ts'
import type { EnvelopeKms, Recipient } from '../kms.ts'
import { type EncryptOptions, recipientsOf, type Sealed, type SealHints, summaryOf } from '../options.ts'
import { requireCipher } from '../require-cipher.ts'
import { type SdkAlgorithm, sdkAlgorithmFor } from './algorithm.ts'
import { type BodyCipher, sealSdkBody } from './body.ts'
import { type Head, headIvBytes, requireDistinctKeys, sealHead } from './head.ts'
import { encodeMessage } from './message.ts'
import { encodeStreamStart } from './stream.ts'

/**
 * Writes a message that the official encryption SDK opens.
 *
 * @param plaintextOf - everything the reader gives, for the DER form, which exists only as a whole
 */
export async function sealSdk(
  format: 'sdk-message' | 'sdk-stream',
  reader: ByteReader,
  plaintextOf: () => Promise<Uint8Array>,
  options: EncryptOptions,
  hints: SealHints,
): Promise<Sealed> {
  const algorithm = sdkAlgorithmFor(options.algorithm, options.allowUnauthenticated)
  requireCipher(algorithm.cipher, algorithm.headerCipher)
  const dataKey = await dataKeyWithArns(algorithm, options, hints)
  const { encryptionContext = {} } = options
  const encryptedDataKeys = dataKey.wrappedKeys.map(({ name, ciphertextBlob }) => ({ keyId: name, ciphertextBlob }))
  requireDistinctKeys(encryptedDataKeys)
  const head = sealHead(
    { algorithm, encryptedDataKeys, encryptionContext },
    dataKey.plaintext,
    randomBytes(headIvBytes),
  )
  const body = { algorithm, dataKey: dataKey.plaintext, iv: randomBytes(algorithm.ivBytes), encryptionContext }
  const summary = { format, algorithm: algorithm.name, keys: dataKey.wrappedKeys.map(summaryOf) }
  const bytes =
    format === 'sdk-stream'
      ? streamBytes(reader, head, body, options.signal)
      : messageBytes(await plaintextOf(), head, body)
  return { summary, bytes }
}

async function* streamBytes(
  reader: ByteReader,
  head: Head,
  body: BodyCipher,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield encodeStreamStart(head, body.iv)
    yield* sealSdkBody(reader, body, signal)
  } finally {
    wipe(body.dataKey)
    await reader.close()
  }
}

async function* messageBytes(plaintext: Uint8Array, head: Head, body: BodyCipher): AsyncGenerator<Uint8Array> {
  try {
    const sealed = Buffer.concat(await Array.fromAsync(sealSdkBody(new ByteReader([plaintext]), body)))
    const end = sealed.length - body.algorithm.tagBytes
    yield encodeMessage(head, { iv: body.iv, ciphertext: sealed.subarray(0, end), authTag: sealed.subarray(end) })
  } finally {
    wipe(body.dataKey)
  }
}

/** The official SDK finds its keys by ARN, so the message must name them so, whatever the caller called them. */
async function dataKeyWithArns(algorithm: SdkAlgorithm, options: EncryptOptions, hints: SealHints): Promise<DataKey> {
  const { kms, cache, signal, encryptionContext = {} } = options
  const named = await recipientsByArn(recipientsOf(options), kms, signal)
  const recipients = named.map(({ keyId, service }) => ({ keyId, kms: service }))
  const request = { kms, recipients, numberOfBytes: algorithm.dataKeyBytes, encryptionContext, signal }
  const dataKey = await obtainDataKey(request, { cache, purpose: algorithm.name, plaintextBytes: hints.plaintextBytes })
  const wrappedKeys = dataKey.wrappedKeys.map(
    (key, index): WrappedKey => ({ ...key, name: named[index]?.arn ?? key.name }),
  )
  return { plaintext: dataKey.plaintext, wrappedKeys }
}

/** A key with the ARN a message names it by and the id that KMS calls take. */
export interface ArnRecipient {
  readonly arn: string
  readonly keyId: string
  readonly service: EnvelopeKms
}

/** @throws EnvelopeError `InvalidArgument` for a key whose ARN cannot be found out */
export function recipientsByArn(
  recipients: readonly Recipient[],
  kms: EnvelopeKms,
  signal: AbortSignal | undefined,
): Promise<ArnRecipient[]> {
  return Promise.all(recipients.map((recipient) => namedByArn(recipient, kms, signal)))
}

async function namedByArn(
  recipient: Recipient,
  kms: EnvelopeKms,
  signal: AbortSignal | undefined,
): Promise<ArnRecipient> {
  const { keyId: name, kms: service } = typeof recipient === 'string' ? { keyId: recipient, kms } : recipient
  const arn = isArn(name) ? name : await arnFromKms(name, service, signal)
  return { arn, keyId: arn.slice(arn.indexOf(':key/') + ':key/'.length), service }
}

async function arnFromKms(name: string, kms: EnvelopeKms, signal: AbortSignal | undefined): Promise<string> {
  const answer = await callKms(name, signal, async (callOptions) => kms.describeKey?.({ keyId: name }, callOptions))
  const arn = answer?.keyMetadata?.arn
  if (arn === undefined || !isArn(arn))
    throw new EnvelopeError(
      'InvalidArgument',
      `key ${name}: the encryption SDK needs its ARN, acs:kms:<region>:<account>:key/<id>`,
    )
  return arn
}

function isArn(name: string): boolean {
  return /^acs:kms:[^:]*:[^:]*:key\/[^:]+$/.test(name)
}
