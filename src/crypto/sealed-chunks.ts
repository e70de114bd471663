import type { KeyObject } from 'node:crypto'
import { gcmTagBytes, openGcm, sealGcm } from './block-cipher.ts'
import { CryptoFailure } from './failure.ts'

/** Plaintext in each chunk but the last. */
const chunkBytes = 64 * 1024
const sealedChunkBytes = chunkBytes + gcmTagBytes
const noAad = new Uint8Array(0)

/**
 * Seals a stream of any length in chunks, each bound to its number and to whether it is the last: a stream that was cut,
 * prolonged or put in another order does not open (STREAM of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
 *
 * @param secret - 32 bytes, used for this stream only, so that a number is nonce enough
 */
export async function* sealChunks(secret: KeyObject, plaintext: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let count = 0
  for await (const { chunk, isLast } of inChunks(plaintext, chunkBytes))
    yield sealGcm({ cipher: 'aes-256', secret }, nonceOf(count++, isLast), chunk, noAad)
}

/** @throws CryptoFailure at the first chunk that is not what `sealChunks` made */
export async function* openChunks(secret: KeyObject, sealed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let count = 0
  for await (const { chunk, isLast } of inChunks(sealed, sealedChunkBytes)) {
    if (chunk.length < gcmTagBytes) throw new CryptoFailure()
    yield openGcm({ cipher: 'aes-256', secret }, nonceOf(count++, isLast), chunk, noAad)
  }
}

function nonceOf(count: number, isLast: boolean): Uint8Array {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(count, 5, 6)
  nonce.writeUInt8(isLast ? 1 : 0, 11)
  return nonce
}

/** The bytes of a stream in chunks of one size, the last of which may be shorter, or empty. */
async function* inChunks(
  stream: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<{ readonly chunk: Uint8Array; readonly isLast: boolean }> {
  let held: Uint8Array[] = []
  let length = 0
  for await (const bytes of stream) {
    held.push(bytes)
    length += bytes.length
    // a whole chunk may still be the last one
    if (length <= size) continue
    const joined = Buffer.concat(held)
    let start = 0
    for (; length - start > size; start += size) yield { chunk: joined.subarray(start, start + size), isLast: false }
    held = [joined.subarray(start)]
    length -= start
  }
  yield { chunk: Buffer.concat(held), isLast: true }
}
