import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keySpecs } from '../crypto/algorithms.ts'
import { generateKeyMaterial } from '../crypto/key-material.ts'
import { encodePem } from '../crypto/pem.ts'
import { algorithmsOf, digestFor, isSignatureOf, publicKeyText, readPublicKey } from '../crypto/public-key.ts'
import { SigningError } from './errors.ts'
import { localKey } from './local-key.ts'

const signing = [...keySpecs.values()].filter((entry) => entry.signing.length > 0 && entry.bits < 3072)
const message = Buffer.from('测试消息')

for (const entry of signing)
  test(`a local ${entry.spec} key signs under each of its algorithms, and one flipped bit is refused`, async () => {
    const privateKey = encodePem('PRIVATE KEY', await generateKeyMaterial(entry))
    const { publicKey } = localKey(privateKey)
    assert.deepEqual(new Set(algorithmsOf(publicKey)), new Set(entry.signing.map(({ name }) => name)))
    assert.equal(publicKeyText(readPublicKey(publicKeyText(publicKey)) ?? assert.fail()), publicKeyText(publicKey))
    for (const algorithm of algorithmsOf(publicKey)) {
      const signature = await localKey(privateKey, algorithm).sign(message)
      const digest = digestFor(publicKey, message)
      assert.ok(isSignatureOf(publicKey, algorithm, digest, signature), algorithm)
      const flipped = Uint8Array.from(signature)
      flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1
      assert.ok(!isSignatureOf(publicKey, algorithm, digest, flipped))
      assert.ok(!isSignatureOf(publicKey, algorithm, digestFor(publicKey, Buffer.from('another')), signature))
    }
  })

test('what is no key, or no algorithm of the key, is named', async () => {
  const [entry] = signing.filter(({ kind }) => kind === 'ec')
  const privateKey = encodePem('PRIVATE KEY', await generateKeyMaterial(entry ?? assert.fail()))
  const refusal = (code: string, parameter: string) => (error: unknown) =>
    error instanceof SigningError && error.code === code && error.parameter === parameter
  assert.throws(() => localKey('no key'), refusal('key', 'privateKey'))
  assert.throws(() => localKey(Buffer.alloc(32)), refusal('key', 'privateKey'))
  assert.throws(() => localKey(privateKey, 'RSA_PSS_SHA_256'), refusal('algorithm', 'algorithm'))
})
