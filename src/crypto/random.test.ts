import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomBytes } from './random.ts'

test('bytes of any length, in memory of their own, and never the same', () => {
  for (const length of [0, 1, 12, 16, 17, 32, 5000]) {
    const bytes = randomBytes(length)
    assert.equal(bytes.length, length)
    assert.equal(bytes.buffer.byteLength, length)
  }
  const count = 20_000
  const seen = new Set(Array.from({ length: count }, () => Buffer.from(randomBytes(12)).toString('hex')))
  assert.equal(seen.size, count)
  assert.ok(![...seen].some((text) => text.includes('000000000000')), 'none was erased before it was given out')
})

test('whoever erases or changes what he got changes nothing for others', () => {
  for (let round = 0; round < 1000; round++) {
    const mine = randomBytes(16)
    const before = randomBytes(16)
    const kept = Uint8Array.from(before)
    mine.fill(0)
    assert.deepEqual(before, kept)
  }
})

test('every bit is as often set as not', () => {
  const draws = 40_000
  const counts = new Array<number>(96).fill(0)
  for (let draw = 0; draw < draws; draw++)
    for (const [index, byte] of randomBytes(12).entries())
      for (let bit = 0; bit < 8; bit++)
        if ((byte >> bit) & 1) counts[index * 8 + bit] = (counts[index * 8 + bit] ?? 0) + 1
  // eight standard deviations: chance fails this once in 10¹³ runs
  const bound = 8 * Math.sqrt(draws / 4)
  for (const count of counts) assert.ok(Math.abs(count - draws / 2) < bound, String(count))
})
