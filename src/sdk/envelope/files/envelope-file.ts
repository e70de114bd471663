import { Readable } from 'node:stream'
import { requireArgument, requireOptions } from '../arguments.ts'
import { wipe } from '../data-keys/data-key.ts'
import { EnvelopeError, throwIfAborted } from '../errors.ts'
import { type ChunkLayout, chunkLength, layoutOfBody, openChunk, tagBytes } from '../keyhaven/chunk.ts'
import { type UnlockedEnvelope, unlockEnvelope } from '../keyhaven/open.ts'
import type { DecryptOptions } from '../options.ts'
import type { DecryptionSummary } from '../summaries.ts'
import { readFileHeader } from './file-header.ts'
import { InputFile } from './input-file.ts'

/** Byte positions in the plaintext: from `start` (0 unless given) up to, not including, `end` (its length unless given). */
export interface ByteRange {
  readonly start?: number
  readonly end?: number
}

/** A `keyhaven` envelope that stays open for reading at any place, with one call to the KMS. */
export class EnvelopeFile implements AsyncDisposable {
  readonly summary: DecryptionSummary
  readonly #input: InputFile
  readonly #unlocked: UnlockedEnvelope
  readonly #layout: ChunkLayout

  private constructor(input: InputFile, unlocked: UnlockedEnvelope, layout: ChunkLayout) {
    this.summary = unlocked.summary
    this.#input = input
    this.#unlocked = unlocked
    this.#layout = layout
  }

  /**
   * Unlocks the envelope and opens its last chunk, which proves that the file was not cut short.
   *
   * @throws EnvelopeError `UnknownFormat` for other formats: they can only be read from start to end; else as `decryptFile`
   */
  static async open(path: string, options: DecryptOptions): Promise<EnvelopeFile> {
    requireArgument('path', 'path', path)
    requireOptions('decrypt', options)
    const input = await InputFile.open(path, options.signal)
    try {
      const { size } = input
      if (size === undefined)
        throw new EnvelopeError('InvalidArgument', `${path} is no regular file; only those are read by range`)
      const header = await readFileHeader(input)
      if (!header)
        throw new EnvelopeError(
          'UnknownFormat',
          `${path} is no envelope of format keyhaven; only those are read by range`,
        )
      const unlocked = await unlockEnvelope(header, options)
      const layout = layoutOfBody(size - header.bytes.length, unlocked.chunkBytes)
      const file = new EnvelopeFile(input, unlocked, layout)
      await file.#chunk(layout.chunks - 1)
      return file
    } catch (error) {
      await input.close()
      throw error
    }
  }

  /** The length of the whole plaintext, authenticated. */
  get plaintextBytes(): number {
    return this.#layout.plaintextBytes
  }

  /**
   * Part of the plaintext. Reads only the chunks that hold it, each authenticated before any of its bytes come out.
   *
   * @throws EnvelopeError `InvalidArgument` for a range outside the plaintext
   */
  read(range: ByteRange = {}, signal?: AbortSignal): Readable {
    requireArgument('range', 'object', range)
    const { start = 0, end = this.plaintextBytes } = range
    const isInside =
      Number.isSafeInteger(start) &&
      Number.isSafeInteger(end) &&
      start >= 0 &&
      start <= end &&
      end <= this.plaintextBytes
    if (!isInside)
      throw new EnvelopeError(
        'InvalidArgument',
        `bytes ${start} to ${end} are outside the ${this.plaintextBytes} bytes of plaintext`,
      )
    return Readable.from(this.#bytes(start, end, signal), { objectMode: false })
  }

  async *#bytes(start: number, end: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    const { chunkBytes } = this.#layout
    for (let position = start; position < end; ) {
      throwIfAborted(signal)
      const index = Math.floor(position / chunkBytes)
      const chunkStart = index * chunkBytes
      const plaintext = await this.#chunk(index)
      yield plaintext.subarray(position - chunkStart, end - chunkStart)
      position = chunkStart + chunkBytes
    }
  }

  async #chunk(index: number): Promise<Uint8Array> {
    const { header, cipher, chunkBytes } = this.#unlocked
    const offset = header.bytes.length + index * (chunkBytes + tagBytes)
    const sealed = await this.#input.part(offset, chunkLength(this.#layout, index) + tagBytes)
    return Buffer.concat(openChunk(cipher, index, index === this.#layout.chunks - 1, sealed))
  }

  /** Wipes the key and closes the file. */
  async close(): Promise<void> {
    wipe(this.#unlocked.cipher.chunkKey)
    await this.#input.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
