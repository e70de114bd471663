import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { temporaryFolder } from '../../../test/kit/audit.ts'
import { accountCaller, actor, answerOf } from '../../../test/kit/calls.ts'
import { anySteps, GatedProcess, interleave, type Shared } from '../../../test/kit/interleaving.ts'
import { testKms } from '../../../test/kit/kms.ts'
import * as api from '../../api/secrets.ts'
import { randomBytes } from '../../crypto/random.ts'
import { openStore } from '../../store/open-store.ts'
import { KmsError } from '../errors.ts'
import type { Kms } from '../kms.ts'
import type { RotationTarget } from '../rotation-target.ts'
import { runDueWork } from '../schedule/schedule.ts'
import { createSecret } from './create-secret.ts'
import { getSecretValue } from './get-secret-value.ts'
import { putSecretValue } from './put-secret-value.ts'
import { rotateSecret } from './rotate-secret.ts'
import { secretId, secrets, secretVersions } from './secret.ts'
import { openValue, storedVersion } from './secret-value.ts'
import { maxStages, maxVersions } from './stages.ts'
import { updateSecretRotationPolicy } from './update-secret-rotation-policy.ts'
import { updateSecretVersionStage } from './update-secret-version-stage.ts'

const lease = 301_000

/** A database that takes whatever password it is told last. */
interface Database {
  password: string
  prepared: number
}

/** What a process does to the database; it stops before each step. */
const targetOf = (database: Database, process: GatedProcess): RotationTarget => ({
  prepare: async () => JSON.stringify({ AccountName: 'app', AccountPassword: `p${++database.prepared}` }),
  apply: (_state, next) =>
    process.gate('apply', async () => {
      database.password = JSON.parse(next).AccountPassword
    }),
  accepts: (_state, value) => process.gate('ask', async () => JSON.parse(value).AccountPassword === database.password),
})

type Op = 'rotate' | 'due'
const ops: fc.Arbitrary<Op[]> = fc.array(fc.constantFrom('rotate', 'due'), { minLength: 1, maxLength: 4 })

/** @param path - of the SQLite file that the processes share; in memory unless given */
async function world(path = ':memory:') {
  const database: Database = { password: 'first', prepared: 0 }
  const shared: Shared = {
    store: await openStore({ engine: 'sqlite', path }),
    rootKey: randomBytes(32),
    time: Date.UTC(2026, 10, 21, 22),
  }
  const { kms: plain } = await testKms({ rootKey: shared.rootKey, store: shared.store, cachedRecords: 0 })
  const free: GatedProcess = { gate: (_at: string, work: () => Promise<unknown>) => work() } as never
  const kms: Kms = {
    ...plain,
    now: () => new Date(shared.time),
    rotationTarget: () => targetOf(database, free),
  }
  await actor(kms)(api.CreateSecret, createSecret, {
    ...{ secretName: 'db', versionId: 'v1', secretType: 'Rds', enableAutomaticRotation: true, rotationInterval: '6h' },
    secretData: '{"Accounts":[{"AccountName":"app","AccountPassword":"first"}]}',
    extendedConfig: '{"SecretSubType":"SingleUser","DBInstanceId":"rm-1"}',
  })
  const start = (store = shared.store) =>
    GatedProcess.start(shared, (process) => ({ rotationTarget: () => targetOf(database, process) }), store)
  return { kms, shared, database, start }
}

/** The password of the current version, and that of a rotation that has begun. */
async function passwords(kms: Kms): Promise<readonly string[]> {
  const secret = await kms.records.get(secrets, secretId(kms.settings.accountId, 'db'))
  assert.ok(secret)
  const { content, managed } = secret.body
  const ids = [content.stages.ACSCurrent, managed?.rotating?.versionId].filter((id) => id !== undefined)
  const call = { kms, caller: accountCaller(kms), operation: { name: 'test', actions: [] }, audit: {}, requestId: '' }
  return Promise.all(
    ids.map(async (id) => {
      const value = await openValue(call, secret, await storedVersion(call, secret, id), { isShown: false })
      return JSON.parse(value).AccountPassword as string
    }),
  )
}

let versions = 0
async function perform(kms: Kms, op: Op): Promise<void> {
  try {
    if (op === 'due') await runDueWork(kms)
    else {
      const versionId = `r${++versions}`
      await actor(kms)(api.RotateSecret, rotateSecret, { secretName: 'db', versionId })
    }
  } catch (error) {
    if (!(error instanceof KmsError)) throw error
    assert.ok(['Rejected.ResourceInUse', 'Rejected.Unavailable'].includes(error.code), error.code)
  }
}

test('two processes rotate one secret at once, paused and dying anywhere: the record says which password works', async () => {
  await fc.assert(
    fc.asyncProperty(ops, ops, anySteps([600, lease]), async (one, other, steps) => {
      const { kms, shared, database, start } = await world()
      shared.time += 12 * 3_600_000
      await interleave({
        ...{ start: () => start(), todo: [one, other], steps, perform },
        async check() {
          const known = await passwords(kms)
          assert.ok(known.includes(database.password), `${database.password} is none of ${known}`)
        },
        wait(ms, stops) {
          // A database that takes longer than any lease is beyond what a record can say.
          if (ms < lease || !stops.includes('apply')) shared.time += ms
        },
      })
      // Whoever finds it Invalid turns it on again; what was left is finished by whoever comes next.
      const again = { secretName: 'db', enableAutomaticRotation: true, rotationInterval: '6h' }
      await actor(kms)(api.UpdateSecretRotationPolicy, updateSecretRotationPolicy, again)
      const before = database.password
      for (const what of ['what was left', 'a rotation of its own']) {
        shared.time += 12 * 3_600_000
        assert.deepEqual((await runDueWork(kms)).failed, [])
        assert.deepEqual(await passwords(kms), [database.password], what)
      }
      assert.notEqual(database.password, before)
      await shared.store.close()
    }),
    { numRuns: 30 },
  )
})

test('a process that was paused for longer than its lease does not undo what another has done since', async (context) => {
  for (const at of ['ask', 'commit', 'apply']) {
    const path = join(temporaryFolder(context), 'keyhaven.db')
    const { kms, shared, database, start } = await world(path)
    const store = await openStore({ engine: 'sqlite', path })
    const [paused, other] = [await start(), await start(store)]
    paused.begin(() => perform(paused.kms, 'rotate'))
    while ((await paused.stopped()) !== 'ask') paused.goOn()
    while ((await paused.stopped()) !== at) paused.goOn()
    shared.time += lease
    other.begin(() => perform(other.kms, 'rotate'))
    while (await other.stopped()) other.goOn()
    // what the paused one had kept, and one of its own
    assert.equal(database.prepared, 2)
    assert.deepEqual(await passwords(kms), [database.password])
    while (await paused.stopped()) paused.goOn()
    assert.deepEqual(await passwords(kms), [database.password], `paused before ${at}`)
    assert.equal(database.password, 'p2')
    await store.close()
    await shared.store.close()
  }
})

type Change =
  | { readonly put: string; readonly data: string; readonly stages: readonly string[] }
  | { readonly move: string; readonly to?: string; readonly from?: string }
  | { readonly read: string }

const version = fc.integer({ min: 1, max: 14 }).map((n) => `v${n}`)
const label = fc.constantFrom('ACSCurrent', 'ACSPrevious', 'a', 'b', 'c')
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      put: version,
      data: fc.constantFrom('x', 'y'),
      stages: fc.uniqueArray(label, { maxLength: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ move: label, to: version, from: version }, { requiredKeys: ['move'] }) },
  { weight: 1, arbitrary: fc.record({ read: version }) },
)
const refusals = [
  ...['Rejected.ResourceExist', 'Rejected.LimitExceeded', 'Rejected.InvalidRequest', 'Rejected.UnsupportedOperation'],
  'Forbidden.ResourceNotFound',
]

test('whatever two processes do with the versions of one secret, and wherever they die, its stages stay in order', async () => {
  const changes = fc.array(change, { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(changes, changes, anySteps([200, 600]), async (one, other, steps) => {
      const { kms, shared, start } = await world()
      const names = { secretName: 'app' }
      await actor(kms)(api.CreateSecret, createSecret, { ...names, versionId: 'v1', secretData: 'first' })
      // So many that the next ones have to make room.
      for (const versionId of ['v2', 'v3', 'v4', 'v5', 'v6', 'v7', 'v8', 'v9']) {
        const put = { ...names, versionId, secretData: 'x', versionStages: ['a'] }
        await actor(kms)(api.PutSecretValue, putSecretValue, put)
      }
      const known = new Map<string, string>()
      const ever = new Set<string>()
      let hadPrevious = false
      const stored = async () => {
        const secret = await kms.records.get(secrets, secretId(kms.settings.accountId, 'app'))
        assert.ok(secret)
        return secret.body
      }
      const dataOf = async (versionId: string) =>
        (await actor(kms)(api.GetSecretValue, getSecretValue, { ...names, versionId })).secretData
      const check = async () => {
        const { uid, content } = await stored()
        const ids = content.versions.map(({ id }) => id)
        assert.ok(ids.includes(content.stages.ACSCurrent ?? ''))
        assert.deepEqual(
          Object.values(content.stages).filter((holder) => !ids.includes(holder)),
          [],
        )
        assert.ok(ids.length <= maxVersions && Object.keys(content.stages).length <= maxStages)
        assert.ok(!hadPrevious || content.stages.ACSPrevious !== undefined)
        hadPrevious = content.stages.ACSPrevious !== undefined
        const kept = await kms.records.list(secretVersions, { secret: [uid] }, { offset: 0, limit: 100 })
        assert.deepEqual(new Set(kept.items.map(({ body }) => body.versionId)), new Set(ids))
        for (const id of [...known.keys()].filter((former) => !ids.includes(former))) known.delete(id)
        for (const id of ids) {
          const data = await dataOf(id)
          assert.equal(data, known.get(id) ?? data, `${id} has changed its value`)
          known.set(id, data)
          ever.add(`${id} ${data}`)
        }
      }
      await check()
      const attempt = async (process: Kms, wanted: Change) => {
        const as = actor(process)
        if ('put' in wanted) {
          const { put: versionId, data: secretData, stages: versionStages } = wanted
          await as(api.PutSecretValue, putSecretValue, { ...names, versionId, secretData, versionStages })
        } else if ('move' in wanted) {
          const { move: versionStage, to: moveToVersion, from: removeFromVersion } = wanted
          const move = { ...names, versionStage, moveToVersion, removeFromVersion }
          await as(api.UpdateSecretVersionStage, updateSecretVersionStage, move)
        } else {
          const { secretData } = await as(api.GetSecretValue, getSecretValue, { ...names, versionId: wanted.read })
          // What is in memory may be a moment old: a value that the version has had, before it went and came again.
          assert.ok(ever.has(`${wanted.read} ${secretData}`))
        }
      }
      const perform = async (process: Kms, wanted: Change) => {
        const outcome = await answerOf(attempt(process, wanted))
        assert.ok(outcome === 'ok' || refusals.includes(outcome), outcome)
      }
      const wait = (ms: number) => {
        shared.time += ms
      }
      await interleave({ start: () => start(), todo: [one, other], steps, perform, check, wait })
      await shared.store.close()
    }),
    { numRuns: 20 },
  )
})
