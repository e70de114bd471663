import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { CreateAlias } from '../api/aliases.ts'
import { Encrypt } from '../api/cryptography.ts'
import { CreateKey, ListKeys } from '../api/keys.ts'
import type { Input, Operation } from '../api/operation.ts'
import type { Caller } from '../core/access/caller.ts'
import { createAlias } from '../core/aliases/create-alias.ts'
import { encrypt } from '../core/cryptography/encrypt.ts'
import { createKey } from '../core/keys/create-key.ts'
import { listKeys } from '../core/keys/list-keys.ts'
import type { Call, Kms } from '../core/kms.ts'
import { runDueWork } from '../core/schedule/schedule.ts'
import { openStore, type StoreOptions } from '../store/open-store.ts'
import { fill } from './fill.ts'
import { accountId, newRootKey, openKms } from './kms.ts'
import { machine, type Row, type RowSettings, type Spread, spread } from './measure.ts'

/*
 * What calls take with as many keys as --keys says, against 1,000 of them, by turns in one run; and how late
 * the event loop is at most meanwhile. On SQLite, or with --postgres on two databases that it makes and drops there.
 *
 *     npm run bench million -- [--keys 1000000] [--rounds 9] [--postgres postgres://user:password@host/postgres]
 */

const few = 1000
const pageSize = 100
const aim = '≤ 1.5'

interface Setting {
  readonly keys: number
  readonly rounds: number
  readonly postgres?: string | undefined
}

export async function run(args: readonly string[]): Promise<void> {
  console.log(machine())
  for (const { name, spread: of, lateMs, ms } of await measured(settingOf(args))) {
    const [min, median, max] = [of.min, of.median, of.max].map((value) => value.toFixed(2))
    console.log(
      `${name.padEnd(64)} ${median} (${min}–${max})   ${ms.toFixed(2)} ms a call, event loop late by at most ${lateMs.toFixed(1)} ms`,
    )
  }
}

/** On SQLite; most of the time is that of storing the keys. */
export async function rows({ isQuick }: RowSettings): Promise<readonly Row[]> {
  const keys = isQuick ? 2000 : 1_000_000
  const command = `npm run bench million -- --keys ${keys}`
  return (await measured({ keys, rounds: isQuick ? 1 : 9 })).map(({ name, spread: of }) => ({
    ...{ name, ratio: of.median, spread: of, aim, command },
  }))
}

function settingOf(args: readonly string[]): Setting {
  const { keys, rounds, postgres } = parseArgs({
    args: [...args],
    options: {
      keys: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '9' },
      postgres: { type: 'string' },
    },
  }).values
  return { keys: Number(keys), rounds: Number(rounds), postgres }
}

interface Measured {
  readonly name: string
  readonly spread: Spread
  /** of the large store */
  readonly lateMs: number
  readonly ms: number
}

async function measured(setting: Setting): Promise<readonly Measured[]> {
  await using held = new AsyncDisposableStack()
  const places = setting.postgres === undefined ? files(held) : await databases(held, setting.postgres)
  const [small, large] = [await filled(held, places[0], few), await filled(held, places[1], setting.keys)]
  const engine = setting.postgres === undefined ? 'SQLite' : 'PostgreSQL'
  const found: Measured[] = []
  for (const [name, { perRound, work }] of Object.entries(works)) {
    found.push({
      name: `${engine}, ${name}, ${setting.keys} keys / ${few}`,
      ...(await compare(small, large, { perRound, work, rounds: setting.rounds })),
    })
  }
  return found
}

function files(held: AsyncDisposableStack): readonly [StoreOptions, StoreOptions] {
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-bench-'))
  held.defer(() => rmSync(folder, { recursive: true, force: true }))
  return [
    { engine: 'sqlite', path: join(folder, 'few.db') },
    { engine: 'sqlite', path: join(folder, 'many.db') },
  ]
}

async function databases(held: AsyncDisposableStack, url: string): Promise<readonly [StoreOptions, StoreOptions]> {
  const client = held.adopt(new pg.Client(url), (open) => open.end())
  await client.connect()
  const made = async (name: string): Promise<StoreOptions> => {
    await client.query(`create database ${name}`)
    held.defer(async () => void (await client.query(`drop database ${name}`)))
    const of = new URL(url)
    of.pathname = `/${name}`
    return { engine: 'postgres', url: of.href }
  }
  return [await made(`keyhaven_bench_few_${process.pid}`), await made(`keyhaven_bench_many_${process.pid}`)]
}

/** A deployment and who calls it. */
interface Place {
  readonly kms: Kms
  readonly keys: number
  /** a key that encrypts */
  readonly keyId: string
}

async function filled(held: AsyncDisposableStack, options: StoreOptions, keys: number): Promise<Place> {
  const rootKey = newRootKey()
  const began = performance.now()
  await fill(options, { keys, accountId, rootKey })
  console.log(`${keys} keys and a tenth as many aliases stored in ${((performance.now() - began) / 1000).toFixed(0)} s`)
  const store = held.adopt(await openStore(options), (open) => open.close())
  const opened = openKms(store, rootKey)
  const limits = { ...opened.settings.limits, keys: Number.POSITIVE_INFINITY, aliases: Number.POSITIVE_INFINITY }
  const kms = { ...opened, settings: { ...opened.settings, limits } }
  const { keyMetadata } = await call(kms, CreateKey, createKey, newKey)
  return { kms, keys, keyId: keyMetadata.keyId }
}

const newKey = { keySpec: 'Aliyun_AES_256', origin: 'Aliyun_KMS', enableAutomaticRotation: false } as const
const list = ({ kms }: Place, pageNumber: number, filters: Input<typeof ListKeys>['filters'] = []) =>
  call(kms, ListKeys, listKeys, { pageNumber, pageSize, filters })
const lastPage = ({ keys }: Place): number => Math.ceil(keys / pageSize)
const waiting = [{ key: 'KeyState', values: ['PendingImport'] }]
const ofTwoSpecs = [...waiting, { key: 'KeySpec', values: ['Aliyun_AES_256', 'RSA_2048'] }]
let aliasNumber = 0

interface Work {
  readonly perRound: number
  readonly work: (place: Place) => Promise<unknown>
}

const works: Readonly<Record<string, Work>> = {
  CreateKey: { perRound: 20, work: ({ kms }) => call(kms, CreateKey, createKey, newKey) },
  'CreateKey by 32 callers': {
    perRound: 2,
    work: ({ kms }) => Promise.all(Array.from({ length: 32 }, () => call(kms, CreateKey, createKey, newKey))),
  },
  CreateAlias: {
    perRound: 20,
    work: ({ kms, keyId }) =>
      call(kms, CreateAlias, createAlias, { keyId, aliasName: `alias/bench/${process.pid}/${++aliasNumber}` }),
  },
  'ListKeys, first page': { perRound: 20, work: (place) => list(place, 1) },
  'ListKeys, last page': { perRound: 20, work: (place) => list(place, lastPage(place)) },
  'ListKeys, first page of a state': { perRound: 20, work: (place) => list(place, 1, waiting) },
  'ListKeys, last page of a state and two specs': {
    perRound: 20,
    work: (place) => list(place, Math.ceil(lastPage(place) / 2), ofTwoSpecs),
  },
  Encrypt: {
    perRound: 500,
    work: ({ kms, keyId }) => call(kms, Encrypt, encrypt, { keyId, plaintext: 'a'.repeat(32), dryRun: false }),
  },
  'due work, when nothing is due': { perRound: 3, work: ({ kms }) => runDueWork(kms) },
}

function call<O extends Operation, Out>(
  kms: Kms,
  operation: O,
  behaviour: (call: Call, input: Input<O>) => Out,
  input: Input<O>,
): Out {
  const caller: Caller = {
    ...{ accountId, identity: { type: 'Account', id: accountId, name: 'root' }, accessKeyId: 'bench', policies: [] },
    ...{ authentication: 'AccessKey', sourceAddress: '127.0.0.1', secureTransport: true },
  }
  return behaviour({ kms, caller, operation, requestId: 'bench', audit: {} }, input)
}

/** The two by turns, since the machine is faster at one time than at another; the first round only warms up. */
async function compare(small: Place, large: Place, { perRound, work, rounds }: Work & { readonly rounds: number }) {
  const [ratios, times]: [number[], number[]] = [[], []]
  let lateMs = 0
  for (let round = -1; round < rounds; round++) {
    const base = await timed(small, work, perRound)
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const other = await timed(large, work, perRound)
    delay.disable()
    if (round < 0) continue
    lateMs = Math.max(lateMs, delay.max / 1e6)
    ratios.push(other / base)
    times.push(other)
  }
  return { spread: spread(ratios), lateMs, ms: spread(times).median }
}

/** Milliseconds of one call: the median of some, since one of them may have met somebody else's burst. */
async function timed(place: Place, work: Work['work'], count: number): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < count; n++) {
    const began = performance.now()
    await work(place)
    times.push(performance.now() - began)
    // what is read from SQLite never leaves the event loop, and how late that is shows only when it turns
    await nextTurn()
  }
  return spread(times).median
}
