import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DerReader, decodeIntegerPair, derTag, encodeDer, encodeIntegerPair, encodeUnsignedInteger } from './der.ts'

const magnitude = fc.uint8Array({ minLength: 1, maxLength: 40 })
const stripped = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/^(00)+(?=..)/, '')

test('a pair of integers survives the round trip, without leading zeros', () => {
  fc.assert(
    fc.property(magnitude, magnitude, (r, s) => {
      const pair = decodeIntegerPair(encodeIntegerPair(r, s))
      assert.ok(pair)
      assert.equal(Buffer.from(pair.r).toString('hex'), stripped(r))
      assert.equal(Buffer.from(pair.s).toString('hex'), stripped(s))
    }),
  )
})

test('content of any length survives the round trip', () => {
  for (const length of [0, 1, 127, 128, 255, 256, 65535, 65536]) {
    const reader = new DerReader(encodeDer(derTag.octetString, new Uint8Array(length)))
    assert.equal(reader.read(derTag.octetString)?.length, length)
    assert.ok(reader.isAtEnd)
  }
})

for (const [what, hex] of [
  ['a byte after the sequence', '300602010102010100'],
  ['a byte inside after the second integer', '30070201010201010500'],
  ['a cut sequence', '3006020101020101'.slice(0, -2)],
  ['a long length where a short one fits', '308106020101020101'],
  ['a length with a leading zero', '30820006020101020101'],
  ['an indefinite length', '30800201010201010000'],
  ['a negative integer', '3006020181020101'],
  ['an integer with a needless zero', '300702020001020101'],
  ['an empty integer', '30050200020101'],
  ['another tag', '3106020101020101'],
  ['nothing', ''],
] as const) {
  test(`${what} is not a strict pair of integers`, () => {
    assert.equal(decodeIntegerPair(Buffer.from(hex, 'hex')), undefined)
  })
}

test('reading random bytes never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      decodeIntegerPair(bytes)
    }),
    { numRuns: 2000 },
  )
})

test('zero is written as one zero byte', () => {
  assert.equal(Buffer.from(encodeUnsignedInteger(new Uint8Array(3))).toString('hex'), '020100')
  assert.equal(Buffer.from(encodeUnsignedInteger(Buffer.of(0x80))).toString('hex'), '02020080')
})
