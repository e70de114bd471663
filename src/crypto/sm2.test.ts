import assert from 'node:assert/strict'
import { hash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { openssl, opensslMissing } from '../../test/kit/openssl.ts'
import { toBytes } from './big-integer.ts'
import { decodeIntegerPair, encodeIntegerPair } from './der.ts'
import { CryptoFailure } from './failure.ts'
import { decodePem, encodePem } from './pem.ts'
import { sm2Order } from './sm2-curve.ts'
import { decryptSm2, encryptSm2 } from './sm2-encryption.ts'
import {
  decodeSm2PrivateKey,
  decodeSm2Spki,
  encodeSm2Pkcs8,
  encodeSm2Sec1,
  encodeSm2Spki,
  generateSm2Key,
  Sm2PrivateKey,
} from './sm2-key.ts'
import { signSm2InPool } from './sm2-pooled-signature.ts'
import {
  signSm2Digest,
  signSm2Message,
  sm2Digest,
  sm2UserHash,
  verifySm2Digest,
  verifySm2Message,
} from './sm2-signature.ts'

type Strings = Readonly<Record<string, string>>
interface GmVectors {
  readonly key: Strings
  readonly sign: readonly Strings[]
  readonly signNegative: readonly Strings[]
  readonly encrypt: readonly Strings[]
  readonly csr: readonly Strings[]
  readonly sm3: readonly Strings[]
}
const vectors = JSON.parse(readFileSync(new URL('../../test/vectors/gm/sm.json', import.meta.url), 'utf8')) as GmVectors

const bytesOf = (vector: Strings | undefined, name: string): Buffer => {
  const text = vector?.[name]
  assert.ok(text !== undefined, `field ${name}`)
  return Buffer.from(text, name.endsWith('Hex') ? 'hex' : 'utf8')
}
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const key = new Sm2PrivateKey(BigInt(`0x${vectors.key.dHex}`))
const { publicKey } = key
const message = Buffer.from('message')

test('SM3 gives the published digests', () => {
  assert.equal(vectors.sm3.length, 4)
  for (const vector of vectors.sm3) assert.equal(hash('sm3', bytesOf(vector, 'messageUtf8')), vector.digestHex)
})

test('Z, e and the signature of the published example come out exactly, for the usual and the empty user id', () => {
  const sm3Vectors = vectors.sign.filter((vector) => vector.hash === 'SM3')
  assert.equal(sm3Vectors.length, 2)
  for (const vector of sm3Vectors) {
    const userId = bytesOf(vector, 'userId')
    const digest = sm2Digest(publicKey, bytesOf(vector, 'messageUtf8'), userId)
    assert.equal(hexOf(sm2UserHash(publicKey, userId)), vector.zHex)
    assert.equal(hexOf(digest), vector.eHex)
    const signature = signSm2Digest(key, digest, () => bytesOf(vector, 'kHex'))
    assert.equal(hexOf(signature), vector.signatureDerHex)
  }
})

test('every recorded signature verifies, whatever hash made its digest', () => {
  assert.equal(vectors.sign.length, 3)
  for (const vector of vectors.sign) {
    assert.ok(verifySm2Digest(publicKey, bytesOf(vector, 'eHex'), bytesOf(vector, 'signatureDerHex')))
  }
  const { tbsDerHex, eHex, kHex } = vectors.csr[0] ?? {}
  assert.equal(hexOf(sm2Digest(publicKey, Buffer.from(tbsDerHex ?? '', 'hex'))), eHex)
  const signature = signSm2Digest(key, Buffer.from(eHex ?? '', 'hex'), () => Buffer.from(kHex ?? '', 'hex'))
  assert.ok(vectors.csr[0]?.csrDerHex?.endsWith(hexOf(signature)))
})

test('every recorded negative is refused', () => {
  assert.equal(vectors.signNegative.length, 4)
  const digest = bytesOf(vectors.sign[0], 'eHex')
  for (const vector of vectors.signNegative) {
    assert.equal(verifySm2Digest(publicKey, digest, bytesOf(vector, 'signatureDerHex')), false, vector.name ?? '')
  }
})

test('r or s of 0, n or more is refused', () => {
  const digest = randomBytes(32)
  const order = toBytes(sm2Order, 32)
  for (const bad of [Buffer.of(0), order, Buffer.concat([Buffer.of(1), order])]) {
    assert.equal(verifySm2Digest(publicKey, digest, encodeIntegerPair(bad, Buffer.of(1))), false)
    assert.equal(verifySm2Digest(publicKey, digest, encodeIntegerPair(Buffer.of(1), bad)), false)
  }
})

test('a signature verifies over its message and user id only, and only unaltered', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat(), fc.integer({ min: 1, max: 255 }), (text, position, flip) => {
      const signature = signSm2Message(key, text)
      assert.equal(verifySm2Message(publicKey, text, signature), true)
      assert.equal(verifySm2Message(publicKey, text, signature, Buffer.from('another id')), false)
      assert.equal(verifySm2Message(publicKey, Buffer.concat([text, Buffer.of(0)]), signature), false)
      assert.equal(verifySm2Message(publicKey, text, Buffer.concat([signature, Buffer.of(0)])), false)
      const at = position % signature.length
      assert.equal(verifySm2Message(publicKey, text, signature.subarray(0, at)), false)
      signature[at] = (signature[at] ?? 0) ^ flip
      assert.equal(verifySm2Message(publicKey, text, signature), false)
    }),
    { numRuns: 30 },
  )
})

test('the same digest is signed with another nonce every time', () => {
  const digest = randomBytes(32)
  assert.equal(new Set(Array.from({ length: 20 }, () => hexOf(signSm2Digest(key, digest)))).size, 20)
})

test('a nonce out of range is drawn again', () => {
  const draws = [new Uint8Array(32), toBytes(sm2Order, 32), bytesOf(vectors.sign[0], 'kHex')]
  const signature = signSm2Digest(key, bytesOf(vectors.sign[0], 'eHex'), () => draws.shift() ?? assert.fail())
  assert.equal(hexOf(signature), vectors.sign[0]?.signatureDerHex)
})

test('a digest of another length than 32 bytes is misuse', () => {
  assert.throws(() => signSm2Digest(key, new Uint8Array(31)), RangeError)
  assert.throws(() => verifySm2Digest(publicKey, new Uint8Array(33), new Uint8Array(70)), RangeError)
})

const formats = { raw: 'rawC1C3C2Hex', c1c2c3: 'rawC1C2C3Hex', asn1: 'asn1DerHex' } as const

test('the published ciphertext comes out exactly in every format and opens again', () => {
  assert.equal(vectors.encrypt.length, 1)
  const vector = vectors.encrypt[0]
  for (const [format, field] of Object.entries(formats) as [keyof typeof formats, string][]) {
    const plaintext = bytesOf(vector, 'messageUtf8')
    const nonce = (): Uint8Array => bytesOf(vector, 'kHex')
    assert.equal(hexOf(encryptSm2(publicKey, plaintext, format, nonce)), vector?.[field])
    assert.deepEqual(Buffer.from(decryptSm2(key, bytesOf(vector, field), [format])), plaintext)
  }
})

test('without a format raw C1C3C2 and ASN.1 open, C1C2C3 does not', () => {
  for (const format of ['raw', 'asn1'] as const) {
    assert.deepEqual(Buffer.from(decryptSm2(key, encryptSm2(publicKey, message, format))), message)
  }
  assert.throws(() => decryptSm2(key, encryptSm2(publicKey, message, 'c1c2c3')), CryptoFailure)
})

test('a ciphertext altered, cut or made for another key does not open', () => {
  const other = generateSm2Key()
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 100 }),
      fc.constantFrom('raw', 'asn1'),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (plaintext, format, position, flip) => {
        const ciphertext = encryptSm2(publicKey, plaintext, format)
        assert.deepEqual(Buffer.from(decryptSm2(key, ciphertext)), Buffer.from(plaintext))
        assert.throws(() => decryptSm2(other, ciphertext), CryptoFailure)
        const at = position % ciphertext.length
        assert.throws(() => decryptSm2(key, ciphertext.subarray(0, at)), CryptoFailure)
        ciphertext[at] = (ciphertext[at] ?? 0) ^ flip
        assert.throws(() => decryptSm2(key, ciphertext), CryptoFailure)
      },
    ),
    { numRuns: 30 },
  )
})

test('an empty plaintext is refused, and a point of infinity or off the curve opens nothing', () => {
  assert.throws(() => encryptSm2(publicKey, new Uint8Array(0)), RangeError)
  const ciphertext = encryptSm2(publicKey, message)
  for (const point of [new Uint8Array(65), Buffer.concat([Buffer.of(4), new Uint8Array(64)]), Buffer.alloc(65, 4)]) {
    assert.throws(() => decryptSm2(key, Buffer.concat([point, ciphertext.subarray(65)])), CryptoFailure)
  }
})

test('keys are written as recorded and read back', () => {
  assert.equal(encodePem('PUBLIC KEY', encodeSm2Spki(publicKey)), vectors.key.spkiPem)
  assert.equal(encodePem('PRIVATE KEY', encodeSm2Pkcs8(key)), vectors.key.pkcs8Pem)
  assert.equal(encodePem('EC PRIVATE KEY', encodeSm2Sec1(key)), vectors.key.sec1Pem)
  for (const [label, pem] of [
    ['PRIVATE KEY', vectors.key.pkcs8Pem],
    ['EC PRIVATE KEY', vectors.key.sec1Pem],
  ] as const) {
    assert.equal(decodeSm2PrivateKey(decodePem(label, pem ?? '') ?? message).scalar, key.scalar)
  }
  assert.deepEqual(decodeSm2Spki(encodeSm2Spki(publicKey)).encodedPoint, publicKey.encodedPoint)
})

test('a malformed key, a point off the curve, or d of 0, n - 1 and n is refused', () => {
  const spki = encodeSm2Spki(publicKey)
  const pkcs8 = encodeSm2Pkcs8(key)
  for (let length = 0; length < spki.length; length++) {
    assert.throws(() => decodeSm2Spki(spki.subarray(0, length)), CryptoFailure)
  }
  for (let length = 0; length < pkcs8.length; length++) {
    assert.throws(() => decodeSm2PrivateKey(pkcs8.subarray(0, length)), CryptoFailure)
  }
  spki[90] = (spki[90] ?? 0) ^ 1
  assert.throws(() => decodeSm2Spki(spki), CryptoFailure)
  for (const scalar of [0n, sm2Order - 1n, sm2Order]) {
    assert.throws(() => new Sm2PrivateKey(scalar), RangeError)
    const encoded = Buffer.from(pkcs8)
    encoded.set(toBytes(scalar, 32), encoded.indexOf(toBytes(key.scalar, 32)))
    assert.throws(() => decodeSm2PrivateKey(encoded), CryptoFailure)
  }
})

test('a generated scalar out of range is drawn again', () => {
  const draws = [new Uint8Array(32), toBytes(sm2Order - 1n, 32), toBytes(5n, 32)]
  assert.equal(generateSm2Key(() => draws.shift() ?? assert.fail()).scalar, 5n)
})

test('OpenSSL verifies our signatures and we verify its own', { skip: opensslMissing }, () => {
  const userId = 'distid:1234567812345678'
  const files = {
    'private.pem': encodePem('PRIVATE KEY', encodeSm2Pkcs8(key)),
    'public.pem': encodePem('PUBLIC KEY', encodeSm2Spki(publicKey)),
    message,
    signature: signSm2Message(key, message),
  }
  const verifyArgs = ['-verify', 'public.pem', '-signature', 'signature', 'message']
  assert.match(openssl(['dgst', '-sm3', '-sigopt', userId, ...verifyArgs], files).toString(), /Verified OK/)
  const theirs = openssl(['dgst', '-sm3', '-sigopt', userId, '-sign', 'private.pem', 'message'], files)
  assert.ok(verifySm2Message(publicKey, message, theirs))
})

test('OpenSSL decrypts our ASN.1 ciphertexts and we decrypt its own', { skip: opensslMissing }, () => {
  const files = {
    'private.pem': encodePem('PRIVATE KEY', encodeSm2Pkcs8(key)),
    'public.pem': encodePem('PUBLIC KEY', encodeSm2Spki(publicKey)),
    message,
    ciphertext: encryptSm2(publicKey, message, 'asn1'),
  }
  assert.deepEqual(openssl(['pkeyutl', '-decrypt', '-inkey', 'private.pem', '-in', 'ciphertext'], files), message)
  const theirs = openssl(['pkeyutl', '-encrypt', '-pubin', '-inkey', 'public.pem', '-in', 'message'], files)
  assert.deepEqual(Buffer.from(decryptSm2(key, theirs)), message)
})

describe('signatures by OpenSSL, moved onto a given digest', () => {
  const digests = [
    ...[0n, 1n, sm2Order - 1n, sm2Order, sm2Order + 1n, 2n ** 256n - 1n].map((value) => toBytes(value, 32)),
    ...Array.from({ length: 20 }, () => randomBytes(32)),
  ]
  test('are right for every digest, also beyond the order, and for no other', async () => {
    for (const key of [generateSm2Key(), new Sm2PrivateKey(1n), new Sm2PrivateKey(sm2Order - 2n)])
      for (const digest of digests) {
        const signature = await signSm2InPool(key, digest)
        assert.ok(verifySm2Digest(key.publicKey, digest, signature))
        const other = Uint8Array.from(digest)
        other[31] = (other[31] ?? 0) ^ 1
        assert.ok(!verifySm2Digest(key.publicKey, other, signature))
      }
  })

  test('have another nonce each time, so neither half ever comes again', async () => {
    const [key, digest] = [generateSm2Key(), randomBytes(32)]
    const pairs = await Promise.all(
      Array.from({ length: 50 }, async () => decodeIntegerPair(await signSm2InPool(key, digest))),
    )
    for (const half of ['r', 's'] as const)
      assert.equal(new Set(pairs.map((pair) => hexOf(pair?.[half] ?? assert.fail()))).size, pairs.length)
  })

  test('need a digest of 32 bytes', () =>
    assert.rejects(signSm2InPool(generateSm2Key(), new Uint8Array(31)), RangeError))
})
