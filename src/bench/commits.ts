import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import type { Change, Store } from '../core/store.ts'
import { openStore } from '../store/open-store.ts'
import { machine, type Spread, spread } from './measure.ts'

/*
 * Durable commits per second on an SQLite file, and the longest that anything else in the process had to wait meanwhile:
 * as they come, and each only when the one before is durable.
 *
 *     npm run bench commits -- [--folder /on/the/disk/to/measure] [--rounds 7]
 */

const commitsPerRun = 320

export async function run(args: readonly string[]): Promise<void> {
  const { folder, rounds } = parseArgs({
    args: [...args],
    options: { folder: { type: 'string', default: tmpdir() }, rounds: { type: 'string', default: '7' } },
  }).values
  console.log(`${machine()}; ${commitsPerRun} commits a run, ${rounds} interleaved rounds, median (least–most)`)
  const place = mkdtempSync(join(folder, 'keyhaven-bench-'))
  try {
    const store = await openStore({ engine: 'sqlite', path: join(place, 'bench.db') })
    for (const callers of [1, 8, 32]) await compare(store, callers, Number(rounds))
    await store.close()
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

type Commit = (changes: readonly Change[]) => Promise<void>

async function compare(store: Store, callers: number, rounds: number): Promise<void> {
  const together: Commit = (changes) => store.commit(changes)
  const figures = { alone: [] as Run[], together: [] as Run[] }
  for (let round = -1; round < rounds; round++) {
    const [a, b] = [await timed(oneByOne(together), callers), await timed(together, callers)]
    if (round < 0) continue
    figures.alone.push(a)
    figures.together.push(b)
  }
  for (const [name, runs] of Object.entries(figures)) {
    const [rate, stall] = [spread(runs.map(({ perSecond }) => perSecond)), spread(runs.map(({ stallMs }) => stallMs))]
    console.log(
      `${String(callers).padStart(3)} callers, ${name.padEnd(8)}  ${text(rate)} commits/s   longest stall ${text(stall)} ms`,
    )
  }
}

/** Each begins when the one before has ended. */
function oneByOne(commit: Commit): Commit {
  let last: Promise<void> = Promise.resolve()
  return (changes) => (last = last.then(() => commit(changes)))
}

interface Run {
  readonly perSecond: number
  readonly stallMs: number
}

async function timed(commit: Commit, callers: number): Promise<Run> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const began = performance.now()
  let left = commitsPerRun
  const caller = async (): Promise<void> => {
    while (left-- > 0) await commit([newKey()])
  }
  await Promise.all(Array.from({ length: callers }, caller))
  const perSecond = (commitsPerRun / (performance.now() - began)) * 1000
  delay.disable()
  return { perSecond, stallMs: delay.max / 1e6 }
}

/** A record of the size of a key's. */
function newKey(): Change {
  const id = randomBytes(16).toString('hex')
  const [body, sealed, mac] = ['x'.repeat(500), randomBytes(60), randomBytes(32)]
  const indexes = [
    ['account', '1'],
    ['state', 'Enabled'],
  ] as const
  return { type: 'insert', record: { kind: 'key', id, revision: 1, body, sealed, mac, indexes } }
}

const text = ({ min, median, max }: Spread): string => `${Math.round(median)} (${Math.round(min)}–${Math.round(max)})`
