import assert from 'node:assert/strict'
import { hash, randomBytes, verify } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { expectTally, hex, outcome, runWycheproof } from '../../test/kit/wycheproof.ts'
import { toBigInt, toBytes } from './big-integer.ts'
import { encodeIntegerPair } from './der.ts'
import {
  decodeEcPrivateKey,
  decodeEcSpki,
  EcPrivateKey,
  encodeEcPkcs8,
  encodeEcSpki,
  generateEcKey,
  signEcdsaDigest,
  signEcdsaMessage,
  verifyEcdsaDigest,
  verifyEcdsaMessage,
  verifyOwnEcdsaDigest,
} from './ec.ts'
import { addPoints, curves } from './ec-curve.ts'
import { CryptoFailure } from './failure.ts'

const sha256 = (message: Uint8Array): Uint8Array => hash('sha256', message, 'buffer')
const nobleOptions = { prehash: false, lowS: false, format: 'der' } as const
const carrierDigest = toBigInt(sha256(new Uint8Array(0)))

for (const [curve, file, counts] of [
  [curves['P-256'], 'ecdsa_secp256r1_sha256', { valid: 174, invalid: 310 }],
  [curves.secp256k1, 'ecdsa_secp256k1_sha256', { valid: 168, invalid: 308 }],
] as const) {
  const key = generateEcKey(curve)
  const { publicKey } = key
  /** What anybody finds, and the holder of the key alike. */
  const isGood = (digest: Uint8Array, signature: Uint8Array): boolean => {
    const answer = verifyEcdsaDigest(publicKey, digest, signature)
    assert.equal(verifyOwnEcdsaDigest(key, digest, signature), answer)
    return answer
  }

  test(`${file}: digest and message verification both give the Wycheproof answers`, async () => {
    const tally = await runWycheproof(file, (group, vector) => {
      const groupKey = decodeEcSpki(curve, hex(group, 'publicKeyDer'))
      const [message, signature] = [hex(vector, 'msg'), hex(vector, 'sig')]
      const answer = verifyEcdsaDigest(groupKey, sha256(message), signature)
      assert.equal(verifyEcdsaMessage(groupKey, message, signature), answer)
      return outcome(answer)
    })
    expectTally(tally, counts)
  })

  test(`${curve.name}: a signature over a digest satisfies OpenSSL and noble`, () => {
    fc.assert(
      fc.property(fc.uint8Array(), (message) => {
        const signature = signEcdsaDigest(key, sha256(message))
        assert.ok(verify('sha256', message, publicKey.keyObject, signature))
        assert.ok(curve.arithmetic.verify(signature, sha256(message), publicKey.encodedPoint, nobleOptions))
        assert.ok(isGood(sha256(message), signature))
      }),
      { numRuns: 40 },
    )
  })

  test(`${curve.name}: verification of random pairs agrees with noble`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.boolean(), (digest, isGenuine) => {
        const secret = Buffer.from(key.scalar.toString(16).padStart(64, '0'), 'hex')
        const signature = isGenuine
          ? curve.arithmetic.sign(digest, secret, nobleOptions)
          : encodeIntegerPair(randomBytes(32), randomBytes(32))
        const expected = curve.arithmetic.verify(signature, digest, publicKey.encodedPoint, nobleOptions)
        assert.equal(expected, isGenuine)
        assert.equal(isGood(digest, signature), expected)
      }),
      { numRuns: 40 },
    )
  })

  test(`${curve.name}: the digests at the edges of the identities are handled`, () => {
    const zero = new Uint8Array(32)
    const order = Buffer.from(curve.order.toString(16).padStart(64, '0'), 'hex')
    const carrier = sha256(new Uint8Array(0))
    for (const digest of [zero, order, carrier, Buffer.alloc(32, 0xff)]) {
      const signature = signEcdsaDigest(key, digest)
      assert.ok(curve.arithmetic.verify(signature, digest, publicKey.encodedPoint, nobleOptions))
      assert.ok(isGood(digest, signature))
      assert.ok(!isGood(randomBytes(32), signature))
    }
  })

  test(`${curve.name}: a signature aimed at a moved key of infinity, or of twice the key, is judged all the same`, () => {
    // c = (e - f)/r = ±d is reached with e = f ± r·d for a chosen nonce, here k = 1, so r = Gx.
    const { Point } = curve.arithmetic
    const n = curve.order
    const r = Point.BASE.x % n
    const bytes = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
    for (const sign of [-1n, 1n]) {
      const e = (((carrierDigest + sign * r * key.scalar) % n) + n) % n
      const s = (e + r * key.scalar) % n
      const signature = encodeIntegerPair(bytes(r), bytes(s))
      assert.ok(curve.arithmetic.verify(signature, bytes(e), publicKey.encodedPoint, nobleOptions))
      assert.ok(isGood(bytes(e), signature))
      assert.ok(!isGood(bytes(e), encodeIntegerPair(bytes(r), bytes(s + 1n))))
    }
  })

  test(`${curve.name}: points are added as noble adds them; a point and itself or its negative are left to others`, () => {
    const { Point } = curve.arithmetic
    for (let round = 0; round < 20; round++) {
      const [a, b] = [
        Point.fromBytes(generateEcKey(curve).publicKey.encodedPoint),
        Point.BASE.multiply(BigInt(round + 1)),
      ]
      const [left, right] = [a.toBytes(false), b.toBytes(false)]
      assert.deepEqual(Buffer.from(addPoints(curve, left, right) ?? []), Buffer.from(a.add(b).toBytes(false)))
    }
    const point = Point.BASE.toBytes(false)
    for (const same of [point, Point.BASE.negate().toBytes(false)])
      assert.equal(addPoints(curve, point, same), undefined)
  })

  test(`${curve.name}: r or s of 0, n or more is refused`, () => {
    const digest = randomBytes(32)
    const n = Buffer.from(curve.order.toString(16), 'hex')
    for (const bad of [Buffer.of(0), n, Buffer.concat([Buffer.of(1), n])]) {
      assert.equal(isGood(digest, encodeIntegerPair(bad, Buffer.of(1))), false)
      assert.equal(isGood(digest, encodeIntegerPair(Buffer.of(1), bad)), false)
    }
  })

  test(`${curve.name}: a signature that was altered anywhere, or leads to the point at infinity, is refused`, () => {
    const [digest, n] = [randomBytes(32), curve.order]
    const signature = signEcdsaDigest(key, digest)
    for (let at = 0; at < signature.length; at++) {
      const altered = Uint8Array.from(signature)
      altered[at] = (altered[at] ?? 0) ^ 1
      assert.ok(!isGood(digest, altered))
      assert.ok(!isGood(digest, signature.subarray(0, at)))
    }
    // e = -r·d, so R = 0·G
    const r = toBigInt(randomBytes(32)) % n
    const e = toBytes(n - ((r * key.scalar) % n), 32)
    assert.ok(!isGood(e, encodeIntegerPair(toBytes(r, 32), Buffer.of(1))))
  })

  test(`${curve.name}: signatures are randomised`, () => {
    const digest = randomBytes(32)
    const signatures = Array.from({ length: 300 }, () =>
      Buffer.from(signEcdsaDigest(key, digest)).toString('hex', 0, 36),
    )
    assert.equal(new Set(signatures).size, 300)
  })

  test(`${curve.name}: keys survive encoding, and OpenSSL reads them the same`, () => {
    const pkcs8 = encodeEcPkcs8(curve, key.scalar, publicKey.encodedPoint)
    assert.deepEqual(key.keyObject.export({ format: 'der', type: 'pkcs8' }), pkcs8)
    assert.deepEqual(publicKey.keyObject.export({ format: 'der', type: 'spki' }), Buffer.from(encodeEcSpki(publicKey)))
    assert.equal(decodeEcPrivateKey(curve, pkcs8).scalar, key.scalar)
    assert.equal(decodeEcPrivateKey(curve, key.keyObject.export({ format: 'der', type: 'sec1' })).scalar, key.scalar)
    const message = randomBytes(10)
    assert.ok(verifyEcdsaMessage(decodeEcSpki(curve, encodeEcSpki(publicKey)), message, signEcdsaMessage(key, message)))
  })

  test(`${curve.name}: a private key with a foreign public point, out of range or of another curve is refused`, () => {
    const other = generateEcKey(curve)
    const otherCurve = curve === curves.secp256k1 ? curves['P-256'] : curves.secp256k1
    const mixed = encodeEcPkcs8(curve, key.scalar, other.publicKey.encodedPoint)
    assert.throws(() => decodeEcPrivateKey(curve, mixed), CryptoFailure)
    for (const scalar of [0n, curve.order]) {
      const encoded = encodeEcPkcs8(curve, scalar, publicKey.encodedPoint)
      assert.throws(() => decodeEcPrivateKey(curve, encoded), CryptoFailure)
      assert.throws(() => new EcPrivateKey(curve, scalar), RangeError)
    }
    const own = encodeEcPkcs8(curve, key.scalar, publicKey.encodedPoint)
    assert.throws(() => decodeEcPrivateKey(otherCurve, own), CryptoFailure)
    for (let length = 0; length < own.length; length++) {
      assert.throws(() => decodeEcPrivateKey(curve, own.subarray(0, length)), CryptoFailure)
    }
  })

  test(`${curve.name}: a public key that is not a point of the curve is refused`, () => {
    const spki = Buffer.from(encodeEcSpki(publicKey))
    spki[spki.length - 1] = (spki.at(-1) ?? 0) ^ 1
    assert.throws(() => decodeEcSpki(curve, spki), CryptoFailure)
    assert.throws(() => decodeEcSpki(curve, spki.subarray(0, -1)), CryptoFailure)
    assert.throws(() => decodeEcSpki(curve, new Uint8Array(0)), CryptoFailure)
  })
}
