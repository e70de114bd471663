import type { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { requireArgument, requireOptions } from './arguments.ts'
import { ByteReader, type ByteSource, heard } from './byte-reader.ts'
import { collected } from './collected.ts'
import { roomyHeaderBytes } from './keyhaven/header.ts'
import type { RewrapOptions } from './options.ts'
import { rewrap } from './rewrap.ts'
import { sameKind } from './stream-kind.ts'
import { type KeySummary, summaryOf } from './summaries.ts'

/** An envelope with the same data behind other keys. */
export interface RewrapResult {
  readonly ciphertext: Uint8Array
  /** The keys that open it. */
  readonly keys: readonly KeySummary[]
}

/**
 * Protects the data key of an envelope in memory, such as a record of a database, with other keys, or with the newest
 * version of the same one. The data is neither decrypted nor encrypted.
 *
 * @throws EnvelopeError `KeyUnavailable`, `AuthenticationFailed`, `UnknownFormat`, `DamagedHeader`, `InvalidArgument`,
 * `TooLarge`, `Aborted`
 * @example row.sealed = (await rewrapEnvelope(row.sealed, { kms: client, to: 'alias/orders' })).ciphertext
 */
export async function rewrapEnvelope(ciphertext: Uint8Array, options: RewrapOptions): Promise<RewrapResult> {
  requireArgument('ciphertext', 'bytes', ciphertext)
  requireOptions('rewrap', options)
  const { keys, bytes } = await rewrap(new ByteReader([ciphertext]), options, { headerAlignment: 1 })
  return { keys: keys.map(summaryOf), ciphertext: await collected(bytes) }
}

/**
 * The same for a stream, in constant memory for the formats `keyhaven` and `sdk-stream`. A Web stream in gives a Web stream
 * out, anything else a Node stream; errors appear on it.
 */
export function rewrapStream(source: ReadableStream<Uint8Array>, options: RewrapOptions): ReadableStream<Uint8Array>
export function rewrapStream(source: ByteSource, options: RewrapOptions): Readable
export function rewrapStream(
  source: ByteSource | ReadableStream<Uint8Array>,
  options: RewrapOptions,
): Readable | ReadableStream<Uint8Array> {
  return sameKind(source, rewrapped(heard(source), options))
}

async function* rewrapped(source: ByteSource, options: RewrapOptions): AsyncGenerator<Uint8Array> {
  requireArgument('source', 'source', source)
  requireOptions('rewrap', options)
  const reader = new ByteReader(source, options.signal)
  try {
    yield* (await rewrap(reader, options, { headerAlignment: roomyHeaderBytes })).bytes
  } finally {
    await reader.close()
  }
}
