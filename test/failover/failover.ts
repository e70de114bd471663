/**
 * Takes the primary away from servers that are busy, and lets its standby take its place.
 *
 *     npm run failover                    20 rounds: killed, promoted, and back, cut off from the new one
 *     npm run failover -- --rounds 3      as many as wanted
 *     npm run failover -- --seed 7        the same choices again (the moments differ)
 *
 * Everything happens on loopback and in temporary folders. Ends with 0 when nothing was lost.
 */
import { parseArgs } from 'node:util'
import { seeded } from '../crash/workload.ts'
import { failOver } from './rounds.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
const [rounds, seed] = [values.rounds, values.seed].map((text) => {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1) throw new Error('--rounds and --seed take numbers')
  return number
}) as [number, number]
const report = (line: string): void => console.log(line)

/** How much longer than the promotion calls may be refused. */
const servedWithinMs = 1000

try {
  report(`failover test: seed ${seed}`)
  const { slowestMs } = await failOver({ rounds, random: seeded(seed), report })
  if (slowestMs > servedWithinMs) throw new Error(`served again only after ${Math.round(slowestMs)} ms`)
} catch (error) {
  console.error(`failover test: FAILED, the seed was ${seed}`)
  console.error(error)
  process.exitCode = 1
}
