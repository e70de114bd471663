import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Clock, generate, type Worker } from './generate.ts'
import type { Outcome } from './outcome.ts'
import { Tally } from './tally.ts'

/** A clock that moves to whatever is awaited first, once nothing else can run. */
class VirtualClock implements Clock {
  #now = 0
  readonly #sleepers: { readonly time: number; readonly wake: () => void }[] = []

  now(): number {
    return this.#now
  }

  sleepUntil(time: number): Promise<void> {
    return new Promise((wake) => {
      this.#sleepers.push({ time, wake })
    })
  }

  async run(work: Promise<number>): Promise<number> {
    const done = new AbortController()
    const ended = work.finally(() => done.abort())
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve))
      if (done.signal.aborted) return ended
      this.#sleepers.sort((a, b) => a.time - b.time)
      const next = this.#sleepers.shift()
      if (next === undefined) throw new Error('nothing is awaited, and the load has not ended')
      this.#now = Math.max(this.#now, next.time)
      next.wake()
    }
  }
}

/** A service that answers the n-th call (from 0, begun at `time`) after so many milliseconds, or with an error. */
type Script = (index: number, time: number) => { readonly delay: number; readonly code?: string }

interface Run {
  readonly script: Script
  readonly workers: number
  readonly ratePerSecond?: number
  readonly endAt: number
}

async function loadOf({ script, workers, ratePerSecond, endAt }: Run) {
  const clock = new VirtualClock()
  const tally = new Tally()
  let [calls, begun] = [0, 0]
  const worker: Worker = {
    async call(): Promise<Outcome> {
      const { delay, code } = script(calls++, clock.now())
      await clock.sleepUntil(clock.now() + delay)
      return code === undefined ? { operation: 'Encrypt', kind: 'ok' } : { operation: 'Encrypt', kind: 'failed', code }
    },
  }
  const unsent = await clock.run(
    generate({
      workers: Array.from({ length: workers }, () => worker),
      clock,
      startAt: 0,
      endAt,
      ratePerSecond,
      signal: new AbortController().signal,
      begun: () => {
        begun++
      },
      ended: (outcome, from, to) => tally.record(outcome, (to - from) * 1000),
    }),
  )
  return { tally, begun, unsent, endedAt: clock.now() }
}

test('a closed loop makes as many calls as its workers can, and counts each error', async () => {
  const script: Script = (index) => ({ delay: 20, ...(index % 10 === 3 ? { code: 'InternalFailure' } : {}) })
  const { tally, begun, unsent } = await loadOf({ script, workers: 4, endAt: 10_000 })
  assert.deepEqual([begun, tally.finished, tally.failed, unsent], [2000, 2000, 200, 0])
  assert.deepEqual([...tally.errors], [['InternalFailure', 200]])
  assert.deepEqual([tally.ok.min, tally.ok.max, tally.all().mean], [20_000, 20_000, 20_000])
})

test('an open loop begins calls at its rate, whatever the service does', async () => {
  const { tally, unsent } = await loadOf({ script: () => ({ delay: 7 }), workers: 4, ratePerSecond: 250, endAt: 8000 })
  assert.deepEqual([tally.finished, unsent], [2000, 0])
  assert.deepEqual([tally.ok.min, tally.ok.percentile(50), tally.ok.max], [7000, 7000, 7000])
})

test('a stall is in the latency of every call that was due meanwhile', async () => {
  // One worker, a call due every 10 ms that takes 1 ms, and one of 1 s: it and some 110 after it are late.
  const script: Script = (index) => ({ delay: index === 100 ? 1000 : 1 })
  const open = await loadOf({ script, workers: 1, ratePerSecond: 100, endAt: 10_000 })
  assert.equal(open.tally.finished, 1000)
  const late = [...Array(112).keys()].map((after) => Math.max(1, 1000 - 9 * after))
  const expected = late.reduce((sum, latency) => sum + latency, 1000 - late.length)
  assert.equal(Math.round(open.tally.all().mean), expected)
  assert.ok(open.tally.ok.percentile(95) > 400_000)
  const closed = await loadOf({ script, workers: 1, endAt: 10_000 })
  assert.equal(closed.tally.ok.percentile(99.9), 1000, 'a closed loop hides it: one call of thousands was slow')
})

test('what an open loop could not begin in time is told', async () => {
  const { tally, unsent, endedAt } = await loadOf({
    script: () => ({ delay: 100 }),
    workers: 2,
    ratePerSecond: 100,
    endAt: 10_000,
  })
  assert.deepEqual([tally.finished, unsent], [200, 800])
  assert.ok(endedAt <= 10_100, 'the run does not go on until the backlog is worked off')
})

test('no call is begun after the signal', async () => {
  const stop = new AbortController()
  let calls = 0
  const worker: Worker = {
    async call() {
      if (++calls === 5) stop.abort()
      return { operation: 'Encrypt', kind: 'ok' }
    },
  }
  const clock = new VirtualClock()
  const load = { workers: [worker], clock, startAt: 0, endAt: 1e9, signal: stop.signal, begun() {}, ended() {} }
  await clock.run(generate(load))
  assert.equal(calls, 5)
})
