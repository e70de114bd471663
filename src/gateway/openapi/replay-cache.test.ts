import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ReplayCache } from './replay-cache.ts'

const minute = 60_000
const start = Date.UTC(2026, 10, 21, 22)

describe('replay cache', () => {
  test('a nonce is new once for each AccessKey', () => {
    const cache = new ReplayCache(new Uint8Array(16))
    assert.equal(cache.remember('a', 'n', start + minute, start), 'new')
    assert.equal(cache.remember('a', 'n', start + 5 * minute, start), 'seen', 'signed again at another time')
    assert.equal(cache.remember('a', 'n', start + minute, start), 'seen')
    assert.equal(cache.remember('b', 'n', start + minute, start), 'new')
  })

  test('what has expired is forgotten, and then refused for its age', () => {
    const cache = new ReplayCache(new Uint8Array(16))
    cache.remember('a', 'n', start + minute, start)
    cache.remember('a', 'm', start + 20 * minute, start + 3 * minute)
    assert.equal(cache.size, 1)
    assert.equal(cache.remember('a', 'n', start + minute, start + 3 * minute), 'forgotten')
  })

  test('when memory is used up the oldest minute is given up and refused, never opened to replay', () => {
    const cache = new ReplayCache(new Uint8Array(16), 1000)
    for (let index = 0; index < 3000; index++) {
      cache.remember('a', String(index), start + Math.floor(index / 300) * minute, start)
      assert.ok(cache.size <= 1000)
    }
    for (let index = 0; index < 3000; index++) {
      assert.notEqual(cache.remember('a', String(index), start + Math.floor(index / 300) * minute, start), 'new')
    }
  })

  test('a million nonces fit into 40 MB and are all found again', { timeout: 60_000 }, () => {
    const before = process.memoryUsage().arrayBuffers
    const cache = new ReplayCache(new Uint8Array(16))
    const count = 1_000_000
    for (let index = 0; index < count; index++) cache.remember('a', String(index), start + (index % 15) * minute, start)
    assert.equal(cache.size, count)
    assert.ok(process.memoryUsage().arrayBuffers - before < 40e6)
    for (let index = 0; index < count; index += 1001) {
      assert.equal(cache.remember('a', String(index), start + (index % 15) * minute, start), 'seen')
    }
  })
})
