import { randomBytes } from 'node:crypto'
import type { ByteReader } from '../byte-reader.ts'
import { wipe } from '../data-keys/data-key.ts'
import { obtainDataKey } from '../data-keys/obtain.ts'
import { recipientsOf } from '../data-keys/recipients.ts'
import { EnvelopeError } from '../errors.ts'
import type { EncryptOptions } from '../options.ts'
import { requireCipher } from '../require-cipher.ts'
import { type EncryptionSummary, summaryOf } from '../summaries.ts'
import type { Sealed, SealHints } from '../verbs.ts'
import { sealBody } from './body.ts'
import type { ChunkCipher } from './chunk.ts'
import { encodeHeader, envelopeKeys, maxChunkBytes, minChunkBytes } from './header.ts'
import { dataKeyBytes, type Suite, saltBytes, suites } from './suite.ts'

const defaultChunkBytes = 1 << 18

/** All that is needed to write chunks, in any order and by any thread; the holder wipes `cipher.chunkKey`. */
interface PreparedEnvelope {
  readonly summary: EncryptionSummary
  readonly header: Uint8Array
  readonly cipher: ChunkCipher & { readonly suite: Suite }
  readonly chunkBytes: number
}

/**
 * Gets a data key, derives this envelope's own keys and writes its header.
 *
 * @throws EnvelopeError `InvalidArgument`, `KeyUnavailable`, `TooLarge`
 */
export async function prepareEnvelope(options: EncryptOptions, hints: SealHints): Promise<PreparedEnvelope> {
  const suite = suiteFor(options.algorithm)
  requireCipher(suite.cipher)
  const chunkBytes = checkedChunkBytes(options.chunkBytes ?? defaultChunkBytes)
  const { kms, cache, signal, encryptionContext = {} } = options
  const request = {
    kms,
    recipients: recipientsOf(options.keyId),
    numberOfBytes: dataKeyBytes,
    encryptionContext,
    signal,
  }
  const dataKey = await obtainDataKey(request, {
    cache,
    purpose: suite.algorithm,
    plaintextBytes: hints.plaintextBytes,
  })
  const fields = { suite, chunkBytes, salt: randomBytes(saltBytes), encryptionContext }
  const keys = envelopeKeys(fields, dataKey.plaintext)
  wipe(dataKey.plaintext)
  const { commitment, headerKey, chunkKey } = keys
  const { wrappedKeys } = dataKey
  const header = encodeHeader({ ...fields, commitment, wrappedKeys }, headerKey, hints.headerAlignment)
  wipe(headerKey)
  const summary = { format: 'keyhaven', algorithm: suite.algorithm, keys: wrappedKeys.map(summaryOf) } as const
  return { summary, header, cipher: { suite, chunkKey }, chunkBytes }
}

/** Writes a `keyhaven` envelope as a sequence: the form for streams and for bytes in memory. */
export async function sealKeyhaven(reader: ByteReader, options: EncryptOptions, hints: SealHints): Promise<Sealed> {
  const prepared = await prepareEnvelope(options, hints)
  return { summary: prepared.summary, bytes: headerAndBody(reader, prepared, options.signal) }
}

async function* headerAndBody(
  reader: ByteReader,
  prepared: PreparedEnvelope,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield prepared.header
    yield* sealBody(reader, prepared.cipher, prepared.chunkBytes, signal)
  } finally {
    wipe(prepared.cipher.chunkKey)
    await reader.close()
  }
}

function suiteFor(algorithm: string | undefined): Suite {
  const suite = suites.find((row) => row.algorithm === (algorithm ?? 'AES_256_GCM'))
  if (suite === undefined) throw new EnvelopeError('InvalidArgument', `format keyhaven has no algorithm ${algorithm}`)
  return suite
}

function checkedChunkBytes(chunkBytes: number): number {
  const isPossible =
    chunkBytes >= minChunkBytes && chunkBytes <= maxChunkBytes && Number.isInteger(Math.log2(chunkBytes))
  if (!isPossible)
    throw new EnvelopeError(
      'InvalidArgument',
      `chunkBytes must be a power of two from ${minChunkBytes} to ${maxChunkBytes}`,
    )
  return chunkBytes
}
