/**
 * Kills a server under load, again and again, and asks it after each restart about everything it had acknowledged.
 *
 *     npm run crash                      50 rounds, some two minutes
 *     npm run crash -- --rounds 500      as many as wanted
 *     npm run crash -- --seed 7          the same choices again (the moments differ)
 *
 * Everything happens on loopback and in a temporary folder. Ends with 0 when nothing was lost.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { queryAudit } from '../../src/server/audit/query.ts'
import { type Claims, Ledger, verify } from './ledger.ts'
import { keyhaven, ServerProcess } from './server-process.ts'
import { seeded, work } from './workload.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '50' }, seed: { type: 'string' } },
})
const rounds = Number(values.rounds)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
if (!Number.isSafeInteger(rounds) || rounds < 1 || !Number.isSafeInteger(seed))
  throw new Error('--rounds and --seed take numbers')

const workers = 6
const startedAt = performance.now()
const random = seeded(seed)
const ledger = new Ledger()
const data = mkdtempSync(join(tmpdir(), 'keyhaven-crash-'))
const startTimes: number[] = []
let killsDuringStart = 0

console.log(`crash test: ${rounds} rounds, seed ${seed}, data in ${data}`)
try {
  for (let round = 1; round <= rounds; round++) await crash(round)
  await finish()
  rmSync(data, { recursive: true, force: true })
} catch (error) {
  console.error(`crash test: FAILED; the data are left in ${data}, the seed was ${seed}`)
  console.error(error)
  process.exitCode = 1
}

async function crash(round: number): Promise<void> {
  if (round > 1 && random() < 0.2) await killDuringStart()
  const before = ledger.mark
  await withServer(async (server) => {
    const client = server.client()
    const load = Array.from({ length: workers }, () => work(client, ledger, random))
    await Promise.race([wait(30 + random() * 600), ...load])
    await server.kill()
    await Promise.all(load)
    await client.close()
  })
  await withServer(async (server) => {
    const added = ledger.since(before)
    const all = ledger.since()
    const client = server.client()
    await verify(client, added)
    // Of what is older, a part: the last round asks about everything.
    await verify(client, {
      keys: sample(all.keys, 10),
      aliases: sample(all.aliases, 10),
      ciphertexts: sample(all.ciphertexts, 20),
    })
    await client.close()
    console.log(`round ${round}: ${figures(added)} survived`)
  })
  await keyhaven(data, 'audit', 'verify')
}

/** Starts a server, which is killed when `use` is through with it, if not before. */
async function withServer(use: (server: ServerProcess) => Promise<void>): Promise<void> {
  const began = performance.now()
  const server = new ServerProcess(data)
  try {
    await server.ready()
    startTimes.push(performance.now() - began)
    await use(server)
  } finally {
    await server.kill()
  }
}

async function killDuringStart(): Promise<void> {
  const server = new ServerProcess(data)
  await wait(random() * 400)
  await server.kill()
  killsDuringStart++
}

async function finish(): Promise<void> {
  const all = ledger.since()
  await withServer(async (server) => {
    const client = server.client()
    await verify(client, all)
    await client.close()
  })
  console.log((await keyhaven(data, 'audit', 'verify')).trim())
  verifyAudited()
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
  const slowest = Math.max(...startTimes).toFixed(0)
  console.log(
    `crash test: nothing lost. ${rounds} kills under load, ${killsDuringStart} during a start, ${startTimes.length} starts ` +
      `(slowest ${slowest} ms), ${figures(all)}, ${ledger.requestIds.length} acknowledged calls, each audited once, ${seconds} s`,
  )
}

/** Every acknowledged call has exactly one record of its answer, and that says Success. */
function verifyAudited(): void {
  const answers = new Map<string, unknown[]>()
  for (const { phase, requestId, code } of queryAudit(join(data, 'audit'), {})) {
    if (phase === 'response') answers.set(String(requestId), [...(answers.get(String(requestId)) ?? []), code])
  }
  for (const requestId of ledger.requestIds) {
    assert.deepEqual(answers.get(requestId), ['Success'], `request ${requestId}`)
  }
}

function sample<T>(items: readonly T[], count: number): T[] {
  const picked = Array.from({ length: count }, () => items[Math.floor(random() * items.length)])
  return picked.filter((item) => item !== undefined)
}

function figures({ keys, aliases, ciphertexts }: Claims): string {
  return `${keys.length} keys, ${aliases.length} aliases, ${ciphertexts.length} ciphertexts`
}
