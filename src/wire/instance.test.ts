import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { codeName } from '../api/field.ts'
import { Encrypt, ErrorMessage, GetSecretValue, instanceOperations, type Message } from '../api/instance.ts'
import { bodyDigest, instanceStringToSign, signInstanceRequest, verifyInstanceRequest } from './instance-signature.ts'
import { decodeMessage, encodeMessage, MalformedMessage } from './protobuf.ts'

const vectors = JSON.parse(
  readFileSync(new URL('../../test/vectors/instance-gateway/instance-gateway.json', import.meta.url), 'utf8'),
)
const privateKey = createPrivateKey(vectors.clientKey.privateKeyPkcs8Pem)
const publicKey = createPublicKey(vectors.clientKey.publicKeySpkiPem)

type VectorValue = string | number | boolean | string[] | { hex: string }

/** Vector fields as code sees them. */
function fromVector(
  fields: Record<string, VectorValue>,
): Record<string, string | number | boolean | string[] | Uint8Array> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      codeName(name),
      typeof value === 'object' && 'hex' in value ? Buffer.from(value.hex, 'hex') : value,
    ]),
  )
}

const messageOf = (apiName: string, part: 'request' | 'response'): Message => {
  const operation = instanceOperations.find(({ name }) => name === apiName)
  assert.ok(operation, apiName)
  return operation[part]
}

test('requests and responses of every API encode to the bytes of the official SDK', () => {
  assert.equal(vectors.requests.length, 18)
  for (const vector of vectors.requests) {
    const request = messageOf(vector.apiName, 'request')
    assert.equal(
      Buffer.from(encodeMessage(request, fromVector(vector.request))).toString('hex'),
      vector.bodyHex,
      vector.name,
    )
    if (vector.response?.bodyHex === undefined) continue
    const response = messageOf(vector.apiName, 'response')
    const encoded = encodeMessage(response, fromVector(vector.response.fields))
    assert.equal(Buffer.from(encoded).toString('hex'), vector.response.bodyHex, vector.name)
    const decoded = decodeMessage(response, Buffer.from(vector.response.bodyHex, 'hex')) as Record<string, unknown>
    for (const [name, value] of Object.entries(fromVector(vector.response.fields))) {
      assert.deepEqual(
        value instanceof Uint8Array ? Buffer.from(decoded[name] as Uint8Array) : decoded[name],
        value,
        name,
      )
    }
  }
})

test('errors encode to the bytes of the official SDK', () => {
  assert.ok(vectors.errors.length >= 6)
  for (const { fields, bodyHex } of vectors.errors) {
    assert.equal(Buffer.from(encodeMessage(ErrorMessage, fromVector(fields))).toString('hex'), bodyHex)
  }
})

test('strings to sign and signatures equal those of the official SDK', () => {
  for (const { name, method, headers, bodyHex, stringToSign, signatureBase64 } of vectors.requests) {
    assert.equal(bodyDigest(Buffer.from(bodyHex, 'hex')), headers['content-sha256'], name)
    assert.equal(instanceStringToSign(method, headers), stringToSign, name)
    assert.equal(signInstanceRequest(stringToSign, privateKey), signatureBase64, name)
    assert.ok(verifyInstanceRequest(stringToSign, signatureBase64, publicKey), name)
    assert.ok(!verifyInstanceRequest(`${stringToSign} `, signatureBase64, publicKey), name)
  }
})

test('fields in any order, unknown fields and repeated scalars are understood', () => {
  const ordered = encodeMessage(Encrypt.request, { keyId: 'k', algorithm: 'AES_GCM' })
  const keyId = encodeMessage(Encrypt.request, { keyId: 'other' })
  const unknown = Buffer.from([0xf8, 0x01, 0x05, 0xfa, 0x01, 0x01, 0x00])
  const decoded = decodeMessage(Encrypt.request, Buffer.concat([ordered, unknown, keyId]))
  assert.equal(decoded.keyId, 'other')
  assert.equal(decoded.algorithm, 'AES_GCM')
  assert.equal(decoded.plaintext.length, 0)
})

test('a round trip keeps every value', () => {
  const values = fc.record({
    secretName: fc.string({ unit: 'grapheme' }),
    versionStages: fc.array(fc.string({ minLength: 1 }), { maxLength: 20 }),
    secretData: fc.string(),
  })
  fc.assert(
    fc.property(values, (message) => {
      const decoded = decodeMessage(GetSecretValue.response, encodeMessage(GetSecretValue.response, message))
      assert.deepEqual(
        { secretName: decoded.secretName, versionStages: decoded.versionStages, secretData: decoded.secretData },
        { ...message },
      )
    }),
  )
})

test('random, truncated and altered bytes are a message or a MalformedMessage, nothing else', () => {
  const sample = encodeMessage(Encrypt.request, {
    keyId: 'alias/a',
    plaintext: Buffer.alloc(40, 7),
    aad: Buffer.alloc(3),
  })
  const altered = fc.tuple(fc.nat(sample.length - 1), fc.nat(255), fc.nat(sample.length)).map(([at, byte, length]) => {
    const copy = Uint8Array.from(sample)
    copy[at] = byte
    return copy.subarray(0, length)
  })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), altered), (encoded) => {
      try {
        decodeMessage(Encrypt.request, encoded)
      } catch (thrown) {
        assert.ok(thrown instanceof MalformedMessage)
      }
    }),
    { numRuns: 3000 },
  )
})

for (const [what, hex] of Object.entries({
  'a varint that is not minimal': '8a0001' + '61',
  'a group': '0b0c',
  'field number 0': '0261',
  'a wrong wire type': '0805',
  'text that is not UTF-8': '0a01ff',
  'a length beyond the end': '0a0561',
})) {
  test(`${what} is refused`, () => {
    assert.throws(() => decodeMessage(Encrypt.request, Buffer.from(hex, 'hex')), MalformedMessage)
  })
}
