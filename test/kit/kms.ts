import { createHash } from 'node:crypto'
import { encryptionCounter } from '../../src/core/cryptography/encryption-counts.ts'
import { openedMaterials } from '../../src/core/key-material/opened-materials.ts'
import type { Kms, Settings } from '../../src/core/kms.ts'
import { LastUses } from '../../src/core/last-use.ts'
import { rootKeyOf } from '../../src/core/sealing/root-key.ts'
import { SealedRecords } from '../../src/core/sealing/sealed-records.ts'
import type { ServiceView } from '../../src/core/service-view.ts'
import type { Store } from '../../src/core/store.ts'
import { formatTime } from '../../src/core/time.ts'
import { randomBytes } from '../../src/crypto/random.ts'
import { openStore } from '../../src/store/open-store.ts'

// const { kms, advance } = await testKms()
// const { kms, store, records, tampered } = await testKms({ settings: { allowEcb: true }, seed: 'any text' })
//
// Callers of operations are in calls.ts: actor(kms), accountCaller(kms), userCaller(kms, statements).

export interface TestKmsOptions {
  /** instead of the account 1000000000000001 in cn-hangzhou with its usual limits */
  readonly settings?: Partial<Settings>
  /** where the clock stands at first; it only moves by `advance` */
  readonly now?: Date
  /** makes all randomness that comes through the Kms the same at every run */
  readonly seed?: string
  /** of the deployment; random unless given */
  readonly rootKey?: Uint8Array
  /** instead of a new SQLite store in memory */
  readonly store?: Store
  /** records kept in memory; 0 sends every read to the store */
  readonly cachedRecords?: number
  /** how long a record in memory counts as what is stored, by `monotonicMs` */
  readonly cachedMs?: number
  readonly monotonicMs?: () => number
}

export interface TestKms {
  readonly kms: Kms
  /** moves the clock of the Kms */
  advance(milliseconds: number): void
  readonly store: Store
  /** `kms.records` with its keyring, to seal, unseal and forget */
  readonly records: SealedRecords
  /** `kind id` of every record that was found altered */
  readonly tampered: readonly string[]
}

/** A whole `Kms`, unsealed, that lives in memory. Needs no closing. */
export async function testKms(options: TestKmsOptions = {}): Promise<TestKms> {
  const clock = { time: (options.now ?? new Date('2026-11-21T22:00:00Z')).getTime() }
  const now = () => new Date(clock.time)
  const random = options.seed === undefined ? randomBytes : seededRandom(options.seed)
  const store = options.store ?? (await openStore({ engine: 'sqlite', path: ':memory:' }))
  const tampered: string[] = []
  const records = new SealedRecords({
    store,
    randomBytes: random,
    onTampering: (kind, id) => tampered.push(`${kind} ${id}`),
    ...(options.cachedRecords === undefined ? {} : { cachedRecords: options.cachedRecords }),
    cachedMs: options.cachedMs,
    ...(options.monotonicMs === undefined ? {} : { monotonicMs: options.monotonicMs }),
  })
  const rootKey = rootKeyOf(Uint8Array.from(options.rootKey ?? random(32)), 'test-deployment')
  records.keyring.unseal({ rootKey })
  const materials = openedMaterials({ sealing: records.sealing, monotonicMs: () => clock.time })
  records.keyring.whenSealed(() => materials.clear())
  const kms: Kms = {
    records,
    sealing: records.sealing,
    materials,
    encryptions: encryptionCounter(records),
    lastUses: new LastUses(records, clock.time),
    settings: { ...usualSettings, ...options.settings },
    serviceView: quietService(now),
    now,
    randomBytes: random,
  }
  const advance = (milliseconds: number) => {
    clock.time += milliseconds
  }
  return { kms, advance, store, records, tampered }
}

/** A service of which nothing is known but that it runs. */
const quietService = (now: () => Date): ServiceView => ({
  status: async () => ({
    ...{ version: '0', mode: 'development', node: 'test', regionId: 'cn-hangzhou', accountId: '1000000000000001' },
    ...{
      startTime: formatTime(now()),
      uptimeSeconds: 0,
      seal: 'development',
      nodes: [],
      certificates: [],
      settings: [],
    },
    store: { engine: 'sqlite', healthy: true },
    audit: { receivers: [], healthy: true, space: 'ample', records: 0 },
    clock: { trusted: true, time: formatTime(now()) },
  }),
  queryAudit: async () => ({ auditRecords: [] }),
  verifyAudit: async () => ({
    ...{ state: 'Finished', verdict: 'Intact', firstRecord: 1, lastRecord: 0, signedRecords: 0, problems: [] },
    startTime: formatTime(now()),
  }),
  metrics: async () => [],
})

const usualSettings: Settings = {
  regionId: 'cn-hangzhou',
  regions: ['cn-hangzhou'],
  accountId: '1000000000000001',
  allowEcb: false,
  sevenDaysBetweenVersions: false,
  limits: { keys: 10_000, aliases: 10_000, secrets: 10_000, keyVersions: 10_000, encryptionsPerVersion: 2 ** 32 },
}

function seededRandom(seed: string): (length: number) => Uint8Array {
  let calls = 0
  return (length) =>
    new Uint8Array(createHash('shake256', { outputLength: length }).update(`${seed} ${calls++}`).digest())
}
