import assert from 'node:assert/strict'
import { createCipheriv, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { MemoryKms } from '../../../../test/kit/envelope-kms.ts'
import { decrypt, decryptStream } from '../decrypt.ts'
import { encrypt } from '../encrypt.ts'
import { EnvelopeError } from '../errors.ts'
import { rewrapEnvelope } from '../rewrap-envelope.ts'
import { sdkAlgorithmById, sdkAlgorithmNames } from './algorithm.ts'
import { countedEntries, sortedKeys } from './counted-entries.ts'
import { authenticatedFields } from './head.ts'
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

describe('a message that names a key twice', () => {
  const [one, two] = ['alias/one', 'alias/two']

  /** As the official writers make it: entries in the order in which they came, of which Java counts the first of a name. */
  async function written(kms: MemoryKms, writer: 'Java' | 'Python', names: readonly string[]): Promise<Uint8Array> {
    const { keyMetadata } = await kms.describeKey({ keyId: one })
    const algorithm = sdkAlgorithmById(2)
    const dataKey = randomBytes(32)
    const encryptedDataKeys = await Promise.all(
      names.map(async (name) => ({
        keyId: name === one ? keyMetadata.arn : `${keyMetadata.arn}-2`,
        ciphertextBlob: (await kms.encrypt({ keyId: name, plaintext: dataKey.toString('base64') })).ciphertextBlob,
      })),
    )
    const fields = { algorithm, encryptedDataKeys, encryptionContext: {} }
    const sorted = sortedKeys(encryptedDataKeys)
    const counted = sorted.filter(
      ({ keyId }, at) => writer === 'Python' || sorted.findIndex((key) => key.keyId === keyId) === at,
    )
    const headerIv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', dataKey, headerIv).setAAD(authenticatedFields(fields, counted))
    cipher.final()
    const body = createCipheriv('aes-256-gcm', dataKey, Buffer.alloc(12, 7))
    const ciphertext = Buffer.concat([body.update('content'), body.final()])
    return encodeMessage(
      { ...fields, headerIv, headerAuthTag: cipher.getAuthTag() },
      { iv: Buffer.alloc(12, 7), ciphertext, authTag: body.getAuthTag() },
    )
  }

  for (const writer of ['Java', 'Python'] as const)
    for (const names of [
      [one, one],
      [one, one, one],
      [one, two, one],
      [two, one, two, one],
    ])
      test(`opens, whatever the order of ${names.length} entries was when ${writer} wrote it`, async () => {
        const kms = new MemoryKms(one, two)
        for (let round = 0; round < 20; round += 1) {
          const message = await written(kms, writer, names)
          assert.equal(Buffer.from((await decrypt(message, { kms })).plaintext).toString(), 'content')
        }
      })

  test('opens by the entry that opens, and is healed by rewrap', async () => {
    const kms = new MemoryKms(one, two)
    const message = await written(kms, 'Java', [one, two, one])
    kms.setState(one, 'Disabled')
    assert.equal(Buffer.from((await decrypt(message, { kms })).plaintext).toString(), 'content')
    kms.setState(one, 'Enabled')
    await assert.rejects(rewrapEnvelope(message, { kms, to: two, keepPresentKeys: true }), { code: 'InvalidArgument' })
    const { ciphertext } = await rewrapEnvelope(message, { kms, to: one })
    assert.equal(decodeMessage(ciphertext).head.encryptedDataKeys.length, 1)
  })

  test('is refused when it was altered, or when its keys were only doubled', async () => {
    const kms = new MemoryKms(one, two)
    const message = Buffer.from(await written(kms, 'Java', [one, one]))
    const { head, body } = decodeMessage(message)
    const altered = { ...head, headerIv: head.headerIv.toReversed() }
    await assert.rejects(decrypt(encodeMessage(altered, body), { kms }), { code: 'DamagedHeader' })
    const single = await encrypt(Buffer.from('x'), { kms, keyId: one, format: 'sdk-message' })
    const { head: other, body: content } = decodeMessage(single.ciphertext)
    const doubled = { ...other, encryptedDataKeys: [...other.encryptedDataKeys, ...other.encryptedDataKeys] }
    await assert.rejects(decrypt(encodeMessage(doubled, content), { kms }), { code: 'DamagedHeader' })
  })

  test('is not written, and nothing is asked of the KMS for it', async () => {
    const kms = new MemoryKms(one, two)
    for (const format of ['sdk-message', 'sdk-stream'] as const)
      await assert.rejects(encrypt(Buffer.from('x'), { kms, keyId: [one, two, one], format }), {
        code: 'InvalidArgument',
      })
    assert.deepEqual(kms.calls, [])
  })

  test('with hundreds of entries is looked at for a bounded time', () => {
    const keys = Array.from({ length: 64 }, (_, index) => ({
      keyId: `key ${index % 8}`,
      ciphertextBlob: Uint8Array.of(index),
    }))
    assert.ok(countedEntries(keys).length <= 256)
  })
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
