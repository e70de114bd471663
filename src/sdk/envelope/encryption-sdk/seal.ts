import { randomBytes } from 'node:crypto'
import { ByteReader } from '../byte-reader.ts'
import { collected } from '../collected.ts'
import { type DataKey, type WrappedKey, wipe } from '../data-keys/data-key.ts'
import { obtainDataKey } from '../data-keys/obtain.ts'
import { recipientsOf } from '../data-keys/recipients.ts'
import type { SdkFormat } from '../formats.ts'
import type { EncryptOptions } from '../options.ts'
import { requireCipher } from '../require-cipher.ts'
import { summaryOf } from '../summaries.ts'
import type { Sealed, SealHints } from '../verbs.ts'
import { wholePlaintext } from '../whole.ts'
import { type SdkAlgorithm, sdkAlgorithmFor } from './algorithm.ts'
import { recipientsByArn } from './arns.ts'
import { type BodyCipher, sealSdkBody } from './body.ts'
import { type Head, headIvBytes, requireDistinctKeys, sealHead } from './head.ts'
import { encodeMessage } from './message.ts'
import { encodeStreamStart } from './stream.ts'

/** Writes a message that the official encryption SDK opens. */
export async function sealSdk(
  format: SdkFormat,
  reader: ByteReader,
  options: EncryptOptions,
  hints: SealHints,
): Promise<Sealed> {
  const algorithm = sdkAlgorithmFor(options.algorithm, options.allowUnauthenticated)
  requireCipher(algorithm.cipher, algorithm.headerCipher)
  const dataKey = await dataKeyWithArns(algorithm, options, hints)
  const { encryptionContext = {} } = options
  const encryptedDataKeys = dataKey.wrappedKeys.map(({ name, ciphertextBlob }) => ({ keyId: name, ciphertextBlob }))
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
      : messageBytes(await wholePlaintext(reader, format), head, body)
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
    const sealed = await collected(sealSdkBody(new ByteReader([plaintext]), body))
    const end = sealed.length - body.algorithm.tagBytes
    yield encodeMessage(head, { iv: body.iv, ciphertext: sealed.subarray(0, end), authTag: sealed.subarray(end) })
  } finally {
    wipe(body.dataKey)
  }
}

async function dataKeyWithArns(algorithm: SdkAlgorithm, options: EncryptOptions, hints: SealHints): Promise<DataKey> {
  const { kms, cache, signal, encryptionContext = {} } = options
  const named = await recipientsByArn(recipientsOf(options.keyId), kms, signal)
  requireDistinctKeys(named.map(({ arn }) => arn))
  const recipients = named.map(({ keyId, service }) => ({ keyId, kms: service }))
  const request = { kms, recipients, numberOfBytes: algorithm.dataKeyBytes, encryptionContext, signal }
  const dataKey = await obtainDataKey(request, { cache, purpose: algorithm.name, plaintextBytes: hints.plaintextBytes })
  const wrappedKeys = dataKey.wrappedKeys.map(
    (key, index): WrappedKey => ({ ...key, name: named[index]?.arn ?? key.name }),
  )
  return { plaintext: dataKey.plaintext, wrappedKeys }
}
