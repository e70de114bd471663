import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import type { Change, Store } from '../core/store.ts'
import { sqliteEngine } from '../store/engines/sqlite.ts'
import { filesOf, openToWrite } from '../store/engines/sqlite-file.ts'
import { SqliteWriter } from '../store/engines/sqlite-writer.ts'
import { openStore } from '../store/open-store.ts'
import { SqlStore } from '../store/sql-store.ts'
import { machine, type Row, type Spread, spread } from './measure.ts'

/*
 * Durable commits per second on an SQLite file, and how long anything else in the process had to wait meanwhile: with the
 * thread that commits, and with commits on the event loop itself. With --busy another process keeps the disk busy.
 *
 *     npm run bench commits -- [--folder /on/the/disk/to/measure] [--rounds 7] [--busy]
 */

const commitsPerRun = 320
const command = 'npm run bench commits'

interface Setting {
  readonly folder: string
  readonly rounds: number
}

export async function run(args: readonly string[]): Promise<void> {
  const { folder, rounds, busy } = parseArgs({
    args: [...args],
    options: {
      folder: { type: 'string', default: tmpdir() },
      rounds: { type: 'string', default: '7' },
      busy: { type: 'boolean', default: false },
    },
  }).values
  console.log(`${machine()}; ${commitsPerRun} commits a run, ${rounds} interleaved rounds, median (least–most)`)
  const setting = { folder, rounds: Number(rounds) }
  await (busy ? onBusyDisk(setting, () => print(setting)) : print(setting))
}

/** The figures as ratios, thread over event loop; the stalls while another process keeps the disk busy. */
export async function rows(): Promise<readonly Row[]> {
  const setting = { folder: tmpdir(), rounds: 5 }
  const rates = await withStores(setting, async (stores) => {
    const ratio = async (callers: number): Promise<Spread> =>
      spread(
        (await compare(stores, callers, setting.rounds)).map(([here, thread]) => thread.perSecond / here.perSecond),
      )
    return [
      { name: 'SQLite, commits per second of 1 caller: thread / event loop', spread: await ratio(1), aim: '≥ 0.9' },
      { name: 'SQLite, commits per second of 32 callers: thread / event loop', spread: await ratio(32), aim: '≥ 1' },
    ]
  })
  const stall = await onBusyDisk(setting, () =>
    withStores(setting, async (stores) =>
      spread((await compare(stores, 32, setting.rounds)).map(([here, thread]) => thread.stallMs / here.stallMs)),
    ),
  )
  const stalls = {
    ...{ name: 'SQLite, longest stall while 32 callers commit to a busy disk: thread / event loop', spread: stall },
    ...{ aim: '≤ 0.5' },
  }
  return [...rates, stalls].map((row) => ({ ...row, ratio: row.spread.median, command }))
}

type Stores = readonly [here: Store, thread: Store]

async function withStores<T>({ folder }: Setting, use: (stores: Stores) => Promise<T>): Promise<T> {
  const place = mkdtempSync(join(folder, 'keyhaven-bench-'))
  try {
    const stores = [
      await onEventLoop(join(place, 'here.db')),
      await openStore({ engine: 'sqlite', path: join(place, 'thread.db') }),
    ] as const
    const result = await use(stores)
    for (const store of stores) await store.close()
    return result
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

/** A store that commits as the thread does, but on the event loop. */
function onEventLoop(path: string): Promise<Store> {
  const engine = sqliteEngine({ path })
  const files = filesOf(path)
  const database = openToWrite(path, files)
  const commits = () => new SqliteWriter({ database, files, close: () => database.close() })
  return SqlStore.open({ ...engine, commits })
}

/** Another process writes to the same disk and waits for it, again and again. */
async function onBusyDisk<T>({ folder }: Setting, work: () => Promise<T>): Promise<T> {
  const file = join(mkdtempSync(join(folder, 'keyhaven-bench-')), 'busy')
  const program = `
    const { openSync, writeSync, fdatasyncSync } = require('node:fs')
    const [file, bytes] = [openSync(process.argv[1], 'w'), Buffer.alloc(8 << 20, 1)]
    for (;;) { writeSync(file, bytes, 0, bytes.length, 0); fdatasyncSync(file) }
  `
  const child = spawn(process.execPath, ['-e', program, file], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  try {
    return await work()
  } finally {
    child.kill('SIGKILL')
    await ended
    rmSync(join(file, '..'), { recursive: true, force: true })
  }
}

const print = (setting: Setting): Promise<void> =>
  withStores(setting, async (stores) => {
    for (const callers of [1, 8, 32]) {
      const runs = await compare(stores, callers, setting.rounds)
      for (const [at, name] of ['event loop', 'thread'].entries()) {
        const own = runs.map((pair) => pair[at]).filter((each) => each !== undefined)
        const [rate, stall, p99] = (['perSecond', 'stallMs', 'p99Ms'] as const).map((key) =>
          text(spread(own.map((each) => each[key]))),
        )
        console.log(
          `${String(callers).padStart(3)} callers, ${name.padEnd(10)}  ${rate} commits/s   event loop late by at most ${stall} ms, p99 ${p99} ms`,
        )
      }
    }
  })

async function compare(stores: Stores, callers: number, rounds: number): Promise<(readonly [Run, Run])[]> {
  const runs: (readonly [Run, Run])[] = []
  for (let round = -1; round < rounds; round++) {
    const [here, thread] = [await timed(stores[0], callers), await timed(stores[1], callers)]
    if (round >= 0) runs.push([here, thread])
  }
  return runs
}

interface Run {
  readonly perSecond: number
  readonly stallMs: number
  readonly p99Ms: number
}

async function timed(store: Store, callers: number): Promise<Run> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const began = performance.now()
  let left = commitsPerRun
  const caller = async (): Promise<void> => {
    while (left-- > 0) await store.commit([newKey()])
  }
  await Promise.all(Array.from({ length: callers }, caller))
  const perSecond = (commitsPerRun / (performance.now() - began)) * 1000
  delay.disable()
  return { perSecond, stallMs: delay.max / 1e6, p99Ms: delay.percentile(99) / 1e6 }
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

const text = ({ min, median, max }: Spread): string => `${median.toFixed(1)} (${min.toFixed(1)}–${max.toFixed(1)})`
