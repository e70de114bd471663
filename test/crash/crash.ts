/**
 * Takes away what the service stands on, again and again under load, and asks it each time about everything it had
 * acknowledged.
 *
 *     npm run crash                       servers killed 50 times on SQLite and 50 times on PostgreSQL, PostgreSQL
 *                                         restarted ten times under two servers; on SQLite and on PostgreSQL servers
 *                                         killed 50 times while their root key is changed, and 50 times while their
 *                                         root secret is: some forty minutes
 *     npm run crash -- --rounds 500       as many kills as wanted; --restarts as many restarts
 *     npm run crash -- --only sqlite      one of sqlite, postgres, restarts, root-key, root-key-postgres
 *     npm run crash -- --seed 7           the same choices again (the moments differ)
 *
 * Everything happens on loopback and in temporary folders. Ends with 0 when nothing was lost.
 */
import { parseArgs } from 'node:util'
import { startPostgres } from '../kit/postgres.ts'
import { killServers } from './kills.ts'
import { restartDatabase } from './restarts.ts'
import { killRotations } from './root-key.ts'
import { seeded } from './workload.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    restarts: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string' },
  },
})
const [rounds, restarts, seed] = [values.rounds, values.restarts, values.seed].map((text) => {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1) throw new Error('--rounds, --restarts and --seed take numbers')
  return number
}) as [number, number, number]
const report = (line: string): void => console.log(line)

/** A PostgreSQL, which a second restart of a service must not take 1 s longer to notice than it took itself. */
const servedWithinMs = 1000

const parts: Readonly<Record<string, () => Promise<void>>> = {
  sqlite: () => killServers({ rounds, random: seeded(seed), report }),
  postgres: () => onPostgres((store) => killServers({ rounds, random: seeded(seed), report, store })),
  async restarts() {
    const { slowestMs } = await restartDatabase({ restarts, random: seeded(seed), report })
    if (slowestMs > servedWithinMs) throw new Error(`served again only after ${Math.round(slowestMs)} ms`)
  },
  'root-key': () => killRotations({ rounds, random: seeded(seed), report }),
  'root-key-postgres': () => onPostgres((store) => killRotations({ rounds, random: seeded(seed), report, store })),
}

async function onPostgres(test: (store: string) => Promise<void>): Promise<void> {
  const postgres = await startPostgres()
  try {
    await test(await postgres.createDatabase())
  } finally {
    await postgres.stop()
  }
}

const chosen = values.only === undefined ? Object.keys(parts) : [values.only]
try {
  for (const name of chosen) {
    const part = parts[name]
    if (!part) throw new Error(`--only takes one of ${Object.keys(parts).join(', ')}`)
    report(`crash test: ${name}, seed ${seed}`)
    await part()
  }
} catch (error) {
  console.error(`crash test: FAILED, the seed was ${seed}`)
  console.error(error)
  process.exitCode = 1
}
