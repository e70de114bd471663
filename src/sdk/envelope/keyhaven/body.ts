import type { ByteReader } from '../byte-reader.ts'
import { authenticationFailed, EnvelopeError, throwIfAborted } from '../errors.ts'
import { release } from '../release.ts'
import { type ChunkCipher, maxChunks, openChunk, sealChunk, tagBytes } from './chunk.ts'

/** Seals everything the reader gives, chunk after chunk, holding one chunk in memory. */
export async function* sealBody(
  reader: ByteReader,
  cipher: ChunkCipher,
  chunkBytes: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(chunkBytes)
  try {
    for (let index = 0; index < maxChunks; index += 1) {
      throwIfAborted(signal)
      const plaintext = await reader.portion(chunk)
      const isLast = plaintext.length < chunkBytes || (await reader.atEnd())
      yield joined(sealChunk(cipher, index, isLast, plaintext))
      if (isLast) return
    }
    throw new EnvelopeError('TooLarge', `an envelope has at most ${maxChunks} chunks; use a larger chunk size`)
  } finally {
    chunk.fill(0)
  }
}

/**
 * Opens chunk after chunk. Each is authenticated before it is yielded; that the body was cut short is only known at
 * its end, where this throws in place of ending.
 */
export async function* openBody(
  reader: ByteReader,
  cipher: ChunkCipher,
  chunkBytes: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const sealed = new Uint8Array(chunkBytes + tagBytes)
  for (let index = 0; ; index += 1) {
    throwIfAborted(signal)
    const portion = await reader.portion(sealed)
    const isLast = portion.length < sealed.length || (await reader.atEnd())
    const pieces = openChunk(cipher, index, isLast, portion)
    // Only an empty plaintext has an empty chunk: otherwise one plaintext would have two valid bodies.
    if (pieces.length === 0 && index > 0) throw authenticationFailed()
    if (pieces.length > 0) yield joined(pieces)
    if (isLast) return
  }
}

/** One portion for a chunk: what takes portions has more work with their number than with their length. */
function joined(pieces: readonly Buffer[]): Uint8Array {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const whole = Buffer.allocUnsafeSlow(length)
  let position = 0
  for (const piece of pieces) {
    whole.set(piece, position)
    position += piece.length
  }
  pieces.forEach(release)
  return whole
}
