import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Shares } from './shares.ts'

test('nobody holds more than a share, all together no more than there is, and what is given back can be had again', () => {
  const shares = new Shares(10, 6)
  assert.ok(shares.take('a', 6))
  assert.ok(!shares.take('a', 1))
  assert.ok(shares.take('b', 4))
  assert.ok(!shares.take('c', 1))
  shares.give('a', 1)
  assert.ok(!shares.take('c', 2))
  assert.ok(shares.take('c', 1))
  shares.give('b', 4)
  assert.ok(!shares.take('a', 2))
  assert.ok(shares.take('a', 1))
})
