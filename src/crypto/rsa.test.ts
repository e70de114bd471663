import assert from 'node:assert/strict'
import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { test } from 'node:test'
import { expectTally, type Fields, hex, type Outcome, outcome, runWycheproof, text } from '../../test/kit/wycheproof.ts'
import { CryptoFailure } from './failure.ts'
import {
  assertImplicitRejection,
  decryptOaep,
  decryptOaepSha256Mgf1Sha1,
  decryptPkcs1,
  encryptOaep,
  encryptPkcs1,
  signPkcs1Sha256,
  signPssSha256,
  verifyPkcs1Sha256,
  verifyPssSha256,
} from './rsa.ts'
import { RsaPrivateKey } from './rsa-private-key.ts'

const sha256 = (message: Uint8Array): Uint8Array => hash('sha256', message, 'buffer')
const message = Buffer.from('message')
const digest = sha256(message)
const key = new RsaPrivateKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)

const privateKeys = new Map<string, RsaPrivateKey>()
function privateKeyOf(group: Fields): RsaPrivateKey {
  const encoded = text(group, 'privateKeyPkcs8')
  const known = privateKeys.get(encoded)
  if (known) return known
  const der = { key: Buffer.from(encoded, 'hex'), format: 'der', type: 'pkcs8' } as const
  const loaded = new RsaPrivateKey(createPrivateKey(der))
  privateKeys.set(encoded, loaded)
  return loaded
}

const publicKeyOf = (group: Fields): KeyObject =>
  createPublicKey({ key: hex(group, 'publicKeyDer'), format: 'der', type: 'spki' })

type Decrypt = (key: RsaPrivateKey, ciphertext: Uint8Array) => Promise<Uint8Array>
const oaepDecoders: ReadonlyMap<string, Decrypt> = new Map<string, Decrypt>([
  ['SHA-1/SHA-1', (rsaKey, ciphertext) => decryptOaep(rsaKey, 'sha1', ciphertext)],
  ['SHA-256/SHA-256', (rsaKey, ciphertext) => decryptOaep(rsaKey, 'sha256', ciphertext)],
  ['SHA-256/SHA-1', decryptOaepSha256Mgf1Sha1],
])
const failures = new Set<string>()

async function judgeOaep(group: Fields, vector: Fields): Promise<Outcome> {
  const decrypt = oaepDecoders.get(`${text(group, 'sha')}/${text(group, 'mgfSha')}`)
  if (!decrypt || text(vector, 'label') !== '') return 'not applicable'
  try {
    const plaintext = await decrypt(privateKeyOf(group), hex(vector, 'ct'))
    return outcome(Buffer.compare(plaintext, hex(vector, 'msg')) === 0)
  } catch (error) {
    assert.ok(error instanceof CryptoFailure)
    failures.add(`${error.name}: ${error.message} ${Object.keys(error)} ${error.cause}`)
    return 'rejected'
  }
}

const oaepBaseline = {
  rsa_oaep_2048_sha1_mgf1sha1: { valid: 10, invalid: 19, notApplicable: 7 },
  rsa_oaep_2048_sha256_mgf1sha256: { valid: 10, invalid: 19, notApplicable: 8 },
  rsa_oaep_3072_sha256_mgf1sha256: { valid: 10, invalid: 19, notApplicable: 8 },
  rsa_oaep_4096_sha256_mgf1sha256: { valid: 10, invalid: 19, notApplicable: 8 },
  rsa_oaep_2048_sha256_mgf1sha1: { valid: 10, invalid: 18, notApplicable: 3 },
  rsa_oaep_3072_sha256_mgf1sha1: { valid: 10, invalid: 19, notApplicable: 3 },
  rsa_oaep_4096_sha256_mgf1sha1: { valid: 10, invalid: 19, notApplicable: 3 },
  rsa_oaep_misc: { valid: 48, notApplicable: 347 },
} as const
for (const [name, baseline] of Object.entries(oaepBaseline)) {
  test(`${name}: every case with an empty label gets the Wycheproof answer`, async () => {
    expectTally(await runWycheproof(name, judgeOaep), baseline)
  })
}

test('every OAEP ciphertext that does not open fails in the same way', async () => {
  const ciphertext = encryptOaep(key.publicKey, 'sha256', message)
  for (const bad of [ciphertext.subarray(1), Buffer.alloc(256, 0xff), Buffer.alloc(257), Buffer.alloc(0)]) {
    for (const decrypt of oaepDecoders.values()) {
      await assert.rejects(decrypt(key, bad), (error) => {
        assert.ok(error instanceof CryptoFailure)
        failures.add(`${error.name}: ${error.message} ${Object.keys(error)} ${error.cause}`)
        return true
      })
    }
  }
  assert.equal(failures.size, 1)
})

test('an OAEP plaintext of the maximum length fits and one byte more does not', async () => {
  for (const [name, length] of [
    ['sha256', 190],
    ['sha1', 214],
  ] as const) {
    const longest = Buffer.alloc(length, 1)
    assert.deepEqual(Buffer.from(await decryptOaep(key, name, encryptOaep(key.publicKey, name, longest))), longest)
    assert.throws(() => encryptOaep(key.publicKey, name, Buffer.alloc(length + 1)), RangeError)
  }
})

test('rsa_pkcs1_2048: a wrong padding gives other bytes; only what is no ciphertext of the key at all is an error', async () => {
  const tally = await runWycheproof('rsa_pkcs1_2048', (group, vector) => {
    const [rsaKey, ciphertext] = [privateKeyOf(group), hex(vector, 'ct')]
    const modulus = Buffer.from(rsaKey.publicKey.export({ format: 'jwk' }).n ?? '', 'base64url')
    if (ciphertext.length !== 256 || Buffer.compare(ciphertext, modulus) >= 0) {
      assert.throws(() => decryptPkcs1(rsaKey, ciphertext), CryptoFailure)
      return 'rejected'
    }
    return outcome(Buffer.compare(decryptPkcs1(rsaKey, ciphertext), hex(vector, 'msg')) === 0)
  })
  expectTally(tally, { valid: 42, invalid: 25 })
})

test('the OpenSSL in use rejects PKCS #1 v1.5 padding implicitly', () => {
  assertImplicitRejection(key)
  assert.deepEqual(Buffer.from(decryptPkcs1(key, encryptPkcs1(key.publicKey, message))), message)
  assert.throws(() => encryptPkcs1(key.publicKey, Buffer.alloc(246)), RangeError)
})

const signatureBaseline = [
  { bits: 2048, verified: { valid: 9, invalid: 249 }, made: { valid: 8, acceptableAccepted: 2, notApplicable: 33 } },
  { bits: 3072, verified: { valid: 8, invalid: 250 }, made: { valid: 8, acceptableAccepted: 1, notApplicable: 17 } },
  { bits: 4096, verified: { valid: 7, invalid: 250 }, made: { valid: 8, notApplicable: 16 } },
] as const
for (const { bits, verified, made } of signatureBaseline) {
  test(`rsa_signature_${bits}_sha256: PKCS #1 signatures get the Wycheproof answers, over message digests`, async () => {
    const tally = await runWycheproof(`rsa_signature_${bits}_sha256`, (group, vector) =>
      outcome(verifyPkcs1Sha256(publicKeyOf(group), sha256(hex(vector, 'msg')), hex(vector, 'sig'))),
    )
    expectTally(tally, { ...verified, acceptableRejected: 1 })
  })

  test(`rsa_pkcs1_${bits}_sig_gen: SHA-256 signatures come out as recorded`, async () => {
    const tally = await runWycheproof(`rsa_pkcs1_${bits}_sig_gen`, async (group, vector) => {
      if (text(group, 'sha') !== 'SHA-256') return 'not applicable'
      const signature = await signPkcs1Sha256(privateKeyOf(group), sha256(hex(vector, 'msg')))
      return outcome(Buffer.compare(signature, hex(vector, 'sig')) === 0)
    })
    expectTally(tally, made)
  })

  test(`rsa_pss_${bits}_sha256_mgf1_32: PSS signatures get the Wycheproof answers`, async () => {
    const tally = await runWycheproof(`rsa_pss_${bits}_sha256_mgf1_32`, (group, vector) =>
      outcome(verifyPssSha256(publicKeyOf(group), sha256(hex(vector, 'msg')), hex(vector, 'sig'))),
    )
    expectTally(tally, { valid: 63, invalid: 45 })
  })
}

test('rsa_pss_2048_sha256_mgf1_0: a salt of another length is taken only where any is', async () => {
  const tally = await runWycheproof('rsa_pss_2048_sha256_mgf1_0', (group, vector) => {
    const parameters = [publicKeyOf(group), sha256(hex(vector, 'msg')), hex(vector, 'sig')] as const
    if (vector.result === 'valid') assert.equal(verifyPssSha256(...parameters), false)
    if (verifyPssSha256(...parameters, 'any') === (vector.result === 'valid')) return outcome(vector.result === 'valid')
    // Invalid here can mean nothing but another salt length than 0.
    assert.equal(verifyPssSha256(...parameters, 0), false)
    return 'rejected'
  })
  expectTally(tally, { valid: 61, invalid: 42 })
})

test('signatures over a digest are those OpenSSL makes and takes over the message', async () => {
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  assert.deepEqual(Buffer.from(await signPkcs1Sha256(key, digest)), sign('sha256', message, key.keyObject))
  assert.ok(verify('sha256', message, { key: key.publicKey, ...pss }, await signPssSha256(key, digest)))
  assert.ok(verifyPssSha256(key.publicKey, digest, sign('sha256', message, { key: key.keyObject, ...pss })))
})

test('PSS works for a modulus whose encoding is a byte shorter than itself', async () => {
  const odd = new RsaPrivateKey(generateKeyPairSync('rsa', { modulusLength: 2049 }).privateKey)
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  const signature = await signPssSha256(odd, digest)
  assert.ok(verify('sha256', message, { key: odd.publicKey, ...pss }, signature))
  assert.ok(verifyPssSha256(odd.publicKey, digest, signature))
})

test('a signature altered, cut, or made over another digest does not verify', async () => {
  for (const [signatureOf, check] of [
    [signPkcs1Sha256, verifyPkcs1Sha256],
    [signPssSha256, verifyPssSha256],
  ] as const) {
    const signature = await signatureOf(key, digest)
    assert.equal(check(key.publicKey, digest, signature), true)
    assert.equal(check(key.publicKey, sha256(digest), signature), false)
    assert.equal(check(key.publicKey, digest, signature.subarray(1)), false)
    assert.equal(check(key.publicKey, digest, Buffer.concat([Buffer.of(0), signature])), false)
    assert.equal(check(key.publicKey, digest, Buffer.alloc(256, 0xff)), false)
    signature[40] = (signature[40] ?? 0) ^ 1
    assert.equal(check(key.publicKey, digest, signature), false)
    assert.throws(() => check(key.publicKey, digest.subarray(1), signature), RangeError)
  }
})

test('many operations at once on one key all come out right', async () => {
  const digests = Array.from({ length: 24 }, (_, index) => sha256(Buffer.of(index)))
  const signatures = await Promise.all(digests.map((each) => signPkcs1Sha256(key, each)))
  for (const [index, signature] of signatures.entries()) {
    assert.ok(verifyPkcs1Sha256(key.publicKey, digests[index] ?? digest, signature))
  }
})
