import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fixedKms, MemoryKms } from '../../../test/kit/envelope-kms.ts'
import { decrypt } from './decrypt.ts'
import { describeEnvelope } from './describe.ts'
import { encrypt } from './encrypt.ts'
import { EnvelopeError } from './errors.ts'
import { type EnvelopeFormat, envelopeFormats } from './formats.ts'
import { sealFourLine, sealSampleGcm } from './samples/aead.ts'
import { formatLineEnvelope } from './samples/lines.ts'

interface Vector {
  readonly format: EnvelopeFormat
  readonly name: string
  readonly dataKeyHex: string
  readonly encryptedDataKeyBase64: string
  readonly nonceHex: string
  readonly plaintextHex?: string
  readonly plaintextRule?: string
  readonly plaintextSha256: string
  readonly fileLength: number
  readonly fileSha256: string
  readonly fileUtf8?: string
  readonly fields?: {
    readonly encryptedDataKey: string
    readonly ivHex: string
    readonly cipherTextSha256: string
    readonly cipherTextHex?: string
  }
}

const root = join(import.meta.dirname, '../../..')
const file = JSON.parse(readFileSync(join(root, 'test/vectors/envelope-formats/envelope-formats.json'), 'utf8')) as {
  vectors: Vector[]
  tolerance: Vector[]
  negative: Vector[]
}
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const hex = (text: string): Uint8Array => Buffer.from(text, 'hex')

const binaryPattern = (i: number): number => (i * 31 + (i >> 8) * 7 + 11) & 0xff
const textPattern = (i: number): number => (i % 64 === 63 ? 0x0a : 0x21 + ((i * 31 + (i >> 8) * 7 + 11) % 94))

/** The object vectors share their plaintexts with the file vectors of the same name. */
function plaintextOf({ name }: Vector): Uint8Array {
  const small = file.vectors.find((vector) => vector.name === name && vector.plaintextHex !== undefined)?.plaintextHex
  if (small !== undefined) return hex(small)
  const byte = name === 'mib-pattern' ? binaryPattern : textPattern
  return Uint8Array.from({ length: 1 << 20 }, (_, i) => byte(i))
}

/** The vector's envelope, written by this library with the vector's nonce. */
function writtenHere(vector: Vector): Uint8Array {
  const plaintext = plaintextOf(vector)
  const ciphertextBlob = Buffer.from(vector.encryptedDataKeyBase64, 'base64')
  const nonce = hex(vector.nonceHex)
  const dataKey = hex(vector.dataKeyHex)
  if (vector.format === 'java-go-gcm-3line')
    return formatLineEnvelope({ lines: 3, ciphertextBlob, iv: nonce, sealed: sealSampleGcm(dataKey, nonce, plaintext) })
  const parts = sealFourLine(vector.format === 'python-eax-4line' ? 'eax' : 'gcm', dataKey, nonce, plaintext)
  return formatLineEnvelope({ lines: 4, ciphertextBlob, nonce, ...parts })
}

const firstLine = (envelope: Uint8Array): string => Buffer.from(envelope).toString('latin1').split(/\r?\n/)[0] ?? ''

for (const vector of file.vectors.filter(({ format }) => format !== 'java-v2-object'))
  test(`${vector.format} ${vector.name}: the file is written byte for byte and read back`, async () => {
    const envelope = writtenHere(vector)
    assert.equal(envelope.length, vector.fileLength)
    assert.equal(sha256(envelope), vector.fileSha256)
    if (vector.fileUtf8 !== undefined) assert.equal(Buffer.from(envelope).toString(), vector.fileUtf8)
    const kms = fixedKms(vector.encryptedDataKeyBase64, hex(vector.dataKeyHex))
    const opened = await decrypt(envelope, { kms })
    assert.equal(opened.format, vector.format)
    assert.equal(sha256(opened.plaintext), vector.plaintextSha256)
  })

for (const vector of file.vectors.filter(({ format }) => format === 'java-v2-object'))
  test(`java-v2-object ${vector.name}: the fields are made as the vector has them and open again`, async () => {
    const { fields } = vector
    assert.ok(fields)
    const cipherText = sealSampleGcm(hex(vector.dataKeyHex), hex(fields.ivHex), plaintextOf(vector))
    assert.equal(sha256(cipherText), fields.cipherTextSha256)
    const json = JSON.stringify({
      encryptedDataKey: fields.encryptedDataKey,
      iv: Buffer.from(fields.ivHex, 'hex').toString('base64'),
      cipherText: Buffer.from(cipherText).toString('base64'),
    })
    const opened = await decrypt(Buffer.from(json), { kms: fixedKms(fields.encryptedDataKey, hex(vector.dataKeyHex)) })
    assert.equal(opened.format, 'java-v2-object')
    assert.equal(sha256(opened.plaintext), vector.plaintextSha256)
  })

for (const vector of file.tolerance)
  test(`a tolerated file opens: ${vector.name}`, async () => {
    const envelope = Buffer.from(vector.fileUtf8 ?? '')
    const opened = await decrypt(envelope, { kms: fixedKms(firstLine(envelope), hex(vector.dataKeyHex)) })
    assert.equal(opened.format, vector.format)
    assert.equal(sha256(opened.plaintext), vector.plaintextSha256)
  })

for (const vector of file.negative)
  test(`an altered file is refused: ${vector.format} ${vector.name}`, async () => {
    const envelope = Buffer.from(vector.fileUtf8 ?? '')
    const kms = fixedKms(firstLine(envelope), hex(vector.dataKeyHex))
    await assert.rejects(decrypt(envelope, { kms }), { code: 'AuthenticationFailed' })
  })

const keyId = 'alias/Apollo/WorkKey'

for (const format of envelopeFormats)
  test(`what is written as ${format} is recognised, described and opened`, async () => {
    const kms = new MemoryKms()
    const plaintext = Buffer.from('日期,地区,金额\n2024-01-01,杭州,12345.67\n')
    const context = { department: 'sales' }
    const written = await encrypt(plaintext, { kms, keyId, format, encryptionContext: context })
    assert.equal(written.format, format)
    const description = await describeEnvelope([written.ciphertext], written.ciphertext.length)
    assert.ok(format === description.format || description.format === 'python-4line')
    assert.equal(description.keys[0]?.keyVersionId || written.keys[0]?.keyVersionId, written.keys[0]?.keyVersionId)
    const opened = await decrypt(written.ciphertext, { kms, encryptionContext: context })
    assert.equal(opened.format, format)
    assert.deepEqual(Buffer.from(opened.plaintext), plaintext)
    await assert.rejects(
      decrypt(written.ciphertext, { kms, encryptionContext: { department: 'audit' } }),
      EnvelopeError,
    )
  })

test('auto encrypts small data directly, says so, and uses an envelope above 6144 bytes', async () => {
  const kms = new MemoryKms()
  const formatFor = async (bytes: number): Promise<string> =>
    (await encrypt(new Uint8Array(bytes), { kms, keyId, format: 'auto' })).format
  assert.equal(await formatFor(1), 'online')
  assert.equal(await formatFor(6144), 'online')
  assert.equal(await formatFor(6145), 'keyhaven')
  assert.equal(await formatFor(0), 'keyhaven')
})

test('auto never chooses direct encryption where the result would look like a wrapped data key', async () => {
  const kms = new MemoryKms()
  for (const bytes of [16, 32])
    assert.equal((await encrypt(new Uint8Array(bytes), { kms, keyId, format: 'auto' })).format, 'keyhaven')
  const direct = await encrypt(new Uint8Array(32), { kms, keyId, format: 'online' })
  await assert.rejects(decrypt(direct.ciphertext, { kms }), { code: 'UnknownFormat' })
  assert.equal((await decrypt(direct.ciphertext, { kms, format: 'online' })).plaintext.length, 32)
})

test('a direct ciphertext of the Java sample, which encrypts text and not its Base64, opens to the text', async () => {
  const kms = new MemoryKms()
  const { ciphertextBlob } = await kms.encrypt({ keyId, plaintext: '-----BEGIN PRIVATE KEY-----\n' })
  const opened = await decrypt(Buffer.from(Buffer.from(ciphertextBlob).toString('base64')), { kms })
  assert.equal(Buffer.from(opened.plaintext).toString(), '-----BEGIN PRIVATE KEY-----\n')
})

test('a direct ciphertext that was wrapped opens when the reader says what it is', async () => {
  const kms = new MemoryKms()
  const { ciphertext } = await encrypt(Buffer.from('x'.repeat(500)), { kms, keyId, format: 'online' })
  const text = Buffer.from(ciphertext).toString()
  for (const width of [64, 76, 300, 10_000]) {
    const wrapped = Buffer.from(text.replaceAll(new RegExp(`.{1,${width}}`, 'g'), '$&\r\n'))
    assert.equal((await decrypt(wrapped, { kms, format: 'online' })).plaintext.length, 500)
  }
  const folded = Buffer.from(text.replaceAll(/.{64}/g, '$&\n'))
  await assert.rejects(decrypt(folded, { kms }), { code: 'UnknownFormat', message: /format online/ })
})

test('a caller who expects one format gets no other', async () => {
  const kms = new MemoryKms()
  const { ciphertext } = await encrypt(Buffer.from('x'), { kms, keyId, format: 'java-go-gcm-3line' })
  await assert.rejects(decrypt(ciphertext, { kms, format: 'keyhaven' }), { code: 'UnknownFormat' })
  const own = await encrypt(Buffer.from('x'), { kms, keyId })
  await assert.rejects(decrypt(own.ciphertext, { kms, format: 'online' }), { code: 'UnknownFormat' })
})

for (const [name, content] of [
  ['nothing', ''],
  ['plain text', 'hello world, this is no envelope\n'],
  ['five lines', 'QUJD\nQUJD\nQUJD\nQUJD\nQUJD\n'],
  ['two lines', 'QUJD\nQUJD\n'],
  ['other JSON', '{"a":1}'],
  ['other DER', '\x30\x82\x00\x01'],
  ['a picture', '\x89PNG\r\n\x1a\n'],
] as const)
  test(`what is no envelope is refused as such: ${name}`, async () => {
    await assert.rejects(decrypt(Buffer.from(content, 'latin1'), { kms: new MemoryKms() }), (error: EnvelopeError) =>
      ['UnknownFormat', 'DamagedHeader'].includes(error.code),
    )
  })
