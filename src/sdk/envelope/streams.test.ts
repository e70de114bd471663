import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import { test } from 'node:test'
import fc from 'fast-check'
import { MemoryKms } from '../../../test/kit/envelope-kms.ts'
import { givenAway } from './byte-reader.ts'
import { decryptStream } from './decrypt.ts'
import { encrypt, encryptStream } from './encrypt.ts'
import type { EncryptOptions } from './options.ts'

const keyId = 'alias/Apollo/WorkKey'
const kms = new MemoryKms()
const chunkBytes = 4096

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(source))
}

function* pieces(content: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let offset = 0, i = 0; offset < content.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1
    yield content.subarray(offset, offset + size)
    offset += size
  }
}

const sizeNearBorders = fc
  .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: -17, max: 17 }))
  .map(([chunks, offset]) => Math.max(0, chunks * chunkBytes + offset))

for (const algorithm of ['AES_256_GCM', 'SM4_GCM'] as const)
  test(`${algorithm}: any size around chunk borders, arriving in any pieces, comes back`, async () => {
    const pieceSizes = fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(sizeNearBorders, pieceSizes, pieceSizes, async (size, writeSizes, readSizes) => {
        const plaintext = Buffer.alloc(size, 'pattern')
        const envelope = await collect(
          encryptStream(pieces(plaintext, writeSizes), { kms, keyId, chunkBytes, algorithm }),
        )
        const opened = await collect(decryptStream(pieces(envelope, readSizes), { kms }))
        assert.ok(opened.equals(plaintext))
      }),
      { numRuns: 150 },
    )
  })

test('bytes and streams of every size near a border make envelopes of the same length that open each other', async () => {
  for (const size of [0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 7 * chunkBytes, 7 * chunkBytes + 5]) {
    const plaintext = Buffer.alloc(size, 'x')
    const { ciphertext } = await encrypt(plaintext, { kms, keyId, chunkBytes })
    const header = Buffer.from(ciphertext).readUInt32BE(12)
    assert.equal(ciphertext.length - header, size + 16 * Math.max(1, Math.ceil(size / chunkBytes)))
    assert.ok((await collect(decryptStream([ciphertext], { kms }))).equals(plaintext))
  }
})

test('a Web stream gives a Web stream', async () => {
  const source = ReadableStream.from([Buffer.from('hello '), Buffer.from('world')])
  const envelope = encryptStream(source, { kms, keyId })
  assert.ok(envelope instanceof ReadableStream)
  const opened = decryptStream(envelope, { kms })
  assert.ok(opened instanceof ReadableStream)
  assert.equal((await collect(opened)).toString(), 'hello world')
})

test('a Node stream gives a Node stream', async () => {
  const envelope = encryptStream(Readable.from([Buffer.from('hello world')]), { kms, keyId })
  assert.ok(envelope instanceof Readable)
  assert.equal((await collect(decryptStream(envelope, { kms }))).toString(), 'hello world')
})

test('a stream says what it is before its first byte', async () => {
  const seen: string[] = []
  const options: EncryptOptions & { onSummary: (summary: { format: string }) => void } = {
    kms,
    keyId,
    format: 'auto',
    onSummary: ({ format }) => seen.push(format),
  }
  const envelope = await collect(encryptStream([Buffer.from('small')], options))
  await collect(decryptStream([envelope], { kms, onSummary: ({ format }) => seen.push(format) }))
  assert.deepEqual(seen, ['online', 'online'])
})

test('a stream that is cut off gives authentic chunks and then an error, never an end', async () => {
  const envelope = await collect(encryptStream([Buffer.alloc(3 * chunkBytes, 1)], { kms, keyId, chunkBytes }))
  const cut = envelope.subarray(0, envelope.length - chunkBytes - 16)
  let received = 0
  const reading = async (): Promise<void> => {
    for await (const portion of decryptStream([cut], { kms })) received += (portion as Uint8Array).length
  }
  await assert.rejects(reading(), { code: 'AuthenticationFailed' })
  assert.equal(received, chunkBytes)
})

test('a source that fails makes the envelope fail', async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(10_000)
    throw new Error('the disk is gone')
  }
  await assert.rejects(collect(encryptStream(failing(), { kms, keyId, chunkBytes })), /the disk is gone/)
})

test('a reader that stops early ends the source', async () => {
  let ended = false
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield new Uint8Array(chunkBytes)
    } finally {
      ended = true
    }
  }
  const envelope = encryptStream(endless(), { kms, keyId, chunkBytes })
  const closed = new Promise((resolve) => envelope.once('close', resolve))
  let portions = 0
  for await (const _ of envelope) {
    portions += 1
    if (portions === 3) break
  }
  await closed
  assert.ok(ended)
})

test('a signal stops a stream', async () => {
  const controller = new AbortController()
  async function* source(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(2 * chunkBytes)
    controller.abort()
    yield new Uint8Array(2 * chunkBytes)
  }
  const work = collect(encryptStream(source(), { kms, keyId, chunkBytes, signal: controller.signal }))
  await assert.rejects(work, { code: 'Aborted' })
})

test('the memory of portions is given back only where nobody else refers to it', async () => {
  const content = Buffer.alloc(3 * chunkBytes + 5, 7)
  const portions = (): Uint8Array[] => [...pieces(content, [1500, 3000])].map((portion) => Uint8Array.from(portion))
  for (const isGiven of [false, true]) {
    const sources = portions()
    const source = Readable.from(sources, { objectMode: false })
    const sealed = await collect(encryptStream(isGiven ? givenAway(source) : source, { kms, keyId, chunkBytes }))
    assert.deepEqual(await collect(decryptStream(Readable.from([sealed]), { kms })), content)
    assert.ok(sources.every(({ buffer }) => (buffer as ArrayBuffer).detached === isGiven))
  }
})
