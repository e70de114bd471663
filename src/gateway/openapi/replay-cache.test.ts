import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ReplayCache, replayMemory } from './replay-cache.ts'

const minute = 60_000
const hour = 60 * minute
const start = Date.UTC(2026, 10, 21, 22)

/** A cache with two clocks: `pass` moves both, `jump` the wall clock alone. */
function cached(maxEntries?: number) {
  const now = { wallMs: start, monotonicMs: 7_000_000 }
  const memory = replayMemory(new Uint8Array(16), maxEntries)
  const cache = new ReplayCache(memory)
  return {
    cache,
    memory,
    pass(ms: number) {
      now.wallMs += ms
      now.monotonicMs += ms
    },
    jump(ms: number) {
      now.wallMs += ms
    },
    /** @param offMs - how far the clock of the client is from ours */
    send: (principal: string, nonce: string, offMs = 0) =>
      cache.remember(principal, `${principal} ${nonce}`, now.wallMs + offMs + 15 * minute, now),
    /** a request that was signed at this moment, sent now */
    sendOf: (signedAt: number, nonce: string) => cache.remember('a', `a ${nonce}`, signedAt + 15 * minute, now),
    now,
  }
}

describe('replay cache', () => {
  test('a nonce is new once for each principal', () => {
    const { send } = cached()
    assert.equal(send('a', 'n'), 'new')
    assert.equal(send('a', 'n', 4 * minute), 'seen', 'signed again at another time')
    assert.equal(send('a', 'n'), 'seen')
    assert.equal(send('b', 'n'), 'new')
  })

  test('what has expired is forgotten, and then refused for its age', () => {
    const { cache, send, sendOf, pass } = cached()
    send('a', 'n')
    pass(18 * minute)
    send('a', 'm')
    assert.equal(cache.size, 1)
    assert.equal(sendOf(start, 'n'), 'forgotten')
    for (let count = 0; count < 100; count++, pass(minute))
      assert.equal(send('a', `later ${count}`, -14 * minute), 'new')
    assert.ok(cache.size < 20)
  })

  test('a million nonces fit into 40 MB and are all found again', { timeout: 60_000 }, () => {
    const { cache, memory, send } = cached()
    const count = 1_000_000
    for (let index = 0; index < count; index++) send('a', String(index), -(index % 15) * minute)
    assert.equal(cache.size, count)
    assert.ok(memory.minutes.byteLength + memory.seen.byteLength < 40e6)
    for (let index = 0; index < count; index += 1001)
      assert.equal(send('a', String(index), -(index % 15) * minute), 'seen')
  })
})

describe('when the memory of replays is used up', () => {
  test('the oldest minute of who holds most is given up and refused, never opened to replay', () => {
    const { cache, send } = cached(1000)
    const off = (index: number) => (Math.floor(index / 300) - 14) * minute
    for (let index = 0; index < 3000; index++) {
      send('a', String(index), off(index))
      assert.ok(cache.size <= 1000)
    }
    for (let index = 0; index < 3000; index++) assert.notEqual(send('a', String(index), off(index)), 'new')
  })

  test('nobody else loses anything, whatever time the greedy one claims', () => {
    for (const off of [-14 * minute, 0, 14 * minute]) {
      const { cache, send, pass } = cached(1000)
      for (let index = 0; index < 100; index++) assert.equal(send('modest', String(index)), 'new')
      for (let index = 0; index < 20_000; index++) send('greedy', String(index), off)
      assert.ok(cache.size <= 1000)
      for (let index = 0; index < 100; index++) assert.equal(send('modest', String(index)), 'seen')
      for (let index = 100; index < 200; index++, pass(1000)) assert.equal(send('modest', String(index)), 'new')
    }
  })

  test('many who come and go cost no memory for long', () => {
    const { cache, send, pass } = cached(1000)
    for (let index = 0; index < 5000; index++, pass(10_000)) assert.equal(send(String(index), 'n'), 'new')
    assert.ok(cache.size <= 1000)
  })
})

describe('clocks that jump', () => {
  const served = ({ send, pass }: ReturnType<typeof cached>, what: string, minutes = 60) => {
    for (let count = 0; count < minutes; count++, pass(minute))
      for (const off of [-14 * minute, 0, 14 * minute]) assert.equal(send('a', `${what} ${count} ${off}`, off), 'new')
  }

  for (const by of [hour, -hour, 25 * hour, -25 * hour]) {
    test(`${by / hour} hours off for a moment: everybody is served again when it is right, and nothing twice`, () => {
      const clocks = cached()
      served(clocks, 'before', 40)
      const signedAt = clocks.now.wallMs
      clocks.send('a', 'kept')
      clocks.jump(by)
      clocks.pass(minute)
      assert.equal(clocks.send('a', 'meanwhile'), 'new')
      clocks.jump(-by)
      assert.equal(clocks.sendOf(signedAt, 'kept'), 'seen')
      served(clocks, 'after', 180)
    })
  }

  test('who was an hour ahead for long, with its clients, serves when it is right again', () => {
    const clocks = cached()
    clocks.jump(hour)
    served(clocks, 'ahead', 40)
    const signedAt = clocks.now.wallMs - 20 * minute
    clocks.jump(-hour)
    assert.equal(clocks.send('a', 'at once'), 'new')
    assert.equal(clocks.sendOf(signedAt, 'ahead 20 0'), 'forgotten', 'replayed from the wrong time')
    clocks.cache.trustClock()
    clocks.pass(hour)
    served(clocks, 'trusted')
  })

  test('a clock set back opens nothing that was seen at that time', () => {
    const clocks = cached()
    clocks.send('a', 'old')
    clocks.pass(20 * minute)
    clocks.send('a', 'later')
    clocks.jump(-20 * minute)
    assert.equal(clocks.sendOf(start, 'old'), 'forgotten')
  })
})
