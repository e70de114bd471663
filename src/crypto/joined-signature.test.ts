import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeIntegerPair } from './der.ts'
import { joinSignature, splitSignature } from './joined-signature.ts'

test('a signature in DER is r and s one after the other, and back, however short they are', () => {
  const number = fc.uint8Array({ minLength: 1, maxLength: 32 })
  fc.assert(
    fc.property(number, number, (r, s) => {
      const der = encodeIntegerPair(r, s)
      const joined = joinSignature(der) ?? assert.fail()
      assert.equal(joined.length, 64)
      assert.deepEqual(splitSignature(joined), der)
    }),
  )
})

test('the joined form is what Node calls ieee-p1363', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = { key: privateKey, dsaEncoding: 'der' } as const
  const joined = joinSignature(sign('sha256', Buffer.from('m'), key)) ?? assert.fail()
  const { verify } = process.getBuiltinModule('node:crypto')
  assert.ok(verify('sha256', Buffer.from('m'), { key: publicKey, dsaEncoding: 'ieee-p1363' }, joined))
})

test('what is no DER, or too long, is none', () => {
  assert.equal(joinSignature(new Uint8Array(64)), undefined)
  assert.equal(joinSignature(encodeIntegerPair(new Uint8Array(33).fill(1), Uint8Array.of(1))), undefined)
  assert.equal(splitSignature(new Uint8Array(63)), undefined)
  assert.equal(splitSignature(new Uint8Array(96)), undefined)
})
