import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import type { BlockCipher } from './algorithms.ts'
import { CryptoFailure } from './failure.ts'
import { openSiv, type SivKey, sealSiv } from './siv.ts'

const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex')

function keyOf(cipher: BlockCipher, both: Uint8Array): SivKey {
  const half = both.length / 2
  return {
    mac: { cipher, secret: createSecretKey(both.subarray(0, half)) },
    encryption: { cipher, secret: createSecretKey(both.subarray(half)) },
  }
}

for (const [section, { key, headers, plaintext, iv, ciphertext }] of Object.entries({
  'A.1': {
    key: 'fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0 f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff',
    headers: ['101112131415161718191a1b1c1d1e1f2021222324252627'],
    plaintext: '112233445566778899aabbccddee',
    iv: '85632d07c6e8f37f950acd320a2ecc93',
    ciphertext: '40c02b9690c4dc04daef7f6afe5c',
  },
  'A.2': {
    key: '7f7e7d7c7b7a79787776757473727170 404142434445464748494a4b4c4d4e4f',
    headers: [
      '00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100',
      '102030405060708090a0',
      '09f911029d74e35bd84156c5635688c0',
    ],
    plaintext: '7468697320697320736f6d6520706c61696e7465787420746f20656e6372797074207573696e67205349562d414553',
    iv: '7bdb6e3b432667eb06f4d14bff2fbd0f',
    ciphertext: 'cb900f2fddbe404326601965c889bf17dba77ceb094fa663b7a3f748ba8af829ea64ad544a272e9c485b62a3fd5c0d',
  },
})) {
  test(`the example of RFC 5297 ${section}`, () => {
    const siv = keyOf('aes-128', bytes(key))
    const sealed = sealSiv(siv, headers.map(bytes), bytes(plaintext))
    assert.equal(Buffer.from(sealed).toString('hex'), ciphertext + iv)
    assert.equal(Buffer.from(openSiv(siv, headers.map(bytes), sealed)).toString('hex'), plaintext)
  })
}

for (const [cipher, keyBytes] of [
  ['aes-128', 16],
  ['aes-192', 24],
  ['aes-256', 32],
  ['sm4', 16],
] as const) {
  test(`what ${cipher} sealed opens with the same key, data and nonce, and not when altered or cut`, () => {
    const key = keyOf(cipher, randomBytes(2 * keyBytes))
    const part = fc.uint8Array({ maxLength: 70 })
    fc.assert(
      fc.property(part, part, part, fc.nat(), (plaintext, aad, nonce, position) => {
        const sealed = sealSiv(key, [aad, nonce], plaintext)
        assert.equal(sealed.length, plaintext.length + 16)
        assert.deepEqual(Buffer.from(openSiv(key, [aad, nonce], sealed)), Buffer.from(plaintext))
        const at = position % sealed.length
        for (const wrong of [sealed.subarray(0, at), sealed.with(at, (sealed[at] ?? 0) ^ 1)])
          assert.throws(() => openSiv(key, [aad, nonce], wrong), CryptoFailure)
        assert.throws(() => openSiv(key, [aad, Buffer.concat([nonce, Buffer.of(1)])], sealed), CryptoFailure)
        assert.throws(() => openSiv(key, [Buffer.concat([aad, Buffer.of(1)]), nonce], sealed), CryptoFailure)
        assert.throws(() => openSiv(keyOf(cipher, randomBytes(2 * keyBytes)), [aad, nonce], sealed), CryptoFailure)
      }),
      { numRuns: 60 },
    )
  })
}

test('under one nonce twice, neither ciphertext helps with the other', () => {
  const key = keyOf('aes-256', randomBytes(64))
  const nonce = randomBytes(12)
  const [first, zeros] = [randomBytes(48), Buffer.alloc(48)]
  const sealed = sealSiv(key, [nonce], first)
  const keystream = sealSiv(key, [nonce], zeros)
  assert.notDeepEqual(
    Buffer.from(sealed.subarray(0, 48).map((byte, at) => byte ^ (keystream[at] ?? 0))),
    first,
    'the ciphertext of zeros would be the keystream',
  )
})
