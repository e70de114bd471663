import type { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { requireArgument, requireOptions } from './arguments.ts'
import { type ByteSource, heard } from './byte-reader.ts'
import { collected } from './collected.ts'
import { roomyHeaderBytes } from './keyhaven/header.ts'
import type { EncryptOptions } from './options.ts'
import { seal } from './seal.ts'
import { sameKind } from './stream-kind.ts'
import type { EncryptionSummary } from './summaries.ts'

/** An envelope in memory and what it is. */
export interface EncryptResult extends EncryptionSummary {
  readonly ciphertext: Uint8Array
}

/**
 * Encrypts bytes in memory.
 *
 * @throws EnvelopeError `KeyUnavailable`, `InvalidArgument`, `TooLarge`, `NotAuthenticated`, `Aborted`
 * @example const { ciphertext } = await encrypt(row, { kms: client, keyId: 'alias/orders' })
 */
export async function encrypt(plaintext: Uint8Array, options: EncryptOptions): Promise<EncryptResult> {
  requireArgument('plaintext', 'bytes', plaintext)
  requireOptions('encrypt', options)
  const { summary, bytes } = await seal([plaintext], options, { plaintextBytes: plaintext.length, headerAlignment: 1 })
  return { ...summary, ciphertext: await collected(bytes) }
}

/** For streams: called once it is known what is being written. */
export interface EncryptStreamOptions extends EncryptOptions {
  readonly onSummary?: (summary: EncryptionSummary) => void
}

/**
 * Encrypts a stream in constant memory (formats `keyhaven` and `sdk-stream`; the others are collected first). A Web
 * stream in gives a Web stream out, a Node stream or any other source of bytes a Node stream. Nothing happens before
 * the result is read; errors appear on it.
 */
export function encryptStream(
  source: ReadableStream<Uint8Array>,
  options: EncryptStreamOptions,
): ReadableStream<Uint8Array>
export function encryptStream(source: ByteSource, options: EncryptStreamOptions): Readable
export function encryptStream(
  source: ByteSource | ReadableStream<Uint8Array>,
  options: EncryptStreamOptions,
): Readable | ReadableStream<Uint8Array> {
  return sameKind(source, sealed(heard(source), options))
}

async function* sealed(source: ByteSource, options: EncryptStreamOptions): AsyncGenerator<Uint8Array> {
  requireArgument('source', 'source', source)
  requireOptions('encrypt', options)
  const { summary, bytes } = await seal(source, options, { headerAlignment: roomyHeaderBytes })
  options.onSummary?.(summary)
  yield* bytes
}
