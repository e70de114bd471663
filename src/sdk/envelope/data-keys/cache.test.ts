import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { MemoryKms } from '../../../../test/kit/envelope-kms.ts'
import { decrypt } from '../decrypt.ts'
import { encrypt, encryptStream } from '../encrypt.ts'
import type { EncryptOptions } from '../options.ts'
import { DataKeyCache, type DataKeyCacheLimits } from './cache.ts'

const keyId = 'alias/Apollo/WorkKey'

/** A cache with a clock of its own, and a way to count data keys. */
function setUp(limits: DataKeyCacheLimits = {}) {
  const kms = new MemoryKms(keyId, 'alias/other')
  const clock = { milliseconds: 0 }
  const cache = new DataKeyCache({ ...limits, now: () => clock.milliseconds })
  const send = (options: Partial<EncryptOptions> = {}, bytes = 10) =>
    encrypt(new Uint8Array(bytes), { kms, keyId, cache, ...options })
  const generated = (): number => kms.calls.filter((call) => call === 'GenerateDataKey').length
  return { kms, clock, cache, send, generated }
}

test('messages of one kind share a data key, and every envelope still has keys of its own', async () => {
  const { kms, send, generated } = setUp()
  const first = await send()
  const second = await send()
  assert.equal(generated(), 1)
  assert.notDeepEqual(first.ciphertext.subarray(-26), second.ciphertext.subarray(-26))
  for (const { ciphertext } of [first, second]) assert.equal((await decrypt(ciphertext, { kms })).plaintext.length, 10)
})

test('messages that arrive together share one call, and its failure', async () => {
  const { kms, send, generated } = setUp()
  const sealed = await Promise.all(Array.from({ length: 50 }, () => send()))
  assert.equal(generated(), 1)
  for (const { ciphertext } of sealed) assert.equal((await decrypt(ciphertext, { kms })).plaintext.length, 10)
  kms.setState(keyId, 'Disabled')
  const before = kms.calls.length
  const outcomes = await Promise.allSettled(
    Array.from({ length: 50 }, () => send({ encryptionContext: { other: 'context' } })),
  )
  assert.ok(outcomes.every(({ status }) => status === 'rejected'))
  assert.equal(kms.calls.length, before + 1)
})

test('an abort of the first of several messages does not stop the others', async () => {
  const { kms, cache } = setUp()
  const slow = Object.assign(Object.create(kms) as MemoryKms, {
    generateDataKey: async (request: { keyId: string }, options?: { signal?: AbortSignal }) => {
      if (options?.signal) await once(options.signal, 'abort')
      options?.signal?.throwIfAborted()
      return kms.generateDataKey(request)
    },
  })
  const controller = new AbortController()
  const first = encrypt(new Uint8Array(1), { kms: slow, keyId, cache, signal: controller.signal })
  const second = encrypt(new Uint8Array(1), { kms: slow, keyId, cache })
  controller.abort()
  await assert.rejects(first, { code: 'Aborted' })
  assert.equal((await second).format, 'keyhaven')
})

test('without a cache every message gets a fresh data key', async () => {
  const { kms, generated } = setUp()
  for (let i = 0; i < 3; i += 1) await encrypt(new Uint8Array(1), { kms, keyId })
  assert.equal(generated(), 3)
})

const kinds: readonly [string, Partial<EncryptOptions>][] = [
  ['key', { keyId: 'alias/other' }],
  ['list of keys', { keyId: [keyId, 'alias/other'] }],
  ['context', { encryptionContext: { a: 'b' } }],
  ['algorithm', { algorithm: 'SM4_GCM' }],
  ['format', { format: 'java-go-gcm-3line' }],
  ['service', { kms: new MemoryKms(keyId) }],
]

for (const [name, options] of kinds)
  test(`another ${name} never shares the data key`, async () => {
    const { cache, send } = setUp()
    const plain = await send()
    const other = await send(options)
    assert.equal(cache.size, 2)
    assert.notEqual(
      plain.keys[0]?.keyVersionId + Buffer.from(plain.ciphertext).toString('hex'),
      other.keys[0]?.keyVersionId,
    )
  })

test('contexts that only look alike are told apart', async () => {
  const { cache, send } = setUp()
  await send({ encryptionContext: { ab: 'c' } })
  await send({ encryptionContext: { a: 'bc' } })
  assert.equal(cache.size, 2)
})

test('a data key is used until its age limit and not after', async () => {
  const { clock, send, generated } = setUp({ maxAgeSeconds: 60 })
  await send()
  clock.milliseconds = 59_999
  await send()
  assert.equal(generated(), 1)
  clock.milliseconds = 60_000
  await send()
  assert.equal(generated(), 2)
})

test('a data key encrypts at most the allowed number of messages', async () => {
  const { send, generated } = setUp({ maxMessages: 2 })
  for (let i = 0; i < 5; i += 1) await send()
  assert.equal(generated(), 3)
})

test('a data key encrypts at most the allowed number of bytes, and a larger message gets its own', async () => {
  const { send, generated, cache } = setUp({ maxBytes: 25 })
  await send({}, 10)
  await send({}, 15)
  assert.equal(generated(), 1)
  await send({}, 1)
  assert.equal(generated(), 2)
  await send({}, 26)
  assert.equal(generated(), 3)
  assert.equal(cache.size, 1)
})

test('a stream of unknown length bypasses the cache', async () => {
  const { kms, cache, generated } = setUp()
  for (let i = 0; i < 2; i += 1) await Array.fromAsync(encryptStream([new Uint8Array(5)], { kms, keyId, cache }))
  assert.equal(generated(), 2)
  assert.equal(cache.size, 0)
})

test('the entry unused for longest makes room', async () => {
  const { send, cache, generated } = setUp({ capacity: 2 })
  await send({ encryptionContext: { n: '1' } })
  await send({ encryptionContext: { n: '2' } })
  await send({ encryptionContext: { n: '1' } })
  await send({ encryptionContext: { n: '3' } })
  assert.equal(cache.size, 2)
  await send({ encryptionContext: { n: '1' } })
  assert.equal(generated(), 3)
  await send({ encryptionContext: { n: '2' } })
  assert.equal(generated(), 4)
})

test('an age of zero switches the cache off', async () => {
  const { send, cache } = setUp({ maxAgeSeconds: 0 })
  await send()
  assert.equal(cache.size, 0)
})

test('a recovered data key is remembered for reading, by wrapped form and context, and never used for writing', async () => {
  const { kms, send, generated } = setUp()
  const { ciphertext } = await send({ encryptionContext: { a: 'b' } })
  using reading = new DataKeyCache()
  await decrypt(ciphertext, { kms, cache: reading })
  await decrypt(ciphertext, { kms, cache: reading })
  assert.equal(kms.calls.filter((call) => call === 'Decrypt').length, 1)
  await encrypt(new Uint8Array(1), { kms, keyId, cache: reading, encryptionContext: { a: 'b' } })
  assert.equal(generated(), 2)
})

test('clearing wipes every entry', async () => {
  const { send, cache, generated } = setUp()
  await send()
  cache.clear()
  assert.equal(cache.size, 0)
  await send()
  assert.equal(generated(), 2)
})

test('limits that make no sense are refused', () => {
  assert.throws(() => new DataKeyCache({ maxBytes: -1 }), { code: 'InvalidArgument' })
  assert.throws(() => new DataKeyCache({ maxAgeSeconds: Number.NaN }), { code: 'InvalidArgument' })
})
