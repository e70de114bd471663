import assert from 'node:assert/strict'
import { constants, createPublicKey, sign, verify } from 'node:crypto'
import { test } from 'node:test'
import { keySpecs } from '../crypto/algorithms.ts'
import { generateKeyMaterial } from '../crypto/key-material.ts'
import { publicKeyText, type SignatureAlgorithm } from '../crypto/public-key.ts'
import { SigningError } from './errors.ts'
import { localKey } from './local-key.ts'
import { type NodeSigningOptions, nodeCryptoOf } from './node-crypto.ts'

const message = Buffer.from('测试消息')
const material = (spec: string) => generateKeyMaterial(keySpecs.get(spec) ?? assert.fail())
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }

const cases: readonly [string, SignatureAlgorithm, NodeSigningOptions][] = [
  ['RSA_2048', 'RSA_PKCS1_SHA_256', {}],
  ['RSA_2048', 'RSA_PKCS1_SHA_256', { padding: constants.RSA_PKCS1_PADDING }],
  ['RSA_2048', 'RSA_PSS_SHA_256', pss],
  ['RSA_2048', 'RSA_PSS_SHA_256', { ...pss, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }],
  ['EC_P256', 'ECDSA_SHA_256', {}],
  ['EC_P256', 'ECDSA_SHA_256', { dsaEncoding: 'ieee-p1363' }],
  ['EC_P256K', 'ECDSA_SHA_256', { dsaEncoding: 'der' }],
]
for (const [spec, algorithm, options] of cases)
  test(`${spec}, ${algorithm}, ${JSON.stringify(options)}: Node verifies what is signed, and the other way round`, async () => {
    const pkcs8 = await material(spec)
    const held = nodeCryptoOf(localKey(pkcs8, algorithm))
    const key = { key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8', ...options } as const
    const publicKey = { key: held.publicKey ?? assert.fail(), ...options }
    assert.ok(verify('sha256', message, publicKey, await held.sign('RSA-SHA256', message, options)))
    assert.ok(verify('sha256', message, publicKey, await held.createSign('sha256').update(message).sign(options)))
    const outside = sign('sha256', message, key)
    assert.ok(held.verify(null, message, outside, options))
    outside[20] = (outside[20] ?? 0) ^ 1
    assert.equal(held.createVerify('sha256').update(message).verify(outside, options), false)
  })

test('SM2 signs with SM3 and the standard user id, in DER or joined', async () => {
  const held = nodeCryptoOf(localKey(await material('EC_SM2')))
  assert.equal(held.publicKey, undefined)
  assert.ok(held.verify('sm3', message, await held.sign('sm3', message)))
  const joined = await held.sign('sm3', message, { dsaEncoding: 'ieee-p1363' })
  assert.equal(joined.length, 64)
  assert.ok(held.verify('SM3', message, joined, { dsaEncoding: 'ieee-p1363' }))
})

test('what the signer does not do is refused by name', async () => {
  const rsa = nodeCryptoOf(localKey(await material('RSA_2048')))
  const refusal = (parameter: string) => (error: unknown) =>
    error instanceof SigningError && error.code === 'algorithm' && error.parameter === parameter
  for (const algorithm of ['sha1', 'sha512', 'sm3', 'RSA-SHA1'])
    await assert.rejects(rsa.sign(algorithm, message), refusal('algorithm'))
  await assert.rejects(rsa.sign('sha256', message, pss), refusal('padding'))
  const salted = nodeCryptoOf(localKey(await material('RSA_2048'), 'RSA_PSS_SHA_256'))
  await assert.rejects(salted.sign('sha256', message, { ...pss, saltLength: 20 }), refusal('saltLength'))
  await assert.rejects(salted.sign('sha256', message, { padding: constants.RSA_PKCS1_PADDING }), refusal('padding'))
})

test('the public key is the one of the signer', async () => {
  const signer = localKey(await material('EC_P256'))
  const shown = nodeCryptoOf(signer).publicKey?.export({ format: 'pem', type: 'spki' })
  assert.equal(shown, createPublicKey(publicKeyText(signer.publicKey)).export({ format: 'pem', type: 'spki' }))
})
