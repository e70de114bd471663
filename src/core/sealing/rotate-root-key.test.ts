import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anySteps, GatedProcess, interleave } from '../../../test/kit/interleaving.ts'
import { randomBytes } from '../../crypto/random.ts'
import { openStore } from '../../store/open-store.ts'
import { KmsError } from '../errors.ts'
import type { Records } from '../records.ts'
import { recordKind } from '../records.ts'
import { Conflict, type Store } from '../store.ts'
import { isAuthentic } from './authentic-record.ts'
import { changeSeal } from './change-seal.ts'
import { readDeployment } from './deployment.ts'
import { environmentSeal } from './key-seal.ts'
import { Keyring } from './keyring.ts'
import { type RootKey, rootKeyOf } from './root-key.ts'
import { beginRotation, finishRotation, type RotationParts, type RotationWatch } from './rotate-root-key.ts'
import { UnsealFailure } from './seal.ts'
import { SealedRecords } from './sealed-records.ts'
import { initialise, unseal } from './unseal.ts'

interface Box {
  readonly accountId: string
  readonly count: number
}
const boxes = recordKind<Box>({ name: 'box', indexes: ({ accountId }) => [['account', accountId]] })

const seal = environmentSeal('6c'.repeat(32))
const facts = {
  ...{ deploymentId: 'test-deployment', accountId: '1000000000000001', mode: 'production' as const },
  ...{ now: new Date('2026-11-21T22:00:00Z'), randomBytes },
} as const
const secretOf = (id: string, count: number): Uint8Array => Buffer.from(`${id} ${count}`)

async function put(records: Records, id: string, accountId = '1'): Promise<void> {
  await records.transaction(async (transaction) => {
    const found = await transaction.get(boxes, id)
    const count = (found?.body.count ?? 0) + 1
    const secret = secretOf(id, count)
    if (found) await transaction.update(boxes, found, { accountId: found.body.accountId, count }, secret)
    else await transaction.insert(boxes, id, { accountId, count }, secret)
  })
}

/** The same records in a store of their own. */
async function copied(store: Store): Promise<Store> {
  const copy = await openStore({ engine: 'sqlite', path: ':memory:' })
  const { records } = await store.scan(0, 1000)
  await copy.commit(records.map((record) => ({ type: 'insert', record })))
  return copy
}

/** A process that has the root secret. */
async function started(store: Store, options: { onLost?: () => void } = {}) {
  const tampered: string[] = []
  const onTampering = (kind: string, id: string) => tampered.push(`${kind} ${id}`)
  const records = new SealedRecords({ store, randomBytes, onTampering, cachedRecords: 0, ...options })
  const opened = await unseal(store, seal)
  records.keyring.unseal(opened)
  return { records, tampered, opened, parts: partsOf(store, records) }
}

const partsOf = (store: Store, { keyring, follower }: SealedRecords): RotationParts => {
  return { store, keyring, follower, randomBytes, now: () => new Date('2026-11-26T00:00:00Z') }
}

const watch: RotationWatch = { onTampering: () => {}, tell: () => {}, settle: async () => {} }

async function rotate(parts: RotationParts): Promise<void> {
  if (parts.keyring.nextRootKey === undefined) await beginRotation(parts, seal, ['audit-chain/here'])
  await finishRotation(parts, watch)
}

/** Two accounts, and more records than one batch holds. */
async function deployed(boxCount = 130) {
  const store = await openStore({ engine: 'sqlite', path: ':memory:' })
  await initialise(store, seal, facts)
  const { records, opened } = await started(store)
  for (let n = 0; n < boxCount; n++) await put(records, `box ${n}`, String(n % 2))
  return { store, former: copyOf(opened.rootKey) }
}

const copyOf = ({ secret, deploymentId }: RootKey): RootKey => rootKeyOf(secret.export(), deploymentId)

/** Everything reads as it was written. @returns how many there are */
async function requireWhole(store: Store): Promise<number> {
  const { records, tampered } = await started(store)
  const { items } = await records.list(boxes, {}, { offset: 0, limit: 1000 })
  for (const box of items) {
    const secret = await records.sealing.open(boxes, box)
    assert.equal(Buffer.from(secret).toString(), `${box.id} ${box.body.count}`)
  }
  assert.deepEqual(tampered, [])
  return items.length
}

/** Nothing in the store was written under this root key, or opens with it. */
async function requireForgotten(store: Store, former: RootKey): Promise<void> {
  const keyring = new Keyring()
  keyring.unseal({ rootKey: former })
  const { records } = await store.scan(0, 1000)
  assert.deepEqual(
    records.filter((record) => isAuthentic(keyring, record)).map(({ kind, id }) => `${kind} ${id}`),
    [],
  )
  const thief = new SealedRecords({ store, randomBytes, cachedRecords: 0 })
  thief.keyring.unseal({ rootKey: former })
  await assert.rejects(thief.get(boxes, 'box 0'), KmsError)
  assert.equal(thief.keyring.isSealed, true)
}

test('a new root key takes over everything, and the former one opens nothing any more', async () => {
  const { store, former } = await deployed()
  const { records, parts } = await started(store)
  const derived = (label: 'import-token' | 'challenge' | 'audit-chain/here') =>
    Buffer.from(records.keyring.derive(label)).toString('hex')
  const before = [derived('import-token'), derived('audit-chain/here'), derived('challenge')]
  const progress: number[] = []
  await beginRotation(parts, seal, ['audit-chain/here'])
  await put(records, 'box 1')
  const outcome = await finishRotation(parts, { ...watch, tell: ({ done, total }) => progress.push(done / total) })
  // 130 boxes but the one written since, and the keys of two accounts
  assert.deepEqual(outcome, { rekeyed: 131, altered: 0 })
  assert.ok(progress.length >= 2 && progress.at(-1) === 1)
  assert.equal((await readDeployment(store))?.rootKeyVersion, 2)
  assert.equal(await requireWhole(store), 130)
  await requireForgotten(store, former)
  const [token, chain, challenge] = before
  assert.deepEqual([derived('import-token'), derived('audit-chain/here')], [token, chain])
  assert.notEqual(derived('challenge'), challenge)
  // once more: what has outlived one key outlives the next
  const second = copyOf((await unseal(store, seal)).rootKey)
  await rotate((await started(store)).parts)
  await requireForgotten(store, second)
  assert.equal(await requireWhole(store), 130)
  const { keyring } = (await started(store)).records
  assert.equal(Buffer.from(keyring.derive('audit-chain/here')).toString('hex'), chain)
})

test('a record that somebody altered is not made genuine by it', async () => {
  const { store } = await deployed(3)
  const stored = await store.get('box', 'box 1')
  assert.ok(stored)
  await store.commit([{ type: 'rekey', record: { ...stored, mac: stored.mac.map((byte) => byte ^ 1) } }])
  const { parts, records } = await started(store)
  await beginRotation(parts, seal)
  const told: string[] = []
  const outcome = await finishRotation(parts, { ...watch, onTampering: (kind, id) => told.push(`${kind} ${id}`) })
  assert.equal(outcome.altered, 1)
  assert.deepEqual(told, ['box box 1'])
  await assert.rejects(records.get(boxes, 'box 1'), { code: 'InternalFailure' })
  assert.equal((await records.get(boxes, 'box 2'))?.id, 'box 2')
})

/** A store whose process is killed at one of its writes: before it is made, or before its answer comes. */
function mortal(store: Store, { at, isApplied }: { at: number; isApplied: boolean }) {
  let writes = 0
  const killed = new Error('killed')
  const alive = <T>(work: () => Promise<T>): Promise<T> => (writes > at ? Promise.reject(killed) : work())
  const mortalStore: Store = {
    get: (kind, id) => alive(() => store.get(kind, id)),
    list: (kind, filter, page) => alive(() => store.list(kind, filter, page)),
    scan: (after, limit) => alive(() => store.scan(after, limit)),
    commit: (changes) =>
      alive(async () => {
        const isLast = writes++ === at
        if (isLast && !isApplied) throw killed
        await store.commit(changes)
        if (isLast) throw killed
      }),
    close: () => store.close(),
  }
  return { store: mortalStore, hasDied: () => writes > at }
}

test('killed before or after any of its writes, it is whole, and is gone on with', async () => {
  let moments = 0
  const { store: original, former } = await deployed(110)
  for (const isApplied of [false, true]) {
    for (let at = 0; ; at++) {
      const store = await copied(original)
      const { store: killedStore, hasDied } = mortal(store, { at, isApplied })
      const { parts } = await started(killedStore)
      await rotate(parts).catch((error: unknown) => assert.match(String(error), /killed/))
      assert.equal(await requireWhole(store), 110)
      if (!hasDied()) break
      moments++
      const next = await started(store)
      await put(next.records, 'box 7')
      await put(next.records, 'box of another account', '3')
      const isDone = (await readDeployment(store))?.rootKeyVersion === 2
      if (!isDone) await rotate(next.parts)
      assert.equal(await requireWhole(store), 111)
      await requireForgotten(store, former)
      await store.close()
    }
  }
  // begin, two batches, end; each before and after
  assert.equal(moments, 8)
})

test('another server follows, whenever it comes by; one that slept through all of it is sealed', async () => {
  const { store } = await deployed(5)
  const { parts } = await started(store)
  const lost: string[] = []
  const [reader, writer, idle, sleeper] = await Promise.all(
    ['reader', 'writer', 'idle', 'sleeper'].map((name) => started(store, { onLost: () => lost.push(name) })),
  )
  assert.ok(reader && writer && idle && sleeper)
  await beginRotation(parts, seal)
  await put(writer.records, 'box 0')
  await put(writer.records, 'of a new account', '9')
  assert.equal((await reader.records.get(boxes, 'box 0'))?.body.count, 2)
  await idle.records.follower.follow()
  await finishRotation(parts, watch)
  for (const { records } of [reader, writer, idle]) {
    await put(records, 'box 1')
    assert.equal((await records.get(boxes, 'box 2'))?.body.count, 1)
    assert.equal(records.keyring.nextRootKey, undefined)
  }
  await assert.rejects(put(sleeper.records, 'box 1'), { code: 'ServiceUnavailableTemporary' })
  assert.deepEqual(lost, ['sleeper'])
  assert.equal(sleeper.records.keyring.isSealed, true)
  assert.equal(await requireWhole(store), 6)
})

test('what was on its way to the store when the root key changed is not written under the former one', async () => {
  for (const isEnded of [false, true]) {
    const { store } = await deployed(2)
    const { parts } = await started(store)
    const arrived = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    const slow: Store = {
      get: (kind, id) => store.get(kind, id),
      list: (kind, filter, page) => store.list(kind, filter, page),
      scan: (after, limit) => store.scan(after, limit),
      async commit(changes) {
        arrived.resolve()
        await released.promise
        await store.commit(changes)
      },
      close: () => store.close(),
    }
    const { records } = await started(slow)
    const writing = put(records, 'box 1')
    const outcome = writing.then(
      () => 'done',
      (error: unknown) => (error instanceof KmsError ? error.code : String(error)),
    )
    await arrived.promise
    await beginRotation(parts, seal)
    if (isEnded) await finishRotation(parts, watch)
    released.resolve()
    // begun: it is decided anew, under the new key; ended: whoever is so late has to be unsealed
    assert.equal(await outcome, isEnded ? 'ServiceUnavailableTemporary' : 'done')
    await finishRotation(parts, watch)
    await requireWhole(store)
  }
})

test('a wrong secret begins nothing, nor does a second change or one of the seal get in between', async () => {
  const { store } = await deployed(1)
  const { parts, opened } = await started(store)
  const isFailure = (reason: string) => (error: unknown) => error instanceof UnsealFailure && error.reason === reason
  await assert.rejects(beginRotation(parts, environmentSeal('00'.repeat(32))), isFailure('wrong-secret'))
  assert.equal(parts.keyring.nextRootKey, undefined)
  await beginRotation(parts, seal)
  await assert.rejects(beginRotation(parts, seal), isFailure('rotating'))
  await assert.rejects(changeSeal(store, opened.rootKey, environmentSeal('11'.repeat(32))), isFailure('rotating'))
  await finishRotation(parts, watch)
  await requireWhole(store)
})

type Op = 'rotate' | 'finish' | 'put' | 'put another'
const ops: fc.Arbitrary<Op[]> = fc.array(fc.constantFrom('rotate', 'finish', 'put', 'put another'), {
  minLength: 2,
  maxLength: 8,
})

test('who ends a change that another has ended, and followed by the next, leaves that as it is', async () => {
  const { store } = await deployed(3)
  const other = (await started(store)).parts
  let meanwhile: (() => Promise<void>) | undefined
  const late: Store = {
    ...{ list: store.list.bind(store), scan: store.scan.bind(store), commit: store.commit.bind(store) },
    ...{ close: () => store.close() },
    async get(kind, id) {
      const work = meanwhile
      meanwhile = undefined
      await work?.()
      return store.get(kind, id)
    },
  }
  const { parts } = await started(late)
  await beginRotation(parts, seal)
  const settle = async (): Promise<void> => {
    meanwhile = async () => {
      await other.follower.follow()
      await finishRotation(other, watch)
      await beginRotation(other, seal)
    }
  }
  await finishRotation(parts, { ...watch, settle })
  assert.equal(await requireWhole(store), 3)
  await finishRotation(other, watch)
  assert.equal(await requireWhole(store), 3)
  assert.equal((await readDeployment(store))?.rootKeyVersion, 3)
  await store.close()
})

test('two processes change the root key and write at once, dying anywhere: everything stays readable', async () => {
  const { store: original } = await deployed(3)
  await fc.assert(
    fc.asyncProperty(ops, ops, anySteps([600]), async (one, other, steps) => {
      const store = await copied(original)
      const gates = new WeakMap<object, GatedProcess>()
      const start = async (): Promise<GatedProcess> => {
        const rootKey = (await unseal(store, seal)).rootKey.secret.export()
        const process = await GatedProcess.start({ store, rootKey, time: 0 })
        gates.set(process.kms, process)
        return process
      }
      const perform = async (process: GatedProcess, op: Op): Promise<void> => {
        const records = process.kms.records as SealedRecords
        const parts = partsOf(gated(process, store), records)
        if (op === 'put') return put(records, 'box 1')
        if (op === 'put another') return put(records, 'of another account', '7')
        await records.follower.follow()
        if (op === 'rotate') await rotate(parts)
        else await finishRotation(parts, watch)
      }
      await interleave<Op>({
        ...{ start, todo: [one, other], steps },
        async perform(kms, op) {
          const process = gates.get(kms)
          assert.ok(process)
          try {
            await perform(process, op)
          } catch (error) {
            // the other one began at the same time; what has slept through a change is sealed
            const isBehind = error instanceof KmsError && error.code === 'ServiceUnavailableTemporary'
            if (!isBehind && !(error instanceof Conflict) && !(error instanceof UnsealFailure)) throw error
          }
        },
        async check() {
          await requireWhole(store)
        },
        wait: () => {},
      })
      const { parts } = await started(store)
      await rotate(parts)
      assert.ok((await requireWhole(store)) >= 3)
      await store.close()
    }),
    { numRuns: 20 },
  )
})

const gated = (process: GatedProcess, store: Store): Store => ({
  get: (kind, id) => process.gate('read', () => store.get(kind, id)),
  list: (kind, filter, page) => process.gate('read', () => store.list(kind, filter, page)),
  scan: (after, limit) => process.gate('read', () => store.scan(after, limit)),
  commit: (changes) => process.gate('commit', () => store.commit(changes)),
  close: () => store.close(),
})
