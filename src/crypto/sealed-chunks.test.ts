import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import { CryptoFailure } from './failure.ts'
import { openChunks, sealChunks } from './sealed-chunks.ts'

const key = createSecretKey(Buffer.alloc(32, 7))

async function* parts(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}
async function joined(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
const opened = (sealed: Uint8Array): Promise<Buffer> => joined(openChunks(key, parts(sealed, 50_000)))

test('a stream of any length opens to what it was', async () => {
  for (const length of [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000]) {
    const bytes = Buffer.alloc(length, 'bytes')
    const sealed = await joined(sealChunks(key, parts(bytes, 3000)))
    assert.ok((await opened(sealed)).equals(bytes), `${length} bytes`)
  }
})

test('one that was cut, prolonged, reordered or changed does not', async () => {
  const chunk = 65_536 + 16
  const sealed = await joined(sealChunks(key, parts(Buffer.alloc(150_000, 'bytes'), 3000)))
  const altered = [
    sealed.subarray(0, chunk),
    sealed.subarray(0, 2 * chunk),
    sealed.subarray(0, -1),
    sealed.subarray(0, 0),
    Buffer.concat([sealed, Buffer.alloc(1)]),
    Buffer.concat([sealed, sealed.subarray(2 * chunk)]),
    Buffer.concat([sealed.subarray(chunk, 2 * chunk), sealed.subarray(0, chunk), sealed.subarray(2 * chunk)]),
    ...[0, chunk - 1, chunk, 2 * chunk + 5, sealed.length - 1].map((place) => {
      const copy = Buffer.from(sealed)
      copy.writeUInt8(copy.readUInt8(place) ^ 1, place)
      return copy
    }),
  ]
  for (const bytes of altered) await assert.rejects(opened(bytes), CryptoFailure)
  const other = createSecretKey(Buffer.alloc(32, 8))
  await assert.rejects(joined(openChunks(other, parts(sealed, 50_000))), CryptoFailure)
})
