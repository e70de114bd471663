import type { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { requireArgument, requireOptions } from './arguments.ts'
import { type ByteSource, heard } from './byte-reader.ts'
import { collected } from './collected.ts'
import { open } from './open.ts'
import type { DecryptOptions } from './options.ts'
import { sameKind } from './stream-kind.ts'
import type { DecryptionSummary } from './summaries.ts'

/** An opened envelope and what it was. */
export interface DecryptResult extends DecryptionSummary {
  readonly plaintext: Uint8Array
}

/**
 * Opens an envelope in memory, whatever its format. All of it is authenticated before this returns.
 *
 * @throws EnvelopeError `UnknownFormat`, `DamagedHeader`, `AuthenticationFailed`, `ContextMismatch`, `NotAuthenticated`,
 * `KeyUnavailable`, `TooLarge`, `Aborted`
 */
export async function decrypt(ciphertext: Uint8Array, options: DecryptOptions): Promise<DecryptResult> {
  requireArgument('ciphertext', 'bytes', ciphertext)
  requireOptions('decrypt', options)
  const { summary, bytes } = await open([ciphertext], options, { isDiscardedOnError: true })
  return { ...summary, plaintext: await collected(bytes) }
}

/** For streams: called after the header was authenticated, before the first byte of plaintext. */
export interface DecryptStreamOptions extends DecryptOptions {
  readonly onSummary?: (summary: DecryptionSummary) => void
}

/**
 * Opens a stream. Every byte that comes out is authenticated; but a stream cannot know that its source was cut short
 * until the source ends, and then fails in place of ending. Act on the whole only after the end.
 *
 * Format `keyhaven` needs constant memory, `sdk-stream` waits in a temporary file until its tag was checked, the others
 * are collected in memory.
 */
export function decryptStream(
  source: ReadableStream<Uint8Array>,
  options: DecryptStreamOptions,
): ReadableStream<Uint8Array>
export function decryptStream(source: ByteSource, options: DecryptStreamOptions): Readable
export function decryptStream(
  source: ByteSource | ReadableStream<Uint8Array>,
  options: DecryptStreamOptions,
): Readable | ReadableStream<Uint8Array> {
  return sameKind(source, opened(heard(source), options))
}

async function* opened(source: ByteSource, options: DecryptStreamOptions): AsyncGenerator<Uint8Array> {
  requireArgument('source', 'source', source)
  requireOptions('decrypt', options)
  const { summary, bytes } = await open(source, options, { isDiscardedOnError: false })
  options.onSummary?.(summary)
  yield* bytes
}
