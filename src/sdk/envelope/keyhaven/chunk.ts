import { type CipherGCM, createCipheriv, createDecipheriv, type DecipherGCM } from 'node:crypto'
import { authenticationFailed } from '../errors.ts'
import type { Suite } from './suite.ts'

export const tagBytes = 16
/** The index has 32 bits in practice; with 256 KiB chunks that is 1 PiB. */
export const maxChunks = 2 ** 32

/** What is needed to seal and open chunks; independent of everything else, so that threads can share the work. */
export interface ChunkCipher {
  readonly suite: Pick<Suite, 'cipher'>
  readonly chunkKey: Uint8Array
}

/** How a plaintext of known length lies in its chunks. An empty one is a single empty chunk. */
export interface ChunkLayout {
  readonly chunkBytes: number
  readonly plaintextBytes: number
  readonly chunks: number
}

export function layoutOfPlaintext(plaintextBytes: number, chunkBytes: number): ChunkLayout {
  return { chunkBytes, plaintextBytes, chunks: Math.max(1, Math.ceil(plaintextBytes / chunkBytes)) }
}

/**
 * The layout that a body of this many bytes must have.
 *
 * @throws EnvelopeError `AuthenticationFailed` for a length that no writer produces
 */
export function layoutOfBody(bodyBytes: number, chunkBytes: number): ChunkLayout {
  const chunks = Math.ceil(bodyBytes / (chunkBytes + tagBytes))
  const plaintextBytes = bodyBytes - chunks * tagBytes
  const layout = layoutOfPlaintext(Math.max(0, plaintextBytes), chunkBytes)
  if (plaintextBytes < 0 || layout.chunks !== chunks || chunks > maxChunks) throw authenticationFailed()
  return layout
}

/** The plaintext bytes of chunk `index`. */
export function chunkLength(layout: ChunkLayout, index: number): number {
  return Math.min(layout.chunkBytes, layout.plaintextBytes - index * layout.chunkBytes)
}

/**
 * The nonce says which chunk this is and whether it is the last: a chunk opens in its own place only, and a file that
 * ends early ends without a last chunk. The key belongs to one envelope, so the nonce never repeats under it.
 */
function chunkNonce(index: number, isLast: boolean): Uint8Array {
  const nonce = Buffer.alloc(12)
  nonce[0] = isLast ? 1 : 0
  nonce.writeUInt32BE(index, 8)
  return nonce
}

/**
 * Bytes that go through a cipher at a time. Each call gives a new buffer, and Node copies it once more: buffers below
 * malloc's limit for mappings of their own (128 KiB) stay in memory that is there already, and in the processor's
 * cache. A multiple of 96, as OpenSSL's GCM works. No multiple of a page: the copy would lie 16 bytes further in its
 * page than what it is made of, and there `rep movsb` of AMD's Zen 3 takes twenty times as long.
 */
const pieceBytes = 547 * 96

/** @returns ciphertext in pieces, as long as `plaintext` together, and then the tag: ready to be written without copying */
export function sealChunk(
  { suite, chunkKey }: ChunkCipher,
  index: number,
  isLast: boolean,
  plaintext: Uint8Array,
): Buffer[] {
  const nonce = chunkNonce(index, isLast)
  const cipher = createCipheriv(suite.cipher as 'aes-256-gcm', chunkKey, nonce, {
    authTagLength: tagBytes,
  }) as CipherGCM
  const pieces = inPieces(cipher, plaintext)
  cipher.final()
  pieces.push(cipher.getAuthTag())
  return pieces
}

/**
 * @param sealed - ciphertext ‖ tag
 * @returns plaintext in pieces; of empty plaintext none
 * @throws EnvelopeError `AuthenticationFailed`; no plaintext leaves then
 */
export function openChunk(
  { suite, chunkKey }: ChunkCipher,
  index: number,
  isLast: boolean,
  sealed: Uint8Array,
): Buffer[] {
  const end = sealed.length - tagBytes
  if (end < 0) throw authenticationFailed()
  const nonce = chunkNonce(index, isLast)
  const decipher = createDecipheriv(suite.cipher as 'aes-256-gcm', chunkKey, nonce, {
    authTagLength: tagBytes,
  }) as DecipherGCM
  decipher.setAuthTag(sealed.subarray(end))
  const pieces = inPieces(decipher, sealed.subarray(0, end))
  try {
    decipher.final()
  } catch {
    for (const piece of pieces) piece.fill(0)
    throw authenticationFailed()
  }
  return pieces
}

function inPieces(cipher: CipherGCM | DecipherGCM, input: Uint8Array): Buffer[] {
  const pieces: Buffer[] = []
  for (let start = 0; start < input.length; start += pieceBytes)
    pieces.push(cipher.update(input.subarray(start, start + pieceBytes)))
  return pieces
}
