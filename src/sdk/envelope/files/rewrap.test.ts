import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { MemoryKms } from '../../../../test/kit/envelope-kms.ts'
import { decrypt } from '../decrypt.ts'
import { describeEnvelope } from '../describe.ts'
import { encrypt } from '../encrypt.ts'
import { type EnvelopeFormat, envelopeFormats } from '../formats.ts'
import { encryptFile } from './encrypt-file.ts'
import { journalPath, recoverHeader } from './header-journal.ts'
import { rewrapFile } from './rewrap-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhaven-test-'))
after(() => rm(folder, { recursive: true }))
let count = 0
const fresh = (): string => {
  count += 1
  return join(folder, `file-${count}`)
}
const plaintext = Buffer.from('日期,地区,金额\n')

async function sealedFile(kms: MemoryKms, format: EnvelopeFormat = 'keyhaven'): Promise<string> {
  const [plain, sealed] = [fresh(), fresh()]
  writeFileSync(plain, plaintext)
  await encryptFile(plain, sealed, { kms, keyId: 'alias/old', format, encryptionContext: { a: 'b' } })
  return sealed
}

async function contentOf(path: string, kms: MemoryKms): Promise<Buffer> {
  return Buffer.from((await decrypt(readFileSync(path), { kms, encryptionContext: { a: 'b' } })).plaintext)
}

for (const format of envelopeFormats)
  test(`${format}: after rewrap the new key opens the file and the old one does not`, async () => {
    const kms = new MemoryKms('alias/old', 'alias/new')
    const path = await sealedFile(kms, format)
    const { isInPlace } = await rewrapFile(path, { kms, to: 'alias/new', encryptionContext: { a: 'b' } })
    assert.equal(isInPlace, format === 'keyhaven')
    kms.setState('alias/old', 'Disabled')
    assert.deepEqual(await contentOf(path, kms), plaintext)
    kms.setState('alias/old', 'Enabled')
    kms.setState('alias/new', 'Disabled')
    await assert.rejects(contentOf(path, kms), { code: 'KeyUnavailable' })
  })

test('rewrap changes nothing behind the header', async () => {
  const kms = new MemoryKms('alias/old', 'alias/new')
  const path = await sealedFile(kms)
  const before = readFileSync(path)
  await rewrapFile(path, { kms, to: 'alias/new' })
  const now = readFileSync(path)
  assert.equal(now.length, before.length)
  assert.ok(now.subarray(4096).equals(before.subarray(4096)))
  assert.ok(!now.subarray(0, 4096).equals(before.subarray(0, 4096)))
  assert.ok(!existsSync(journalPath(path)))
})

for (const format of ['keyhaven', 'sdk-message', 'sdk-stream'] as const)
  test(`${format}: present keys can be kept`, async () => {
    const kms = new MemoryKms('alias/old', 'alias/new')
    const path = await sealedFile(kms, format)
    await rewrapFile(path, { kms, to: 'alias/new', keepPresentKeys: true })
    assert.equal((await describeEnvelope([readFileSync(path)])).keys.length, 2)
    for (const disabled of ['alias/old', 'alias/new']) {
      kms.setState('alias/old', 'Enabled')
      kms.setState('alias/new', 'Enabled')
      kms.setState(disabled, 'Disabled')
      assert.deepEqual(await contentOf(path, kms), plaintext)
    }
  })

test('keys that do not fit into the header make a copy with a larger one', async () => {
  const names = Array.from({ length: 40 }, (_, i) => `alias/${i}`)
  const kms = new MemoryKms('alias/old', ...names)
  const path = await sealedFile(kms)
  const { isInPlace } = await rewrapFile(path, { kms, to: names })
  assert.equal(isInPlace, false)
  assert.deepEqual(await contentOf(path, kms), plaintext)
})

test('a header that was written over half is put back by the next rewrap', async () => {
  const kms = new MemoryKms('alias/old', 'alias/new')
  const path = await sealedFile(kms)
  const before = readFileSync(path)
  await rewrapFile(path, { kms, to: 'alias/new' })
  const torn = Buffer.concat([readFileSync(path).subarray(0, 200), before.subarray(200)])
  writeFileSync(path, torn)
  writeFileSync(journalPath(path), before.subarray(0, 4096))
  await assert.rejects(contentOf(path, kms))
  await rewrapFile(path, { kms, to: 'alias/new' })
  assert.deepEqual(await contentOf(path, kms), plaintext)
  assert.ok(!existsSync(journalPath(path)))
})

test('a journal of another file under the same name is not put into it', async () => {
  const kms = new MemoryKms('alias/old')
  const path = await sealedFile(kms)
  const stranger = await sealedFile(kms)
  writeFileSync(journalPath(path), readFileSync(stranger).subarray(0, 4096))
  assert.equal(await recoverHeader(path), false)
  assert.deepEqual(await contentOf(path, kms), plaintext)
})

test('a rewrap that the KMS refuses leaves the file as it was', async () => {
  const kms = new MemoryKms('alias/old', 'alias/new')
  for (const format of envelopeFormats) {
    const path = await sealedFile(kms, format)
    const before = readFileSync(path)
    kms.setState('alias/new', 'Disabled')
    await assert.rejects(rewrapFile(path, { kms, to: 'alias/new', encryptionContext: { a: 'b' } }), {
      code: 'KeyUnavailable',
    })
    assert.ok(readFileSync(path).equals(before))
  }
})

test('a header that was altered is not rewrapped', async () => {
  const kms = new MemoryKms('alias/old', 'alias/new')
  const path = await sealedFile(kms)
  const altered = readFileSync(path)
  altered[4000] = 1
  writeFileSync(path, altered)
  await assert.rejects(rewrapFile(path, { kms, to: 'alias/new' }), { code: 'DamagedHeader' })
})

test('a KMS that can re-encrypt keeps the data key of a sample file inside', async () => {
  const kms = new MemoryKms('alias/old', 'alias/new')
  const asked: string[] = []
  const reEncrypting = Object.assign(kms, {
    reEncrypt: async (request: { ciphertextBlob: Uint8Array; destinationKeyId: string }) => {
      asked.push(request.destinationKeyId)
      const { plaintext: text } = await kms.decrypt({ ciphertextBlob: request.ciphertextBlob })
      return kms.encrypt({ keyId: request.destinationKeyId, plaintext: text })
    },
  })
  const { ciphertext } = await encrypt(plaintext, { kms, keyId: 'alias/old', format: 'python-eax-4line' })
  const path = fresh()
  writeFileSync(path, ciphertext)
  await rewrapFile(path, { kms: reEncrypting, to: 'alias/new' })
  assert.deepEqual(asked, [(await kms.describeKey({ keyId: 'alias/new' })).keyMetadata.keyId])
  assert.deepEqual(Buffer.from((await decrypt(readFileSync(path), { kms })).plaintext), plaintext)
})
