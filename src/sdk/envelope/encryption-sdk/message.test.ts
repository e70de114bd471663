import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryKms } from '../../../../test/kit/envelope-kms.ts'
import { decrypt, decryptStream } from '../decrypt.ts'
import { encrypt } from '../encrypt.ts'
import { EnvelopeError } from '../errors.ts'
import { sdkAlgorithmNames } from './algorithm.ts'
import { decodeMessage, encodeMessage } from './message.ts'

const keyId = 'alias/Apollo/WorkKey'

for (const format of ['sdk-message', 'sdk-stream'] as const)
  for (const algorithm of sdkAlgorithmNames)
    test(`${format} with ${algorithm} opens what it wrote, for whole blocks`, async () => {
      const kms = new MemoryKms()
      const plaintext = Buffer.alloc(600_000, 'sixteen bytes...')
      const options = { kms, keyId, format, algorithm, allowUnauthenticated: true, encryptionContext: { 区域: '杭州' } }
      const { ciphertext } = await encrypt(plaintext, options)
      const opened = await decrypt(ciphertext, { kms, allowUnauthenticated: true })
      assert.equal(opened.algorithm, algorithm)
      assert.ok(plaintext.equals(opened.plaintext))
    })

test('keys are named by the ARN that the official SDK looks for', async () => {
  const kms = new MemoryKms()
  const { ciphertext } = await encrypt(Buffer.from('x'), { kms, keyId, format: 'sdk-message' })
  assert.match(
    decodeMessage(ciphertext).head.encryptedDataKeys[0]?.keyId ?? '',
    /^acs:kms:cn-hangzhou:1234567890123456:key\//,
  )
})

test('a key whose ARN nobody knows is refused in one line', async () => {
  const { generateDataKey, encrypt: seal, decrypt: open } = new MemoryKms()
  const options = { kms: { generateDataKey, encrypt: seal, decrypt: open }, keyId, format: 'sdk-message' } as const
  await assert.rejects(encrypt(Buffer.from('x'), options), { code: 'InvalidArgument', message: /needs its ARN/ })
})

test('an unauthenticated algorithm is not written unless it is allowed', async () => {
  const options = { kms: new MemoryKms(), keyId, format: 'sdk-message', algorithm: 'AES_CTR_NOPADDING_256' } as const
  await assert.rejects(encrypt(Buffer.from('x'), options), { code: 'NotAuthenticated' })
})

test('CBC without padding refuses what is not whole blocks', async () => {
  const options = {
    kms: new MemoryKms(),
    keyId,
    format: 'sdk-message',
    algorithm: 'AES_CBC_NOPADDING_256',
    allowUnauthenticated: true,
  } as const
  await assert.rejects(encrypt(Buffer.from('x'), options), { code: 'InvalidArgument' })
})

test('a message that names a key twice is refused', async () => {
  const kms = new MemoryKms()
  const { ciphertext } = await encrypt(Buffer.from('x'), { kms, keyId, format: 'sdk-message' })
  const { head, body } = decodeMessage(ciphertext)
  const twice = encodeMessage(
    { ...head, encryptedDataKeys: [...head.encryptedDataKeys, ...head.encryptedDataKeys] },
    body,
  )
  await assert.rejects(decrypt(twice, { kms }), { code: 'DamagedHeader' })
})

test('nothing of a stream message comes out when its last byte is wrong', async () => {
  const kms = new MemoryKms()
  for (const size of [1000, 9 << 20]) {
    const { ciphertext } = await encrypt(Buffer.alloc(size, 7), { kms, keyId, format: 'sdk-stream' })
    const altered = Buffer.from(ciphertext)
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1
    let released = 0
    const reading = async (): Promise<void> => {
      for await (const portion of decryptStream([altered], { kms })) released += (portion as Uint8Array).length
    }
    await assert.rejects(reading(), EnvelopeError)
    assert.equal(released, 0)
  }
})

test('a stream message that is too long for memory comes out whole', async () => {
  const kms = new MemoryKms()
  const plaintext = Buffer.alloc((9 << 20) + 5, 7)
  const { ciphertext } = await encrypt(plaintext, { kms, keyId, format: 'sdk-stream' })
  const portions = await Array.fromAsync(decryptStream([ciphertext], { kms }) as AsyncIterable<Uint8Array>)
  assert.ok(plaintext.equals(Buffer.concat(portions)))
})

test('a message of more than 16 MiB, whose lengths need four bytes, opens', async () => {
  const kms = new MemoryKms()
  const plaintext = Buffer.alloc((16 << 20) + 1, 3)
  const { ciphertext } = await encrypt(plaintext, { kms, keyId, format: 'sdk-message' })
  assert.ok(plaintext.equals((await decrypt(ciphertext, { kms })).plaintext))
})
