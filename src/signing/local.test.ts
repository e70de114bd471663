import assert from 'node:assert/strict'
import { constants, generateKeyPairSync, privateDecrypt, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { rootCertificates } from 'node:tls'
import { keySpecs } from '../crypto/algorithms.ts'
import { loadKeyMaterial } from '../crypto/key-material.ts'
import { encryptionScheme } from '../crypto/schemes.ts'
import { SigningError } from './errors.ts'
import { certificateKey, digestOfStream, encryptLocally, publicKeyFrom, verifyLocally } from './local.ts'
import { localKey } from './local-key.ts'

interface Vectors {
  readonly key: { readonly spkiPem: string; readonly pkcs8Pem: string }
  readonly sign: readonly { readonly messageUtf8: string; readonly eHex: string; readonly signatureDerHex: string }[]
  readonly signNegative: readonly { readonly name: string; readonly signatureDerHex: string }[]
}
const url = new URL('../../test/vectors/gm/sm.json', import.meta.url)
const vectors: Vectors = JSON.parse(readFileSync(url, 'utf8'))
const hex = (text: string): Uint8Array => Buffer.from(text, 'hex')
const isRefusal = (parameter: string) => (error: unknown) =>
  error instanceof SigningError && error.parameter === parameter

describe('SM2, GB/T 32918.5 Annex A', () => {
  const [{ messageUtf8, eHex, signatureDerHex } = assert.fail()] = vectors.sign
  const message = Buffer.from(messageUtf8)
  const { spkiPem, pkcs8Pem } = vectors.key

  test('the published signature is verified under the standard user id, and its digest is the published one', async () => {
    assert.ok(verifyLocally(spkiPem, message, hex(signatureDerHex)))
    const pieces = async function* () {
      yield message.subarray(0, 5)
      yield message.subarray(5)
    }
    assert.deepEqual(Buffer.from(await digestOfStream(publicKeyFrom(spkiPem), pieces())), hex(eHex))
  })

  for (const { name, signatureDerHex: wrong } of vectors.signNegative)
    test(`a wrong signature is not: ${name}`, () => {
      assert.equal(verifyLocally(spkiPem, message, hex(wrong)), false)
    })

  test('the published private key signs, and opens what is encrypted to its public key', async () => {
    assert.ok(verifyLocally(spkiPem, message, await localKey(pkcs8Pem).sign(message)))
    const key = loadKeyMaterial(keySpecs.get('EC_SM2') ?? assert.fail(), derOf(pkcs8Pem))
    const opened = await encryptionScheme({ name: 'SM2PKE' }).decrypt(key, encryptLocally(spkiPem, message))
    assert.deepEqual(Buffer.from(opened), message)
  })
})

const derOf = (pem: string): Uint8Array => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')

test('RSA: node:crypto opens what is encrypted, under each hash; the longest plaintext fits and no longer one', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString()
  for (const [algorithm, oaepHash, longest] of [
    ['RSAES_OAEP_SHA_256', 'sha256', 190],
    ['RSAES_OAEP_SHA_1', 'sha1', 214],
  ] as const) {
    const plaintext = Buffer.alloc(longest, 3)
    const key = { key: privateKey, oaepHash, padding: constants.RSA_PKCS1_OAEP_PADDING }
    assert.deepEqual(privateDecrypt(key, encryptLocally(pem, plaintext, algorithm)), plaintext)
    assert.throws(() => encryptLocally(pem, Buffer.alloc(longest + 1), algorithm), isRefusal('plaintext'))
  }
  assert.throws(() => encryptLocally(pem, Buffer.of(1), 'SM2PKE'), isRefusal('algorithm'))
  assert.throws(() => verifyLocally('no key', Buffer.of(1), Buffer.of(1)), isRefusal('publicKey'))
  assert.throws(() => verifyLocally(pem, Buffer.of(1), Buffer.of(1), 'SM2DSA'), isRefusal('algorithm'))
})

test('the key of a certificate is the certificate’s own', () => {
  const found = rootCertificates.find((pem) => new X509Certificate(pem).publicKey.asymmetricKeyType === 'rsa')
  const pem = found ?? assert.fail()
  const spki = new X509Certificate(pem).publicKey.export({ format: 'der', type: 'spki' })
  assert.deepEqual(Buffer.from(certificateKey(Buffer.from(pem))?.spki ?? []), spki)
  assert.equal(certificateKey(Buffer.from('no certificate')), undefined)
})
