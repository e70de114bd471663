import { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import type { ByteSource } from './byte-reader.ts'

/** A stream of the kind that `source` is. */
export function sameKind(
  source: ByteSource | ReadableStream<Uint8Array>,
  bytes: AsyncGenerator<Uint8Array>,
): Readable | ReadableStream<Uint8Array> {
  return source instanceof ReadableStream ? ReadableStream.from(bytes) : Readable.from(bytes, { objectMode: false })
}
