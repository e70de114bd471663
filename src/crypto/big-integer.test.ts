import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { invertPublic, invertSecret, modulo, randomUnit, toBigInt, toBytes } from './big-integer.ts'
import { curves } from './ec-curve.ts'
import { randomBytes } from './random.ts'
import { sm2Order } from './sm2-curve.ts'

test('bytes are read and written big-endian, zeros in front included', () => {
  assert.equal(toBigInt(Buffer.from('00000102', 'hex')), 258n)
  assert.equal(toBigInt(new Uint8Array(0)), 0n)
  assert.deepEqual(Buffer.from(toBytes(258n, 4)).toString('hex'), '00000102')
  assert.equal(toBytes(0n, 0).length, 0)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      assert.deepEqual(Buffer.from(toBytes(toBigInt(bytes), bytes.length)), Buffer.from(bytes))
    }),
  )
})

test('a number that is negative or too long is misuse', () => {
  assert.deepEqual(Buffer.from(toBytes(65_535n, 2)).toString('hex'), 'ffff')
  for (const value of [-1n, 65_536n, -65_536n]) assert.throws(() => toBytes(value, 2), RangeError)
})

test('an inverse, found openly or on a random multiple, is the inverse', () => {
  for (const prime of [curves['P-256'].order, curves.secp256k1.order, sm2Order]) {
    for (const value of [1n, 2n, prime - 1n, randomUnit(prime, randomBytes), prime + 3n]) {
      assert.equal(modulo(value * invertSecret(value, prime, randomBytes), prime), 1n)
      assert.equal(modulo(value * invertPublic(value, prime), prime), 1n)
    }
    assert.throws(() => invertSecret(0n, prime, randomBytes), RangeError)
  }
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.bigInt({ min: 1n, max: 2n ** 300n }), (bits, drawn) => {
      // 2^521 - 1: numbers of every length, quotients of every size
      const [prime, value] = [2n ** 521n - 1n, (drawn % 2n ** BigInt(bits)) + 1n]
      for (const unit of [value, -value, prime / (value + 1n)])
        assert.equal(modulo(unit * invertPublic(unit, prime), prime), 1n)
      assert.throws(() => invertPublic(value * 6n, 2n ** 20n * 3n), RangeError)
    }),
    { numRuns: 500 },
  )
})

test('a random unit is drawn until it is one', () => {
  const draws = [new Uint8Array(32), new Uint8Array(32).fill(0xff), Buffer.from(toBytes(7n, 32))]
  assert.equal(
    randomUnit(sm2Order, () => draws.shift() ?? assert.fail()),
    7n,
  )
  assert.equal(draws.length, 0)
})
