import assert from 'node:assert/strict'
import { ReadableStream } from 'node:stream/web'
import { test } from 'node:test'
import { MemoryKms } from '../../../test/kit/envelope-kms.ts'
import { decrypt, encrypt, envelopeFormats, rewrapEnvelope, rewrapStream } from './index.ts'

const plaintext = Buffer.alloc(700_000, '日期,地区,金额\n')
const encryptionContext = { table: 'sales' }

for (const format of envelopeFormats)
  test(`${format}: an envelope in memory or in a stream goes to another key`, async () => {
    const kms = new MemoryKms('alias/old', 'alias/new')
    const content = format === 'online' ? plaintext.subarray(0, 500) : plaintext
    const sealed = await encrypt(content, { kms, keyId: 'alias/old', format, encryptionContext })
    const options = { kms, to: 'alias/new', encryptionContext }
    const { ciphertext, keys } = await rewrapEnvelope(sealed.ciphertext, options)
    assert.equal(keys.length, 1)
    const streamed = Buffer.concat(await Array.fromAsync(rewrapStream([sealed.ciphertext], options)))
    kms.setState('alias/old', 'Disabled')
    for (const envelope of [ciphertext, streamed]) {
      const opened = await decrypt(envelope, { kms, encryptionContext })
      assert.equal(opened.format, format)
      assert.ok(content.equals(opened.plaintext))
    }
    await assert.rejects(decrypt(sealed.ciphertext, { kms, encryptionContext }), { code: 'KeyUnavailable' })
    kms.setState('alias/new', 'Disabled')
    await assert.rejects(decrypt(ciphertext, { kms, encryptionContext }), { code: 'KeyUnavailable' })
  })

test('a record stays as small as it was', async () => {
  const kms = new MemoryKms('alias/old', 'alias/new')
  const { ciphertext } = await encrypt(Buffer.from('x'), { kms, keyId: 'alias/old' })
  assert.equal((await rewrapEnvelope(ciphertext, { kms, to: 'alias/new' })).ciphertext.length, ciphertext.length)
})

test('a Web stream gives a Web stream, and what is no envelope an error on it', async () => {
  const kms = new MemoryKms('alias/old')
  const stream = rewrapStream(ReadableStream.from([Buffer.from('no envelope')]), { kms, to: 'alias/old' })
  assert.ok(stream instanceof ReadableStream)
  await assert.rejects(Array.fromAsync(stream), { code: 'UnknownFormat' })
})
