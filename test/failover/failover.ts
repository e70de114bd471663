/**
 * Takes the primary away from servers that are busy, and lets its standby take its place.
 *
 *     npm run failover                    20 rounds: killed, promoted, and back, cut off from the new one; then the
 *                                         database frozen for 30 s, slow, cut off without a word, and on a full disk; then
 *                                         the machine of a primary under Patroni dies
 *     npm run failover -- --rounds 3      as many as wanted
 *     npm run failover -- --only faults   one of rounds, faults, patroni
 *     npm run failover -- --seed 7        the same choices again (the moments differ)
 *
 * Everything happens on loopback and in temporary folders. Ends with 0 when nothing was lost.
 */
import { parseArgs } from 'node:util'
import { seeded } from '../crash/workload.ts'
import { fillDisk, meetFaults } from './faults.ts'
import { patroniMissing, patroniRecipe } from './patroni.ts'
import { failOver } from './rounds.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string' },
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

const parts: Readonly<Record<string, () => Promise<void>>> = {
  async rounds() {
    const { slowestMs } = await failOver({ rounds, random: seeded(seed), report })
    if (slowestMs > servedWithinMs) throw new Error(`served again only after ${Math.round(slowestMs)} ms`)
  },
  async faults() {
    await meetFaults({ random: seeded(seed), report })
    if (!(await fillDisk({ random: seeded(seed), report }))) report('full disk: NOT RUN, nothing can be mounted here')
  },
  async patroni() {
    const missing = patroniMissing()
    if (missing === undefined) await patroniRecipe({ random: seeded(seed), report })
    else report(`patroni: NOT RUN, ${missing}`)
  },
}
const chosen = values.only === undefined ? Object.keys(parts) : [values.only]
try {
  for (const name of chosen) {
    const part = parts[name]
    if (!part) throw new Error(`--only takes one of ${Object.keys(parts).join(', ')}`)
    report(`failover test: ${name}, seed ${seed}`)
    await part()
  }
} catch (error) {
  console.error(`failover test: FAILED, the seed was ${seed}`)
  console.error(error)
  process.exitCode = 1
}
