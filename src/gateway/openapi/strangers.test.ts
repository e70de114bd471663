import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ledgerMemory } from '../memory/ledger.ts'
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

test('however many networks there are, one that keeps calling is slowed down', () => {
  let now = 0
  const strangers = new Strangers(() => now, ledgerMemory(new Uint8Array(16), 256))
  for (let count = 0; count < 200; count++) strangers.admit('192.0.2.1')
  for (let index = 0; index < 4000; index++, now += 0.1) {
    strangers.admit(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`)
    if (index % 20 === 19) {
      assert.throws(() => {
        for (let count = 0; count < 3; count++) strangers.admit('192.0.2.1')
      }, /QPS Limit Exceeded/)
    }
  }
})
