import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { actor } from '../../test/kit/calls.ts'
import { countingStore } from '../../test/kit/counting-store.ts'
import { testKms } from '../../test/kit/kms.ts'
import { CreateKey, ScheduleKeyDeletion } from '../api/keys.ts'
import { openStore } from '../store/open-store.ts'
import { KmsError } from './errors.ts'
import { createKey } from './keys/create-key.ts'
import { keyLastUse, keys } from './keys/key.ts'
import { scheduleKeyDeletion } from './keys/schedule-key-deletion.ts'
import { LastUses, type Usable } from './last-use.ts'
import { runDueWork } from './schedule/schedule.ts'
import { type Store, StoreUnavailable } from './store.ts'

/** Something that is always there. */
const thing = (name: string): Usable => ({ name, exists: async () => true })

describe('last uses', () => {
  test('are known at once where they happened, and elsewhere and later once they were flushed', async () => {
    const { kms } = await testKms()
    const [here, there] = [new LastUses(kms.records, 0), new LastUses(kms.records, 0)]
    here.note([thing('a')], 'Encrypt', 5)
    assert.deepEqual([(await here.of(thing('a')))?.at, await there.of(thing('a'))], [5, undefined])
    await here.flush()
    assert.deepEqual(await there.of(thing('a')), { at: 5, by: 'Encrypt' })
    assert.deepEqual(await new LastUses(kms.records, 0).of(thing('a')), { at: 5, by: 'Encrypt' })
  })

  test('are the latest, in whatever order several nodes note and flush them', async () => {
    const names = ['a', 'b', 'c']
    const step = fc.record({
      node: fc.nat(2),
      does: fc.oneof(
        fc.record({ name: fc.constantFrom(...names), at: fc.integer({ min: 1, max: 50 }) }),
        fc.constant('flush' as const),
      ),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { kms } = await testKms()
        const nodes = Array.from({ length: 3 }, () => new LastUses(kms.records, 0))
        const latest = new Map<string, number>()
        const flushes: Promise<void>[] = []
        for (const { node, does } of steps) {
          if (does === 'flush') flushes.push(nodes[node]?.flush() ?? Promise.reject(new Error('no node')))
          else {
            nodes[node]?.note([thing(does.name)], 'Encrypt', does.at)
            latest.set(does.name, Math.max(does.at, latest.get(does.name) ?? 0))
          }
        }
        await Promise.all([...flushes, ...nodes.map((node) => node.flush())])
        const told = async (of: LastUses) => Promise.all(names.map(async (name) => (await of.of(thing(name)))?.at))
        const expected = names.map((name) => latest.get(name))
        for (const node of [...nodes, new LastUses(kms.records, 0)]) assert.deepEqual(await told(node), expected)
      }),
      { numRuns: 40 },
    )
  })

  test('of any number are flushed in a few writes, and noted without any', async () => {
    const { store, uses } = countingStore(await openStore({ engine: 'sqlite', path: ':memory:' }))
    const { kms } = await testKms({ store })
    const lastUses = new LastUses(kms.records, 0)
    await lastUses.flush()
    uses.commits = 0
    for (let at = 0; at < 10_000; at++) lastUses.note([thing(`${at % 80}`)], 'Encrypt', at)
    assert.equal(uses.commits, 0)
    await lastUses.flush()
    assert.equal(uses.commits, 1)
    await lastUses.flush()
    assert.equal(uses.commits, 1)
  })

  test('of very many do not wait for the regular flush', async () => {
    const { store, uses } = countingStore(await openStore({ engine: 'sqlite', path: ':memory:' }))
    const { kms } = await testKms({ store })
    const lastUses = new LastUses(kms.records, 0, { mostPending: 500 })
    for (let n = 0; n < 99; n++) lastUses.note([thing(`${n}`)], 'Encrypt', n)
    await setImmediate()
    assert.equal(uses.reads, 0)
    lastUses.note([thing('99')], 'Encrypt', 99)
    await setImmediate()
    assert.ok(uses.reads > 0)
    await lastUses.flush()
  })

  test('stay in memory while the store takes no writes, up to a number, and are kept when it does', async () => {
    const inner = await openStore({ engine: 'sqlite', path: ':memory:' })
    const state: { isReadOnly: boolean } = { isReadOnly: false }
    const away = () => new StoreUnavailable('the store takes no writes', { isReadable: true })
    const store: Store = {
      get: (kind, id) => inner.get(kind, id),
      list: (kind, filter, page) => inner.list(kind, filter, page),
      scan: (after, limit) => inner.scan(after, limit),
      commit: (changes) => (state.isReadOnly ? Promise.reject(away()) : inner.commit(changes)),
      close: () => inner.close(),
    }
    const { kms } = await testKms({ store })
    const lastUses = new LastUses(kms.records, 0, { mostPending: 500 })
    state.isReadOnly = true
    for (let n = 0; n < 600; n++) lastUses.note([thing(`${n}`)], 'Encrypt', n)
    lastUses.note([thing('0')], 'Decrypt', 700)
    await assert.rejects(lastUses.flush(), { code: 'ServiceUnavailableTemporary' })
    const known = async (n: number) => (await lastUses.of(thing(`${n}`)))?.at
    assert.deepEqual([await known(0), await known(499), await known(500)], [700, 499, undefined])
    state.isReadOnly = false
    await lastUses.flush()
    const elsewhere = new LastUses(kms.records, 0)
    assert.deepEqual(await elsewhere.of(thing('0')), { at: 700, by: 'Decrypt' })
    assert.equal((await elsewhere.of(thing('499')))?.at, 499)
    await lastUses.flush()
    lastUses.note([thing('500')], 'Encrypt', 800)
    assert.equal(await known(500), 800)
  })

  test('are not lost when something is used again while they are being flushed', async () => {
    const { kms } = await testKms()
    const lastUses = new LastUses(kms.records, 0)
    lastUses.note([thing('a')], 'Encrypt', 1)
    const flushing = lastUses.flush()
    lastUses.note([thing('a')], 'Decrypt', 2)
    await flushing
    assert.deepEqual(await lastUses.of(thing('a')), { at: 2, by: 'Decrypt' })
    await lastUses.flush()
    assert.deepEqual(await new LastUses(kms.records, 0).of(thing('a')), { at: 2, by: 'Decrypt' })
  })

  test('of others are kept when the record of one was altered', async () => {
    const { kms, store, tampered } = await testKms()
    const lastUses = new LastUses(kms.records, 0)
    const all = Array.from({ length: 21 }, (_, n) => thing(`${n}`))
    lastUses.note(all, 'Encrypt', 1)
    await lastUses.flush()
    const record = await store.get('last-use', '7')
    assert.ok(record)
    await store.commit([{ type: 'update', record: { ...record, revision: 2, body: '{"at":9,"by":"Encrypt"}' } }])
    lastUses.note(all, 'Encrypt', 2)
    await assert.rejects(lastUses.flush(), { code: 'InternalFailure' })
    assert.ok(tampered.includes('last-use 7'))
    const elsewhere = new LastUses(kms.records, 0)
    for (const usable of all.filter(({ name }) => name !== '7')) assert.equal((await elsewhere.of(usable))?.at, 2)
  })

  test('are noted since the first start, which stays what it was', async () => {
    const { kms } = await testKms()
    const first = new LastUses(kms.records, 1000)
    assert.equal(await first.began(), 1000)
    await first.flush()
    const second = new LastUses(kms.records, 2000)
    assert.equal(await second.began(), 1000)
    await second.flush()
    assert.equal(await new LastUses(kms.records, 3000).began(), 1000)
  })

  test('take no memory from other records', async () => {
    const { store, uses } = countingStore(await openStore({ engine: 'sqlite', path: ':memory:' }))
    const { kms } = await testKms({ store, cachedRecords: 4 })
    const { keyMetadata } = await actor(kms)(CreateKey, createKey, {})
    const lastUses = new LastUses(kms.records, 0)
    lastUses.note(
      Array.from({ length: 20 }, (_, n) => thing(`${n}`)),
      'Encrypt',
      1,
    )
    await lastUses.flush()
    uses.reads = 0
    assert.ok(await kms.records.get(keys, keyMetadata.keyId))
    assert.equal(uses.reads, 0)
  })
})

test('what is deleted leaves no last use behind, and gets none when a use of it is flushed later', async () => {
  const { kms, store, advance } = await testKms()
  const account = actor(kms)
  const create = async () => (await account(CreateKey, createKey, {})).keyMetadata.keyId
  const [kept, noted, other] = [await create(), await create(), await create()]
  kms.lastUses.note([kept, other].map(keyLastUse), 'Encrypt', 1)
  await kms.lastUses.flush()
  kms.lastUses.note([noted, other].map(keyLastUse), 'Encrypt', 2)
  for (const keyId of [kept, noted]) {
    await account(ScheduleKeyDeletion, scheduleKeyDeletion, { keyId, pendingWindowInDays: 7 })
  }
  advance(8 * 86_400_000)
  assert.equal((await runDueWork(kms)).deleted.length, 2)
  await kms.lastUses.flush()
  const { items } = await store.list('last-use', {}, { offset: 0, limit: 10 })
  assert.deepEqual(
    items.map(({ id, body }) => [id, body]),
    [[`key/${other}`, '{"at":2,"by":"Encrypt"}']],
  )
})

test('sealed, they wait', async () => {
  const { kms, records } = await testKms()
  const lastUses = new LastUses(kms.records, 0)
  lastUses.note([thing('a')], 'Encrypt', 1)
  records.keyring.seal()
  await assert.rejects(
    lastUses.flush(),
    (error) => error instanceof KmsError && error.code === 'ServiceUnavailableTemporary',
  )
})
