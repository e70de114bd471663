import assert from 'node:assert/strict'
import { assertHarmless, attack } from './attack.ts'

/*
 * npm run attack [-- requests [seed]]: the long form. Needs --expose-gc to see what stays in memory.
 */
const [requests = 100_000, seed = 1] = process.argv.slice(2).map(Number)
const usedMb = (): number => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 2 ** 20
}
const started = performance.now()
const heap: number[] = []
let told = 0
const outcome = await attack({
  requests,
  seed,
  progress(sent) {
    if (sent - told < requests / 20) return
    told = sent
    heap.push(usedMb())
    console.log(`${sent} requests, ${heap.at(-1)?.toFixed(1)} MiB`)
  },
})
const seconds = ((performance.now() - started) / 1000).toFixed(0)
const statuses = [...outcome.statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`)
console.log(
  `${outcome.sent} requests in ${seconds} s, seed ${seed}; ${statuses.join(', ')}; ${outcome.faults.length} faults`,
)
assertHarmless(outcome)
const [early = 0, late = 0] = [heap[Math.floor(heap.length / 4)], heap.at(-1)]
assert.ok(late < early + 48, `memory grew from ${early.toFixed(1)} to ${late.toFixed(1)} MiB`)
