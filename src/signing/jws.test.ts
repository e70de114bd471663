import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { describe, test } from 'node:test'
import { CompactSign, compactVerify, createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { keySpecs } from '../crypto/algorithms.ts'
import { type JwkSet, publicJwk } from '../crypto/jwk.ts'
import { generateKeyMaterial } from '../crypto/key-material.ts'
import { publicKeyText, type SignatureAlgorithm } from '../crypto/public-key.ts'
import type { Signer } from '../crypto/signer.ts'
import { SigningError } from './errors.ts'
import { signJws, verifyJws } from './jws.ts'
import { type JwtExpectations, signJwt, verifyJwt } from './jwt.ts'
import { localKey } from './local-key.ts'

const material = (spec: string) => generateKeyMaterial(keySpecs.get(spec) ?? assert.fail())
const isRefusal = (code: string) => (error: unknown) => error instanceof SigningError && error.code === code
const setOf = (signer: Signer, kid?: string): JwkSet => ({ keys: [publicJwk(signer.publicKey, kid) ?? assert.fail()] })
const josesSet = (set: JwkSet) => createLocalJWKSet({ keys: set.keys.map((jwk) => ({ ...jwk })) })

const cases: readonly [string, SignatureAlgorithm, string][] = [
  ['RSA_2048', 'RSA_PKCS1_SHA_256', 'RS256'],
  ['RSA_2048', 'RSA_PSS_SHA_256', 'PS256'],
  ['EC_P256', 'ECDSA_SHA_256', 'ES256'],
  ['EC_P256K', 'ECDSA_SHA_256', 'ES256K'],
]
for (const [spec, algorithm, alg] of cases) {
  test(`${alg}: a signed token is verified by others, and here; no other payload and no flipped bit`, async () => {
    const signer = localKey(await material(spec), algorithm)
    const token = await signJws(signer, '测试消息', { kid: 'a' })
    const [head = '', body = '', tail = ''] = token.split('.')
    const publicKey = { key: createPublicKey(publicKeyText(signer.publicKey)), dsaEncoding: 'ieee-p1363' } as const
    const pss = { padding: 6, saltLength: 32 }
    const input = alg === 'PS256' ? { ...publicKey, ...pss } : publicKey
    assert.ok(verify('sha256', Buffer.from(`${head}.${body}`), input, Buffer.from(tail, 'base64url')))
    // jose has no ES256K
    if (alg !== 'ES256K') {
      const { payload, protectedHeader } = await compactVerify(token, josesSet(setOf(signer, 'a')))
      assert.equal(Buffer.from(payload).toString(), '测试消息')
      assert.deepEqual({ ...protectedHeader }, { kid: 'a', alg })
    }
    const { header, payload } = verifyJws(token, setOf(signer, 'a'))
    assert.deepEqual([header.alg, header.kid, Buffer.from(payload).toString()], [alg, 'a', '测试消息'])
    assert.ok(verifyJws(token, publicKeyText(signer.publicKey)))
    const bytes = Buffer.from(tail, 'base64url')
    bytes[12] = (bytes[12] ?? 0) ^ 1
    const forged = [
      `${head}.${body}.${bytes.toString('base64url')}`,
      `${head}.${Buffer.from('x').toString('base64url')}.${tail}`,
    ]
    for (const wrong of forged) assert.throws(() => verifyJws(wrong, setOf(signer, 'a')), isRefusal('signature'))
  })

  test(`${alg}: a token from outside is verified`, async () => {
    const { key, jwk } = await outsideKey(alg)
    const payload = Buffer.from('{"iss":"outside"}')
    const token =
      alg === 'ES256K'
        ? nodeToken(payload)
        : { token: await new CompactSign(payload).setProtectedHeader({ alg, kid: 'o' }).sign(key as CryptoKey), jwk }
    const set = { keys: [{ ...token.jwk, kid: 'o' }] }
    assert.deepEqual(Buffer.from(verifyJws(token.token, set).payload), payload)
    assert.equal(verifyJwt(token.token, set, { issuer: 'outside' }).header.alg, alg)
    assert.throws(() => verifyJws(token.token, { keys: [{ ...token.jwk, kid: 'other' }] }), isRefusal('key'))
  })
}

async function outsideKey(alg: string) {
  if (alg === 'ES256K') return { key: undefined, jwk: { kty: '' } }
  const pair = await generateKeyPair(alg, { extractable: true })
  const { kty = '', ...members } = await exportJWK(pair.publicKey)
  return { key: pair.privateKey, jwk: { kty, ...members } }
}

function nodeToken(payload: Uint8Array) {
  const pair = process.getBuiltinModule('node:crypto').generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
  const signed = `${Buffer.from('{"alg":"ES256K","kid":"o"}').toString('base64url')}.${Buffer.from(payload).toString('base64url')}`
  const key = createPrivateKey(pair.privateKey.export({ format: 'pem', type: 'pkcs8' }))
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' })
  const { kty = '', ...members } = pair.publicKey.export({ format: 'jwk' })
  return { token: `${signed}.${signature.toString('base64url')}`, jwk: { kty, ...members } }
}

test('SM2 and headers that would change what is signed are refused', async () => {
  await assert.rejects(signJws(localKey(await material('EC_SM2')), 'x'), isRefusal('algorithm'))
  const signer = localKey(await material('EC_P256'))
  await assert.rejects(signJws(signer, 'x', { alg: 'none' }), isRefusal('algorithm'))
  await assert.rejects(signJws(signer, 'x', { crit: ['b64'], b64: false }), isRefusal('document'))
})

describe('a token cannot choose how it is verified', () => {
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const cases: readonly [string, object, string][] = [
    ['no algorithm at all', { alg: 'none' }, 'algorithm'],
    ['a MAC under the public key', { alg: 'HS256' }, 'algorithm'],
    ['an algorithm of another kind of key', { alg: 'RS256' }, 'algorithm'],
    ['another curve', { alg: 'ES256K' }, 'algorithm'],
    ['a name of every object', { alg: 'constructor' }, 'algorithm'],
    ['a key that is not there', { alg: 'ES256', kid: 'b' }, 'key'],
    ['a key of its own', { alg: 'ES256', jwk: {} }, 'signature'],
    ['a header that must be understood', { alg: 'ES256', crit: ['exp'], exp: 1 }, 'document'],
  ]
  for (const [title, header, code] of cases)
    test(title, async () => {
      const signer = localKey(await material('EC_P256'))
      const signature = Buffer.alloc(64, 1).toString('base64url')
      assert.throws(() => verifyJws(`${encoded(header)}.e30.${signature}`, setOf(signer, 'a')), isRefusal(code))
    })

  test('a key of a set is used for what its owner says only, as jose does', async () => {
    const signer = localKey(await material('RSA_2048'), 'RSA_PSS_SHA_256')
    const token = await signJws(signer, 'x', { kid: 'a' })
    const [jwk = assert.fail()] = setOf(signer, 'a').keys
    const others = { alg: 'RS256', use: 'enc', key_ops: ['encrypt'] }
    for (const [name, value] of Object.entries(others)) {
      const set = { keys: [{ ...jwk, use: 'sig', [name]: value }] }
      assert.throws(() => verifyJws(token, set), SigningError, name)
      await assert.rejects(compactVerify(token, josesSet(set)), name)
    }
    verifyJws(token, { keys: [{ ...jwk, alg: 'PS256', key_ops: ['verify'] }] })
  })

  test('RSA of less than 2048 bits verifies no token, however it is given (RFC 7518 §3.3)', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const signed = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.eA`
    const token = `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
    const pem = String(publicKey.export({ type: 'spki', format: 'pem' }))
    assert.throws(() => verifyJws(token, pem), isRefusal('algorithm'))
  })

  test('what is no token', async () => {
    const set = setOf(localKey(await material('EC_P256')))
    for (const text of ['', 'a', 'a.b', 'a.b.c', '..', 'e30.e30.', 'e30.e30.AA.AA', 'W10.e30.AAAA', 'e30=.e30.AAAA'])
      assert.throws(() => verifyJws(text, set), isRefusal(text === 'e30.e30.AAAA' ? 'algorithm' : 'document'), text)
  })
})

describe('JWT', () => {
  const now = new Date('2026-11-25T12:00:00Z')
  const seconds = now.getTime() / 1000
  test('what is signed here jose accepts, and the other way round', async () => {
    const signer = localKey(await material('EC_P256'))
    const token = await signJwt(signer, { iss: 'kms', aud: ['a', 'b'], exp: seconds + 60 }, { kid: 'k' })
    const expected = { issuer: 'kms', audience: 'b', currentDate: now }
    const { payload, protectedHeader } = await jwtVerify(token, josesSet(setOf(signer, 'k')), expected)
    assert.deepEqual([payload.iss, protectedHeader.typ], ['kms', 'JWT'])
    const pair = await generateKeyPair('RS256')
    const claims = new SignJWT({ sub: 'x' }).setProtectedHeader({ alg: 'RS256' }).setExpirationTime(seconds + 60)
    const { kty = '', ...members } = await exportJWK(pair.publicKey)
    const { claims: read } = verifyJwt(await claims.sign(pair.privateKey), { keys: [{ kty, ...members }] }, { now })
    assert.equal(read.sub, 'x')
  })

  const refusals: readonly [string, Readonly<Record<string, unknown>>, JwtExpectations][] = [
    ['expired', { exp: seconds }, {}],
    ['not valid yet', { nbf: seconds + 1 }, {}],
    ['a time that is none', { exp: 'never' }, {}],
    ['another issuer', { iss: 'b' }, { issuer: 'a' }],
    ['no issuer', {}, { issuer: 'a' }],
    ['another audience', { aud: ['b'] }, { audience: 'a' }],
    ['no audience', {}, { audience: 'a' }],
  ]
  for (const [title, claims, expected] of refusals)
    test(`is refused: ${title}`, async () => {
      const signer = localKey(await material('EC_P256'))
      const token = await signJws(signer, JSON.stringify(claims))
      assert.throws(
        () => verifyJwt(token, publicKeyText(signer.publicKey), { now, ...expected }),
        isRefusal('document'),
      )
    })

  test('a clock or a tolerance that is no number makes no token valid', async () => {
    const signer = localKey(await material('EC_P256'))
    const token = await signJwt(signer, { exp: 1000, nbf: 10 })
    for (const wrong of [{ now: new Date(Number.NaN) }, { now: new Date(20_000), toleranceSeconds: Number.NaN }])
      assert.throws(() => verifyJwt(token, signer.publicKey, wrong), isRefusal('document'))
    verifyJwt(token, signer.publicKey, { now: new Date(20_000) })
    assert.throws(() => verifyJwt(undefined as never, signer.publicKey), isRefusal('document'))
  })

  test('clocks may differ by as much as is said', async () => {
    const signer = localKey(await material('EC_P256'))
    const token = await signJwt(signer, { exp: seconds - 5, nbf: seconds + 5 })
    assert.ok(verifyJwt(token, publicKeyText(signer.publicKey), { now, toleranceSeconds: 6 }))
  })
})
