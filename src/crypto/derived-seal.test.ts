import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { sealGcm } from './block-cipher.ts'
import { derivedSealOverhead, openDerived, sealDerived } from './derived-seal.ts'
import { CryptoFailure } from './failure.ts'
import { counterKdf } from './kdf.ts'

const secret = createSecretKey(Buffer.alloc(32, 1))
const aad = Buffer.from('place of the record')

test('a seal opens with the same key and associated data, and not when altered, cut or moved', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat(), fc.integer({ min: 1, max: 255 }), (plaintext, position, flip) => {
      const sealed = sealDerived(secret, plaintext, aad)
      assert.equal(sealed.length, plaintext.length + derivedSealOverhead)
      assert.deepEqual(Buffer.from(openDerived(secret, sealed, aad)), Buffer.from(plaintext))
      assert.throws(() => openDerived(secret, sealed, Buffer.from('another place')), CryptoFailure)
      assert.throws(() => openDerived(createSecretKey(randomBytes(32)), sealed, aad), CryptoFailure)
      const at = position % sealed.length
      assert.throws(() => openDerived(secret, sealed.subarray(0, at), aad), CryptoFailure)
      sealed[at] = (sealed[at] ?? 0) ^ flip
      assert.throws(() => openDerived(secret, sealed, aad), CryptoFailure)
    }),
  )
})

test('the layout is N, IV, commitment, ciphertext and tag, with key and commitment from the counter KDF', () => {
  const nonce = Buffer.alloc(16, 2)
  const iv = Buffer.alloc(12, 3)
  const draws = [nonce, iv]
  const sealed = sealDerived(secret, Buffer.from('text'), aad, () => draws.shift() ?? assert.fail())
  const derived = counterKdf(secret, 'keyhaven/aes256gcm/v1', nonce, 64)
  const key = { cipher: 'aes-256', secret: createSecretKey(derived.subarray(0, 32)) } as const
  const expected = Buffer.concat([nonce, iv, derived.subarray(32), sealGcm(key, iv, Buffer.from('text'), aad)])
  assert.deepEqual(Buffer.from(sealed), expected)
})

test('a ciphertext whose tag is right but whose commitment belongs to another key is refused', () => {
  const sealed = sealDerived(secret, Buffer.from('text'), aad)
  const other = counterKdf(createSecretKey(randomBytes(32)), 'keyhaven/aes256gcm/v1', sealed.subarray(0, 16), 64)
  const forged = Buffer.from(sealed)
  forged.set(other.subarray(32), 28)
  assert.throws(() => openDerived(secret, forged, aad), CryptoFailure)
})

test('no two seals share a nonce', () => {
  const nonces = Array.from({ length: 2000 }, () =>
    Buffer.from(sealDerived(secret, aad, aad).subarray(0, 28)).toString('hex'),
  )
  assert.equal(new Set(nonces).size, nonces.length)
})
