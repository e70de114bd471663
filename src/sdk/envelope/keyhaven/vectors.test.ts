import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fixedKms } from '../../../../test/kit/envelope-kms.ts'
import { ByteReader } from '../byte-reader.ts'
import { decrypt } from '../decrypt.ts'
import { sealBody } from './body.ts'
import { encodeHeader, envelopeKeys } from './header.ts'
import { type Suite, suites } from './suite.ts'

interface Vector {
  readonly name: string
  readonly suite: number
  readonly chunkExponent: number
  readonly dataKeyHex: string
  readonly saltHex: string
  readonly encryptionContext: Readonly<Record<string, string>>
  readonly keys: readonly { name: string; keyId: string; keyVersionId: string; blobHex: string }[]
  readonly headerBytes: number
  readonly chunkKeyHex: string
  readonly commitmentHex: string
  readonly headerKeyHex: string
  readonly plaintextLength: number
  readonly plaintextHex?: string
  readonly plaintextSha256: string
  readonly envelopeLength: number
  readonly envelopeSha256: string
  readonly envelopeHex?: string
}

const path = join(import.meta.dirname, '../../../../test/vectors/keyhaven-envelope/envelopes.json')
const { vectors } = JSON.parse(readFileSync(path, 'utf8')) as { vectors: readonly Vector[] }
const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex')
const hexOf = (content: Uint8Array): string => Buffer.from(content).toString('hex')
const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')

function plaintextOf({ plaintextHex, plaintextLength }: Vector): Uint8Array {
  if (plaintextHex !== undefined) return bytes(plaintextHex)
  return Uint8Array.from({ length: plaintextLength }, (_, i) => (i * 31 + (i >> 8) * 7 + 11) & 0xff)
}

for (const vector of vectors)
  test(`known envelope, ${vector.name}: written byte for byte and opened`, async () => {
    const suite = suites.find(({ id }) => id === vector.suite) as Suite
    const chunkBytes = 2 ** vector.chunkExponent
    const fields = { suite, chunkBytes, salt: bytes(vector.saltHex), encryptionContext: vector.encryptionContext }
    const keys = envelopeKeys(fields, bytes(vector.dataKeyHex))
    assert.equal(hexOf(keys.chunkKey), vector.chunkKeyHex)
    assert.equal(hexOf(keys.commitment), vector.commitmentHex)
    assert.equal(hexOf(keys.headerKey), vector.headerKeyHex)

    const wrappedKeys = vector.keys.map(({ blobHex, ...key }) => ({ ...key, ciphertextBlob: bytes(blobHex) }))
    const header = encodeHeader(
      { ...fields, commitment: keys.commitment, wrappedKeys },
      keys.headerKey,
      vector.headerBytes,
    )
    const reader = new ByteReader([plaintextOf(vector)])
    const body = await Array.fromAsync(sealBody(reader, { suite, chunkKey: keys.chunkKey }, chunkBytes, undefined))
    const envelope = Buffer.concat([header, ...body])
    assert.equal(envelope.length, vector.envelopeLength)
    assert.equal(sha256(envelope), vector.envelopeSha256)
    if (vector.envelopeHex !== undefined) assert.equal(hexOf(envelope), vector.envelopeHex)

    const kms = fixedKms(Buffer.from(bytes(vector.keys[0]?.blobHex ?? '')).toString('base64'), bytes(vector.dataKeyHex))
    const opened = await decrypt(envelope, { kms })
    assert.equal(sha256(opened.plaintext), vector.plaintextSha256)
    assert.deepEqual(opened.encryptionContext, vector.encryptionContext)
  })
