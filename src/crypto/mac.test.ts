import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { expectTally, hex, number, outcome, runWycheproof } from '../../test/kit/wycheproof.ts'
import { generateMac, type MacKey, verifyMac } from './mac.ts'

for (const hash of ['sha256', 'sha384', 'sha512', 'sm3'] as const) {
  test(`HMAC with ${hash} gives the Wycheproof answers; truncated MACs are never taken`, async () => {
    let fullLength = 0
    const tally = await runWycheproof(`hmac_${hash}`, (group, vector) => {
      const key = { hash, secret: createSecretKey(hex(vector, 'key')) }
      const mac = generateMac(key, hex(vector, 'msg'))
      if (number(group, 'tagSize') !== mac.length * 8) {
        assert.equal(verifyMac(key, hex(vector, 'msg'), hex(vector, 'tag')), false)
        return 'not applicable'
      }
      fullLength++
      return outcome(verifyMac(key, hex(vector, 'msg'), hex(vector, 'tag')))
    })
    assert.equal(fullLength, 87)
    expectTally(tally, { valid: 33, invalid: 54, notApplicable: 87 })
  })
}

interface GmMacs {
  readonly hmacSm3: readonly { readonly keyUtf8: string; readonly messageUtf8: string; readonly hex: string }[]
}

test('HMAC-SM3 gives the recorded answer', () => {
  const url = new URL('../../test/vectors/gm/sm.json', import.meta.url)
  const { hmacSm3 } = JSON.parse(readFileSync(url, 'utf8')) as GmMacs
  assert.equal(hmacSm3.length, 1)
  for (const vector of hmacSm3) {
    const key: MacKey = { hash: 'sm3', secret: createSecretKey(vector.keyUtf8, 'utf8') }
    assert.equal(Buffer.from(generateMac(key, Buffer.from(vector.messageUtf8))).toString('hex'), vector.hex)
  }
})

test('HMAC-SHA-224 gives the answer of RFC 4231 case 2', () => {
  const key: MacKey = { hash: 'sha224', secret: createSecretKey('Jefe', 'utf8') }
  assert.equal(
    Buffer.from(generateMac(key, Buffer.from('what do ya want for nothing?'))).toString('hex'),
    'a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44',
  )
})

test('a MAC verifies only whole and unaltered, over the same message', () => {
  const key: MacKey = { hash: 'sha256', secret: createSecretKey(Buffer.alloc(32, 7)) }
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat({ max: 31 }), fc.integer({ min: 1, max: 255 }), (message, at, flip) => {
      const mac = generateMac(key, message)
      assert.equal(verifyMac(key, message, mac), true)
      assert.equal(verifyMac(key, message, mac.subarray(0, at)), false)
      assert.equal(verifyMac(key, Buffer.concat([message, Buffer.of(0)]), mac), false)
      mac[at] = (mac[at] ?? 0) ^ flip
      assert.equal(verifyMac(key, message, mac), false)
    }),
  )
})
