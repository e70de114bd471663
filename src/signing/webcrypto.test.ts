import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { describe, test } from 'node:test'
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { openssl, opensslMissing } from '../../test/kit/openssl.ts'
import { keySpecs } from '../crypto/algorithms.ts'
import { generateKeyMaterial } from '../crypto/key-material.ts'
import { algorithmsOf, digestFor, isSignatureOf, type SignatureAlgorithm } from '../crypto/public-key.ts'
import type { Signer } from '../crypto/signer.ts'
import { SigningError } from './errors.ts'
import { localKey } from './local-key.ts'
import { webCryptoOf } from './webcrypto.ts'

const message = new TextEncoder().encode('测试消息')

async function signers(spec: string): Promise<readonly Signer[]> {
  const material = await generateKeyMaterial(keySpecs.get(spec) ?? assert.fail())
  return algorithmsOf(localKey(material).publicKey).map((algorithm) => localKey(material, algorithm))
}
const isRefusal = (code: string) => (error: unknown) => error instanceof SigningError && error.code === code

for (const spec of ['RSA_2048', 'EC_P256'])
  test(`${spec}: what it signs WebCrypto itself verifies, and the other way round`, async () => {
    for (const signer of await signers(spec)) {
      const { crypto, keys, signingAlgorithm } = webCryptoOf(signer)
      const spki = await crypto.subtle.exportKey('spki', keys.publicKey)
      const importing = { ...keys.publicKey.algorithm, ...(spec === 'EC_P256' ? {} : { hash: 'SHA-256' }) }
      const outside = await webcrypto.subtle.importKey('spki', spki, importing as never, true, ['verify'])
      const signature = await crypto.subtle.sign(signingAlgorithm as never, keys.privateKey, message)
      assert.ok(await webcrypto.subtle.verify(signingAlgorithm as never, outside, signature, message))
      assert.ok(await crypto.subtle.verify(signingAlgorithm as never, keys.publicKey, signature, message))
      const flipped = new Uint8Array(signature)
      flipped[10] = (flipped[10] ?? 0) ^ 1
      assert.equal(await crypto.subtle.verify(signingAlgorithm as never, keys.publicKey, flipped, message), false)
    }
  })

test('EC_P256K signs r and s, EC_SM2 in DER', async () => {
  const lengths: number[] = []
  for (const spec of ['EC_P256K', 'EC_SM2']) {
    const [signer = assert.fail()] = await signers(spec)
    const { crypto, keys, signingAlgorithm } = webCryptoOf(signer)
    const signature = await crypto.subtle.sign(signingAlgorithm as never, keys.privateKey, message)
    assert.ok(await crypto.subtle.verify(signingAlgorithm as never, keys.publicKey, signature, message))
    if (spec === 'EC_P256K') assert.equal(signature.byteLength, 64)
    else {
      const digest = digestFor(signer.publicKey, message)
      assert.ok(isSignatureOf(signer.publicKey, 'SM2DSA', digest, new Uint8Array(signature)))
    }
    lengths.push(signature.byteLength)
  }
  assert.equal(lengths.length, 2)
})

describe('@peculiar/x509', () => {
  for (const spec of ['RSA_2048', 'EC_P256', 'EC_P256K'])
    test(`makes a request with a signer of ${spec} that it and openssl accept`, async (t) => {
      for (const signer of await signers(spec)) {
        const { crypto, keys, signingAlgorithm } = webCryptoOf(signer)
        const made = { name: 'CN=example.com,O=测试', keys, signingAlgorithm }
        const request = await x509.Pkcs10CertificateRequestGenerator.create(made, crypto)
        assert.ok(await request.verify(crypto), signer.algorithm)
        if (opensslMissing) t.diagnostic(opensslMissing)
        else openssl(['req', '-verify', '-noout', '-in', 'r.pem'], { 'r.pem': request.toString('pem') })
      }
    })
})

test('what the signer does not do is refused: other algorithms, digests, salts, keys and formats', async () => {
  const [signer = assert.fail()] = await signers('RSA_2048')
  const { crypto, keys } = webCryptoOf(signer)
  const others = ['RSA-PSS', 'ECDSA', 'unheard-of', { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-1' }]
  for (const algorithm of others)
    await assert.rejects(
      async () => crypto.subtle.sign(algorithm as never, keys.privateKey, message),
      isRefusal('algorithm'),
    )
  const stranger = webCryptoOf(signer).keys
  await assert.rejects(
    async () => crypto.subtle.sign('RSASSA-PKCS1-v1_5', stranger.privateKey, message),
    isRefusal('key'),
  )
  await assert.rejects(async () => crypto.subtle.exportKey('spki', stranger.publicKey), isRefusal('key'))
  await assert.rejects(async () => crypto.subtle.exportKey('pkcs8', keys.privateKey), isRefusal('key'))
  const pss = webCryptoOf({ ...signer, algorithm: 'RSA_PSS_SHA_256' satisfies SignatureAlgorithm })
  const salted = { name: 'RSA-PSS', saltLength: 20 }
  await assert.rejects(async () => pss.crypto.subtle.sign(salted, pss.keys.privateKey, message), isRefusal('algorithm'))
})
