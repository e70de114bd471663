import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryKms } from '../../../test/kit/envelope-kms.ts'
import { DataKeyCache } from './data-keys/cache.ts'
import { decrypt } from './decrypt.ts'
import { encrypt } from './encrypt.ts'
import { EnvelopeError } from './errors.ts'
import { type EnvelopeFormat, envelopeFormats } from './formats.ts'

const keyId = 'alias/Apollo/WorkKey'
const encryptionContext = { department: 'sales' }

async function isRefused(envelope: Uint8Array, kms: MemoryKms): Promise<boolean> {
  try {
    await decrypt(envelope, { kms, encryptionContext })
    return false
  } catch (error) {
    if (error instanceof EnvelopeError) return true
    throw error
  }
}

async function small(format: EnvelopeFormat, kms: MemoryKms): Promise<Uint8Array> {
  return (
    await encrypt(Buffer.from('amount,12345.67\n'), { kms, keyId, format, encryptionContext, ...algorithmOf(format) })
  ).ciphertext
}
const algorithmOf = (format: EnvelopeFormat): object => (format === 'online' ? {} : { algorithm: 'AES_256_GCM' })

for (const format of envelopeFormats)
  test(`every single flipped bit of a small ${format} envelope is refused`, async () => {
    const kms = new MemoryKms()
    // An `online` plaintext as long as a data key would be refused for that reason alone.
    const envelope =
      format === 'online'
        ? (await encrypt(Buffer.from('amount,1\n'), { kms, keyId, format, encryptionContext })).ciphertext
        : await small(format, kms)
    assert.equal(await isRefused(envelope, kms), false)
    const accepted: number[] = []
    for (let bit = 0; bit < envelope.length * 8; bit += 1) {
      const altered = Uint8Array.from(envelope)
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      if (!(await isRefused(altered, kms))) accepted.push(bit)
    }
    assert.deepEqual(accepted, [])
  })

for (const format of envelopeFormats)
  test(`a ${format} envelope that is cut short anywhere is refused`, async () => {
    const kms = new MemoryKms()
    const envelope = await small(format, kms)
    // A final line feed is an end of line, not content: readers of text accept its absence.
    const content = envelope.at(-1) === 0x0a ? envelope.length - 1 : envelope.length
    const accepted: number[] = []
    for (let length = 0; length < content; length += 1)
      if (!(await isRefused(envelope.subarray(0, length), kms))) accepted.push(length)
    assert.deepEqual(accepted, [])
  })

for (const format of ['keyhaven', 'sdk-message', 'sdk-stream'] as const)
  test(`a ${format} envelope with anything after its end is refused`, async () => {
    const kms = new MemoryKms()
    const envelope = await small(format, kms)
    for (const extra of [1, 16, 17, 300])
      assert.ok(await isRefused(Buffer.concat([envelope, new Uint8Array(extra)]), kms))
  })

/** Three full chunks and a short one, so that every kind of chunk can be moved. */
async function chunked(
  kms: MemoryKms,
  fill: number,
  cache?: DataKeyCache,
): Promise<{ header: Uint8Array; chunks: Uint8Array[] }> {
  const plaintext = Buffer.alloc(3 * 4096 + 100, fill)
  const { ciphertext } = await encrypt(plaintext, {
    kms,
    keyId,
    encryptionContext,
    chunkBytes: 4096,
    ...(cache && { cache }),
  })
  const start = Buffer.from(ciphertext).readUInt32BE(12)
  const chunks: Uint8Array[] = []
  for (let offset = start; offset < ciphertext.length; offset += 4112)
    chunks.push(ciphertext.subarray(offset, offset + 4112))
  return { header: ciphertext.subarray(0, start), chunks }
}

test('a truncated envelope of several chunks is refused at every length', async () => {
  const kms = new MemoryKms()
  const { ciphertext } = await encrypt(Buffer.alloc(4096 + 10, 1), { kms, keyId, encryptionContext, chunkBytes: 4096 })
  for (let length = 0; length < ciphertext.length; length += 1)
    assert.ok(await isRefused(ciphertext.subarray(0, length), kms), `${length} of ${ciphertext.length} bytes`)
})

test('chunks that are left out, repeated, exchanged or moved to the end are refused', async () => {
  const kms = new MemoryKms()
  const { header, chunks } = await chunked(kms, 1)
  const [a, b, c, last] = chunks as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
  const build = (...parts: Uint8Array[]): Uint8Array => Buffer.concat([header, ...parts])
  assert.equal(await isRefused(build(a, b, c, last), kms), false)
  const arrangements = {
    'first left out': [b, c, last],
    'middle left out': [a, c, last],
    'last left out': [a, b, c],
    'one repeated': [a, a, b, c, last],
    exchanged: [b, a, c, last],
    'last repeated': [a, b, c, last, last],
    'last first': [last, a, b, c],
    'only the last': [last],
    'no chunk': [],
  }
  for (const [name, parts] of Object.entries(arrangements)) assert.ok(await isRefused(build(...parts), kms), name)
})

test('two envelopes under one cached data key cannot be spliced', async () => {
  const kms = new MemoryKms()
  using cache = new DataKeyCache()
  const one = await chunked(kms, 1, cache)
  const two = await chunked(kms, 2, cache)
  assert.equal(kms.calls.filter((call) => call === 'GenerateDataKey').length, 1)
  assert.ok(await isRefused(Buffer.concat([one.header, ...two.chunks]), kms))
  for (const index of [0, 1, 2, 3])
    assert.ok(
      await isRefused(Buffer.concat([one.header, ...one.chunks.with(index, two.chunks[index] as Uint8Array)]), kms),
    )
})

test('every flipped bit of a header that is padded for later keys is refused', async () => {
  const kms = new MemoryKms()
  const { encryptStream } = await import('./encrypt.ts')
  const envelope = Buffer.concat(
    await Array.fromAsync(encryptStream([Buffer.from('x')], { kms, keyId, encryptionContext })),
  )
  assert.equal(envelope.readUInt32BE(12), 4096)
  for (let bit = 0; bit < 4096 * 8; bit += 1) {
    const altered = Uint8Array.from(envelope)
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.ok(await isRefused(altered, kms), `bit ${bit}`)
  }
})
