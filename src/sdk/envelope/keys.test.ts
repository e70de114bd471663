import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryKms } from '../../../test/kit/envelope-kms.ts'
import { decrypt } from './decrypt.ts'
import { describeEnvelope } from './describe.ts'
import { encrypt } from './encrypt.ts'

const plaintext = Buffer.from('amount,12345.67\n')

for (const format of ['keyhaven', 'sdk-message', 'sdk-stream'] as const)
  test(`any one of several keys opens a ${format} envelope`, async () => {
    const kms = new MemoryKms('alias/one', 'alias/two', 'alias/three')
    const names = ['alias/one', 'alias/two', 'alias/three']
    const { ciphertext } = await encrypt(plaintext, { kms, keyId: names, format })
    assert.equal((await describeEnvelope([ciphertext])).keys.length, 3)
    for (const left of names) {
      for (const name of names) kms.setState(name, name === left ? 'Enabled' : 'Disabled')
      assert.deepEqual(Buffer.from((await decrypt(ciphertext, { kms })).plaintext), plaintext)
    }
    for (const name of names) kms.setState(name, 'Disabled')
    await assert.rejects(decrypt(ciphertext, { kms }), { code: 'KeyUnavailable' })
  })

test('keys may live in different services, and either service opens the envelope', async () => {
  const [here, there] = [new MemoryKms('alias/here'), new MemoryKms('alias/there')]
  const { ciphertext } = await encrypt(plaintext, {
    kms: here,
    keyId: ['alias/here', { keyId: 'alias/there', kms: there }],
  })
  for (const kms of [here, there, [here, there], [there]])
    assert.deepEqual(Buffer.from((await decrypt(ciphertext, { kms })).plaintext), plaintext)
})

for (const format of ['java-go-gcm-3line', 'python-eax-4line', 'java-v2-object', 'online'] as const)
  test(`${format} has room for one key and refuses several`, async () => {
    const kms = new MemoryKms('alias/one', 'alias/two')
    await assert.rejects(encrypt(plaintext, { kms, keyId: ['alias/one', 'alias/two'], format }), {
      code: 'InvalidArgument',
    })
  })

const failures: readonly [string, (kms: MemoryKms) => void, RegExp][] = [
  ['a disabled key', (kms) => kms.setState('alias/one', 'Disabled'), /^key alias\/one: Rejected\.Disabled: /],
  [
    'a key that is about to be deleted',
    (kms) => kms.setState('alias/one', 'PendingDeletion'),
    /Rejected\.PendingDeletion/,
  ],
  ['a deleted key', (kms) => kms.delete('alias/one'), /Forbidden\.KeyNotFound/],
  [
    'a KMS that is away',
    (kms) => {
      kms.isAway = true
    },
    /ECONNREFUSED/,
  ],
]

for (const [name, break_, message] of failures)
  test(`${name} is one clear line with the cause, for writing and for reading`, async () => {
    const kms = new MemoryKms('alias/one')
    const { ciphertext } = await encrypt(plaintext, { kms, keyId: 'alias/one' })
    break_(kms)
    for (const work of [encrypt(plaintext, { kms, keyId: 'alias/one' }), decrypt(ciphertext, { kms })])
      await assert.rejects(work, (error: Error & { code: string }) => {
        assert.equal(error.code, 'KeyUnavailable')
        assert.match(error.message, message)
        assert.ok(!error.message.includes('\n'))
        assert.ok(error.cause instanceof Error)
        return true
      })
  })

test('a KMS that goes away between the keys of one envelope leaves nothing', async () => {
  const kms = new MemoryKms('alias/one', 'alias/two')
  kms.setState('alias/two', 'Disabled')
  await assert.rejects(encrypt(plaintext, { kms, keyId: ['alias/one', 'alias/two'] }), { code: 'KeyUnavailable' })
})

test('a context that the reader expects must be in the envelope', async () => {
  const kms = new MemoryKms()
  const keyId = 'alias/Apollo/WorkKey'
  const { ciphertext } = await encrypt(plaintext, {
    kms,
    keyId,
    encryptionContext: { file: 'sales.csv', year: '2024' },
  })
  const opened = await decrypt(ciphertext, { kms, encryptionContext: { year: '2024' } })
  assert.deepEqual(opened.encryptionContext, { file: 'sales.csv', year: '2024' })
  for (const encryptionContext of [{ year: '2025' }, { month: '1' }, { toString: 'x' }])
    await assert.rejects(decrypt(ciphertext, { kms, encryptionContext }), { code: 'ContextMismatch' })
})

test('a context that is no text, not well-formed or too long is refused before any call', async () => {
  const kms = new MemoryKms()
  const contexts = [{ a: '\ud800' }, { '\udfff': 'a' }, { a: 5 as unknown as string }, { a: 'x'.repeat(8192) }]
  for (const encryptionContext of contexts)
    await assert.rejects(
      encrypt(plaintext, { kms, keyId: 'alias/Apollo/WorkKey', encryptionContext }),
      (error: Error & { code: string }) => ['InvalidArgument', 'TooLarge'].includes(error.code),
    )
  assert.deepEqual(kms.calls, [])
})

test('a chunk size or algorithm that the format does not have is refused', async () => {
  const kms = new MemoryKms()
  const keyId = 'alias/Apollo/WorkKey'
  for (const chunkBytes of [0, 1000, 2048, 3 << 18, 1 << 25, Number.NaN])
    await assert.rejects(encrypt(plaintext, { kms, keyId, chunkBytes }), { code: 'InvalidArgument' })
  await assert.rejects(encrypt(plaintext, { kms, keyId, algorithm: 'AES_CBC_PKCS5_256' }), { code: 'InvalidArgument' })
  await assert.rejects(encrypt(plaintext, { kms, keyId, format: 'java-go-gcm-3line', algorithm: 'SM4_GCM' }), {
    code: 'InvalidArgument',
  })
})
