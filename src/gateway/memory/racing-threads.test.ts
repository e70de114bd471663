import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { ReplayCache, type ReplayMemory, replayMemory } from '../openapi/replay-cache.ts'
import { Shares } from '../shares.ts'
import { Ledger, ledgerMemory } from './ledger.ts'

interface Race {
  readonly barrier: SharedArrayBuffer
  readonly replays: ReplayMemory
  readonly ledger: SharedArrayBuffer
  readonly shares: SharedArrayBuffer
}

const [threads, rounds] = [3, 5000]
const now = { wallMs: Date.UTC(2026, 10, 21), monotonicMs: 7_000_000 }

/** What one of the threads does, as the others at the same time. @returns what it was granted */
function run({ barrier, replays, ledger, shares }: Race) {
  const [cache, numbers, pool] = [new ReplayCache(replays), new Ledger(ledger), new Shares(1, 1, shares)]
  const arrived = new Int32Array(barrier)
  Atomics.add(arrived, 0, 1)
  while (Atomics.load(arrived, 0) < threads);
  const granted = { remembered: 0, together: 0 }
  for (let round = 0; round < rounds; round++) {
    if (cache.remember('a', String(round), now.wallMs, now) === 'new') granted.remembered++
    numbers.exclusively(() => numbers.entry('n', { amount: 0, at: 0 }).amount++)
    if (!pool.take('p', 1)) continue
    if (Atomics.add(arrived, 1, 1) > 0) granted.together++
    Atomics.sub(arrived, 1, 1)
    pool.give('p', 1)
  }
  return granted
}

if (isMainThread) {
  test('what threads remember, count and take at the same time is exact', async () => {
    const [ledger, shares, barrier] = [ledgerMemory(), ledgerMemory(), new SharedArrayBuffer(8)]
    const race: Race = { barrier, ledger, shares, replays: replayMemory(new Uint8Array(16), rounds) }
    const file = new URL(import.meta.url)
    const racers = Array.from({ length: threads }, () => new Worker(file, { workerData: race }))
    const granted = await Promise.all(
      racers.map(async (racer) => (await once(racer, 'message'))[0] as ReturnType<typeof run>),
    )
    assert.equal(
      granted.reduce((sum, { remembered }) => sum + remembered, 0),
      rounds,
      'each was new for one of them',
    )
    assert.equal(new Ledger(ledger).peek('n')?.amount, threads * rounds)
    assert.equal(
      granted.reduce((sum, { together }) => sum + together, 0),
      0,
      'nobody held what another one held',
    )
    await Promise.all(racers.map((racer) => racer.terminate()))
  })
} else {
  parentPort?.postMessage(run(workerData))
}
