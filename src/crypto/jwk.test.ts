import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { keySpecs } from './algorithms.ts'
import { joseAlgorithmsOf, publicJwk, readJwk } from './jwk.ts'
import { generateKeyMaterial, loadKeyMaterial, publicKeySpki } from './key-material.ts'
import { type PublicKey, publicKeyText, readPublicKey } from './public-key.ts'

async function publicKey(spec: string): Promise<PublicKey> {
  const entry = keySpecs.get(spec) ?? assert.fail()
  const spki = publicKeySpki(loadKeyMaterial(entry, await generateKeyMaterial(entry)))
  return readPublicKey(spki) ?? assert.fail()
}

for (const spec of ['RSA_2048', 'EC_P256', 'EC_P256K'])
  test(`a ${spec} key as JWK is the one that Node exports, and comes back as it was`, async () => {
    const key = await publicKey(spec)
    const { kid, use, alg, ...members } = publicJwk(key, 'k/v') ?? assert.fail()
    assert.deepEqual([kid, use], ['k/v', 'sig'])
    assert.equal(alg, spec === 'RSA_2048' ? undefined : joseAlgorithmsOf(key)[0])
    assert.deepEqual({ ...members }, { ...createPublicKey(publicKeyText(key)).export({ format: 'jwk' }) })
    assert.equal(publicKeyText(readJwk({ ...members }) ?? assert.fail()), publicKeyText(key))
  })

test('SM2 has no JWK', async () => {
  const key = await publicKey('EC_SM2')
  assert.equal(publicJwk(key), undefined)
  assert.deepEqual(joseAlgorithmsOf(key), [])
})

test('what is no key of ours is none: short RSA, other curves, points off the curve, secrets', () => {
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' })
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
  const one = Buffer.alloc(32, 1).toString('base64url')
  const others = [
    short,
    p384,
    { ...p256, x: one },
    { kty: 'oct', k: one },
    { kty: 'EC' },
    { kty: 'OKP', crv: 'Ed25519' },
  ]
  for (const jwk of others) assert.equal(readJwk({ kty: '', ...jwk }), undefined, JSON.stringify(jwk))
})
