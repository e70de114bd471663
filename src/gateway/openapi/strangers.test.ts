import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Strangers } from './strangers.ts'

test('one network is let in 200 times at once and 50 times a second, others are not held back by it', () => {
  let now = 0
  const strangers = new Strangers(() => now)
  const admitted = (address: string, calls: number): number => {
    let count = 0
    for (let index = 0; index < calls; index++) {
      try {
        strangers.admit(address)
        count++
      } catch (error) {
        assert.match(String(error), /QPS Limit Exceeded/)
      }
    }
    return count
  }
  assert.equal(admitted('192.0.2.1', 300), 200)
  assert.equal(admitted('192.0.2.2', 1), 1)
  assert.equal(admitted('2001:db8::1', 300), 200)
  assert.equal(admitted('2001:db8::2', 1), 0, 'the same /64')
  now += 1000
  assert.equal(admitted('192.0.2.1', 300), 50)
})

test('memory is bounded, however many networks there are', () => {
  const strangers = new Strangers(() => 0)
  for (let index = 0; index < 20_000; index++) strangers.admit(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`)
  assert.equal(strangers.size, 10_000)
})
