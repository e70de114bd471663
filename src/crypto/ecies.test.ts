import assert from 'node:assert/strict'
import { createECDH, createHmac, hash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { generateEcKey } from './ec.ts'
import { curves } from './ec-curve.ts'
import { decryptEcies, encryptEcies } from './ecies.ts'
import { CryptoFailure } from './failure.ts'

for (const curve of [curves['P-256'], curves.secp256k1]) {
  const key = generateEcKey(curve)

  test(`${curve.name}: what is encrypted decrypts, and nothing altered, cut or for another key does`, () => {
    const other = generateEcKey(curve)
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(), fc.integer({ min: 1, max: 255 }), (plaintext, position, flip) => {
        const encrypted = encryptEcies(key.publicKey, plaintext)
        assert.equal(encrypted.length, 65 + plaintext.length + 20)
        assert.deepEqual(Buffer.from(decryptEcies(key, encrypted)), Buffer.from(plaintext))
        assert.throws(() => decryptEcies(other, encrypted), CryptoFailure)
        const at = position % encrypted.length
        assert.throws(() => decryptEcies(key, encrypted.subarray(0, at)), CryptoFailure)
        encrypted[at] = (encrypted[at] ?? 0) ^ flip
        assert.throws(() => decryptEcies(key, encrypted), CryptoFailure)
      }),
      { numRuns: 25 },
    )
  })

  test(`${curve.name}: the parts are those of SEC 1 §5.1.3, computed here a second time`, () => {
    const plaintext = Buffer.from('twenty-six bytes of message')
    const encrypted = Buffer.from(encryptEcies(key.publicKey, plaintext))
    const ecdh = createECDH(curve.opensslName)
    ecdh.setPrivateKey(key.scalar.toString(16).padStart(64, '0'), 'hex')
    const secret = ecdh.computeSecret(encrypted.subarray(0, 65))
    const blocks = [1, 2, 3].map((counter) =>
      hash('sha1', Buffer.concat([secret, Buffer.of(0, 0, 0, counter)]), 'buffer'),
    )
    const keys = Buffer.concat(blocks)
    const ciphertext = encrypted.subarray(65, -20)
    assert.deepEqual(Buffer.from(ciphertext.map((byte, index) => byte ^ (keys[index] ?? 0))), plaintext)
    const macKey = keys.subarray(plaintext.length, plaintext.length + 20)
    assert.deepEqual(createHmac('sha1', macKey).update(ciphertext).digest(), encrypted.subarray(-20))
  })
}
