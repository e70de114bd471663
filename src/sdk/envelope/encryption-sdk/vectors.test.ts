import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fixedKms } from '../../../../test/kit/envelope-kms.ts'
import { ByteReader } from '../byte-reader.ts'
import { decrypt, decryptStream } from '../decrypt.ts'
import { encodeContext } from '../encryption-context.ts'
import { sdkAlgorithmById } from './algorithm.ts'
import { sealSdkBody } from './body.ts'
import { authenticatedFields, type Head, sealHead } from './head.ts'
import { encodeMessage } from './message.ts'
import { encodeStreamStart } from './stream.ts'

interface Vector {
  readonly algorithmId: number
  readonly algorithm: string
  readonly dataKeyHex: string
  readonly encryptionContext: Readonly<Record<string, string>>
  readonly encryptedDataKeys: readonly { readonly keyId: string; readonly ciphertextBlobBase64: string }[]
  readonly headerIvHex: string
  readonly ivHex: string
  readonly plaintextHex: string
  readonly contextBytesHex: string
  readonly authenticatedFieldsHex: string
  readonly headerAuthTagHex: string
  readonly ciphertextHex: string
  readonly authTagHex: string
  readonly messageDerHex: string
  readonly streamHex: string
}

const path = join(import.meta.dirname, '../../../../test/vectors/encryption-sdk/encryption-sdk.json')
const { vectors } = JSON.parse(readFileSync(path, 'utf8')) as { vectors: readonly Vector[] }
const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex')
const hexOf = (content: Uint8Array): string => Buffer.from(content).toString('hex')

function headOf(vector: Vector): Head {
  const encryptedDataKeys = vector.encryptedDataKeys.map(({ keyId, ciphertextBlobBase64 }) => ({
    keyId,
    ciphertextBlob: Buffer.from(ciphertextBlobBase64, 'base64'),
  }))
  const fields = {
    algorithm: sdkAlgorithmById(vector.algorithmId),
    encryptedDataKeys,
    encryptionContext: vector.encryptionContext,
  }
  return sealHead(fields, bytes(vector.dataKeyHex), bytes(vector.headerIvHex))
}

async function bodyOf(vector: Vector): Promise<{ iv: Uint8Array; ciphertext: Uint8Array; authTag: Uint8Array }> {
  const algorithm = sdkAlgorithmById(vector.algorithmId)
  const cipher = {
    algorithm,
    dataKey: bytes(vector.dataKeyHex),
    iv: bytes(vector.ivHex),
    encryptionContext: vector.encryptionContext,
  }
  const sealed = Buffer.concat(await Array.fromAsync(sealSdkBody(new ByteReader([bytes(vector.plaintextHex)]), cipher)))
  const end = sealed.length - algorithm.tagBytes
  return { iv: cipher.iv, ciphertext: sealed.subarray(0, end), authTag: sealed.subarray(end) }
}

function kmsOf(vector: Vector): ReturnType<typeof fixedKms> {
  return fixedKms(vector.encryptedDataKeys[0]?.ciphertextBlobBase64 ?? '', bytes(vector.dataKeyHex))
}

for (const [index, vector] of vectors.entries()) {
  const name = `vector ${index}, ${vector.algorithm}`

  test(`${name}: message and stream are written byte for byte`, async () => {
    const head = headOf(vector)
    const body = await bodyOf(vector)
    assert.equal(sdkAlgorithmById(vector.algorithmId).name, vector.algorithm)
    assert.equal(hexOf(encodeContext(vector.encryptionContext)), vector.contextBytesHex)
    assert.equal(hexOf(authenticatedFields(head)), vector.authenticatedFieldsHex)
    assert.equal(hexOf(head.headerAuthTag), vector.headerAuthTagHex)
    assert.equal(hexOf(body.ciphertext), vector.ciphertextHex)
    assert.equal(hexOf(body.authTag), vector.authTagHex)
    assert.equal(hexOf(encodeMessage(head, body)), vector.messageDerHex)
    const stream = Buffer.concat([encodeStreamStart(head, body.iv), body.ciphertext, body.authTag])
    assert.equal(hexOf(stream), vector.streamHex)
  })

  test(`${name}: message and stream are opened`, async () => {
    const options = { kms: kmsOf(vector), allowUnauthenticated: true }
    for (const [format, envelope] of [
      ['sdk-message', vector.messageDerHex],
      ['sdk-stream', vector.streamHex],
    ] as const) {
      const opened = await decrypt(bytes(envelope), options)
      assert.equal(opened.format, format)
      assert.equal(opened.algorithm, vector.algorithm)
      assert.deepEqual(opened.encryptionContext, vector.encryptionContext)
      assert.equal(hexOf(opened.plaintext), vector.plaintextHex)
      const streamed = Buffer.concat(await Array.fromAsync(decryptStream([bytes(envelope)], options)))
      assert.equal(hexOf(streamed), vector.plaintextHex)
    }
  })

  test(`${name}: is opened unasked only if its content is authenticated`, async () => {
    const attempt = decrypt(bytes(vector.messageDerHex), { kms: kmsOf(vector) })
    if (vector.authTagHex === '') await assert.rejects(attempt, { code: 'NotAuthenticated' })
    else assert.equal(hexOf((await attempt).plaintext), vector.plaintextHex)
  })
}

test('vectors of all twelve algorithms are there', () => {
  assert.deepEqual(
    [...new Set(vectors.map(({ algorithmId }) => algorithmId))].sort((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  )
})
