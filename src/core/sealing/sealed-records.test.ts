import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { testKms } from '../../../test/kit/kms.ts'
import { openStore } from '../../store/open-store.ts'
import { KmsError } from '../errors.ts'
import { type Records, recordKind, type Transaction } from '../records.ts'
import { Conflict, type Store } from '../store.ts'

interface Counter {
  readonly accountId: string
  readonly count: number
  readonly note?: string | undefined
}
const counters = recordKind<Counter>({
  name: 'counter',
  indexes: ({ accountId, count }) => [
    ['account', accountId],
    ['parity', count % 2 ? 'odd' : 'even'],
  ],
  binding: ({ accountId }) => [accountId],
})
const zero: Counter = { accountId: '1', count: 0 }
const all = { offset: 0, limit: 100 }
const insert = (records: Records, id: string, body = zero) =>
  records.transaction((transaction) => transaction.insert(counters, id, body))
const increment = (id: string) => async (transaction: Transaction) => {
  const record = await transaction.get(counters, id)
  assert.ok(record)
  return transaction.update(counters, record, { ...record.body, count: record.body.count + 1 })
}
const isCode = (code: string) => (error: unknown) => error instanceof KmsError && error.code === code

/** A store that counts its calls, and fails a commit when told to. */
async function watchedKms() {
  const inner = await openStore({ engine: 'sqlite', path: ':memory:' })
  const calls = { get: 0 }
  const control: { beforeCommit: () => Promise<void>; afterCommit: () => Promise<void> } = {
    beforeCommit: async () => {},
    afterCommit: async () => {},
  }
  const store: Store = {
    get(kind, id) {
      calls.get++
      return inner.get(kind, id)
    },
    list: (kind, filter, page) => inner.list(kind, filter, page),
    scan: (after, limit) => inner.scan(after, limit),
    async commit(changes) {
      await control.beforeCommit()
      await inner.commit(changes)
      await control.afterCommit()
    },
    close: () => inner.close(),
  }
  return { ...(await testKms({ store })), calls, control, inner }
}

test('what was written is read back, found by its index entries, and gone once deleted', async () => {
  const { kms } = await testKms()
  const written = await insert(kms.records, 'a', { ...zero, note: undefined })
  assert.deepEqual(written, { id: 'a', revision: 1, body: { accountId: '1', count: 0 }, sealed: undefined })
  assert.deepEqual(await kms.records.get(counters, 'a'), written)
  const updated = await kms.records.transaction(increment('a'))
  assert.deepEqual([updated.revision, updated.body.count], [2, 1])
  assert.deepEqual(await kms.records.list(counters, { parity: ['even'] }, all), { items: [], total: 0 })
  assert.deepEqual(await kms.records.list(counters, { parity: ['odd'] }, all), { items: [updated], total: 1 })
  await kms.records.transaction((transaction) => transaction.delete(counters, updated))
  assert.equal(await kms.records.get(counters, 'a'), undefined)
})

test('a record that was read or written before is read again without SQL', async () => {
  const { kms, calls, records } = await watchedKms()
  await insert(kms.records, 'a')
  const { get } = calls
  await kms.records.get(counters, 'a')
  await kms.records.transaction(increment('a'))
  assert.equal((await kms.records.get(counters, 'a'))?.body.count, 1)
  assert.equal(calls.get, get)
  records.forgetAll()
  await kms.records.get(counters, 'a')
  await kms.records.get(counters, 'a')
  assert.equal(calls.get, get + 1)
})

test('what another node wrote is seen once the record is forgotten', async () => {
  const node = await testKms({ seed: 'same root key' })
  const other = await testKms({ seed: 'same root key', store: node.store })
  await insert(node.kms.records, 'a')
  assert.equal((await other.kms.records.get(counters, 'a'))?.body.count, 0)
  await node.kms.records.transaction(increment('a'))
  assert.equal((await other.kms.records.get(counters, 'a'))?.body.count, 0)
  other.records.forget('counter', 'a')
  assert.equal((await other.kms.records.get(counters, 'a'))?.body.count, 1)
})

test('where others write to the store too, a record in memory counts for a short time only', async () => {
  const clock = { ms: 0 }
  const node = await testKms({ seed: 'same root key' })
  const other = await testKms({
    ...{ seed: 'same root key', store: node.store },
    ...{ cachedMs: 500, monotonicMs: () => clock.ms },
  })
  await insert(node.kms.records, 'a')
  assert.equal((await other.kms.records.get(counters, 'a'))?.body.count, 0)
  await node.kms.records.transaction(increment('a'))
  clock.ms = 499
  assert.equal((await other.kms.records.get(counters, 'a'))?.body.count, 0)
  clock.ms = 500
  assert.equal((await other.kms.records.get(counters, 'a'))?.body.count, 1)
})

test('what took long to read is as old as the question', async () => {
  const clock = { ms: 0 }
  const node = await testKms({ seed: 'same root key' })
  const { store } = node
  const slow: Store = {
    async get(kind, id) {
      const found = await store.get(kind, id)
      clock.ms += kind === counters.name ? 400 : 0
      return found
    },
    list: (kind, filter, page) => store.list(kind, filter, page),
    scan: (after, limit) => store.scan(after, limit),
    commit: (changes) => store.commit(changes),
    close: () => store.close(),
  }
  const other = await testKms({
    ...{ seed: 'same root key', store: slow },
    ...{ cachedMs: 500, monotonicMs: () => clock.ms },
  })
  await insert(node.kms.records, 'a')
  await other.kms.records.get(counters, 'a')
  await node.kms.records.transaction(increment('a'))
  clock.ms = 499
  assert.equal((await other.kms.records.get(counters, 'a'))?.body.count, 0)
  clock.ms = 500
  assert.equal((await other.kms.records.get(counters, 'a'))?.body.count, 1)
})

test('a transaction on what another node changed meanwhile is run again on what is true', async () => {
  const node = await testKms({ seed: 'same root key' })
  const other = await testKms({ seed: 'same root key', store: node.store })
  await insert(node.kms.records, 'a')
  await other.kms.records.get(counters, 'a')
  await node.kms.records.transaction(increment('a'))
  const { body } = await other.kms.records.transaction(increment('a'))
  assert.equal(body.count, 2)
})

test('a transaction sees its own writes through get, and nobody else sees them before the commit', async () => {
  const { kms } = await testKms()
  await insert(kms.records, 'a')
  await kms.records.transaction(async (transaction) => {
    await increment('a')(transaction)
    const twice = await increment('a')(transaction)
    assert.equal((await transaction.get(counters, 'a'))?.body.count, 2)
    assert.equal((await kms.records.get(counters, 'a'))?.body.count, 0)
    await transaction.insert(counters, 'b', zero)
    assert.deepEqual((await transaction.get(counters, 'b'))?.body, zero)
    assert.equal((await transaction.list(counters, {}, all)).total, 1)
    await transaction.delete(counters, twice)
    assert.equal(await transaction.get(counters, 'a'), undefined)
    await transaction.insert(counters, 'a', { ...zero, count: 9 })
  })
  const { items } = await kms.records.list(counters, {}, all)
  assert.deepEqual(
    items.map(({ id, revision, body }) => [id, revision, body.count]),
    [
      ['a', 2, 9],
      ['b', 1, 0],
    ],
  )
})

test('what is inserted and deleted in one transaction leaves nothing', async () => {
  const { kms } = await testKms()
  await kms.records.transaction(async (transaction) => {
    await transaction.delete(counters, await transaction.insert(counters, 'a', zero))
  })
  assert.equal(await kms.records.get(counters, 'a'), undefined)
})

test('a transaction that throws writes nothing', async () => {
  const { kms } = await testKms()
  await insert(kms.records, 'a')
  const work = kms.records.transaction(async (transaction) => {
    await increment('a')(transaction)
    await transaction.insert(counters, 'b', zero)
    throw new KmsError('Rejected.Disabled')
  })
  await assert.rejects(work, isCode('Rejected.Disabled'))
  assert.equal((await kms.records.get(counters, 'a'))?.body.count, 0)
  assert.equal(await kms.records.get(counters, 'b'), undefined)
})

test('of any number of transactions on one record each takes effect once', async () => {
  const { kms } = await testKms()
  await insert(kms.records, 'a')
  await Promise.all(
    Array.from({ length: 100 }, () =>
      kms.records.transaction(async (transaction) => {
        await setImmediate()
        return increment('a')(transaction)
      }),
    ),
  )
  assert.equal((await kms.records.get(counters, 'a'))?.body.count, 100)
})

test('a transaction inside one that is run again does not wait for it', async () => {
  const { kms } = await testKms()
  await Promise.all([insert(kms.records, 'a'), insert(kms.records, 'b')])
  const nested = () =>
    kms.records.transaction(async (transaction) => {
      const outer = await increment('a')(transaction)
      await kms.records.transaction(async (inner) => {
        await setImmediate()
        return increment('b')(inner)
      })
      return outer
    })
  await Promise.all(Array.from({ length: 8 }, nested))
  assert.equal((await kms.records.get(counters, 'a'))?.body.count, 8)
})

test('a transaction whose premises changed is run again, whether it wrote them or only read them', async () => {
  const { kms } = await testKms()
  await insert(kms.records, 'a')
  let runs = 0
  const seen = await kms.records.transaction(async (transaction) => {
    const [a, absent] = [await transaction.get(counters, 'a'), await transaction.get(counters, 'z')]
    if (++runs === 1) await kms.records.transaction(increment('a'))
    if (runs === 2) await insert(kms.records, 'z')
    await transaction.insert(counters, `run ${runs}`, zero)
    return [a?.body.count, absent?.body.count]
  })
  assert.deepEqual([runs, seen], [3, [1, 0]])
  assert.deepEqual(
    (await kms.records.list(counters, {}, all)).items.map(({ id }) => id),
    ['a', 'z', 'run 3'],
  )
})

test('an insert that can never succeed ends, after a bounded number of runs', async () => {
  const { kms } = await testKms()
  await insert(kms.records, 'a')
  let runs = 0
  const work = kms.records.transaction((transaction) => {
    runs++
    return transaction.insert(counters, 'a', zero)
  })
  await assert.rejects(
    work,
    (error) => isCode('ServiceUnavailableTemporary')(error) && (error as Error).cause instanceof Conflict,
  )
  assert.equal(runs, 20)
})

test('after a commit that failed, memory says what the store says', async () => {
  const { kms, control } = await watchedKms()
  await insert(kms.records, 'a')
  const failure = new Error('the disk is full')
  control.beforeCommit = () => Promise.reject(failure)
  await assert.rejects(kms.records.transaction(increment('a')), failure)
  assert.equal((await kms.records.get(counters, 'a'))?.body.count, 0)
  control.beforeCommit = async () => {}
  // The connection broke after the commit took effect: it failed as far as anybody knows, and yet it did not.
  control.afterCommit = () => Promise.reject(failure)
  await assert.rejects(kms.records.transaction(increment('a')), failure)
  control.afterCommit = async () => {}
  assert.equal((await kms.records.get(counters, 'a'))?.body.count, 1)
  assert.equal((await kms.records.transaction(increment('a'))).body.count, 2)
})

test('a read that was overtaken by a write does not bring the old record back', async () => {
  const { kms, records, inner } = await watchedKms()
  await insert(kms.records, 'a')
  records.forgetAll()
  const slow = kms.records.get(counters, 'a')
  const fast = kms.records.transaction(increment('a'))
  assert.equal((await slow)?.body.count, 0)
  await fast
  assert.equal((await kms.records.get(counters, 'a'))?.body.count, 1)
  assert.equal((await inner.get('counter', 'a'))?.revision, 2)
})

test('no more records stay in memory than asked for, the least recently used going first', async () => {
  const { kms, store } = await testKms({ cachedRecords: 2 })
  for (const id of ['a', 'b', 'c']) await insert(kms.records, id)
  await kms.records.get(counters, 'b')
  await kms.records.get(counters, 'a')
  for (const id of ['a', 'b', 'c']) await store.commit([{ type: 'delete', kind: 'counter', id, revision: 1 }])
  const inMemory = await Promise.all(['a', 'b', 'c'].map((id) => kms.records.get(counters, id)))
  assert.deepEqual(
    inMemory.map((record) => record?.id),
    ['a', 'b', undefined],
  )
})

test('nobody can change a record in memory by changing what was returned', async () => {
  const { kms } = await testKms()
  const body = { accountId: '1', count: 0, nested: { list: [1] } }
  const record = await insert(kms.records, 'a', body)
  body.count = 5
  assert.equal((await kms.records.get(counters, 'a'))?.body.count, 0)
  assert.throws(() => Object.assign(record.body, { count: 7 }), TypeError)
  assert.throws(() => (record.body as unknown as typeof body).nested.list.push(2), TypeError)
})

test('while sealed everything refuses, and after unsealing it is as before', async () => {
  const { kms, records } = await testKms()
  await kms.records.transaction((transaction) => transaction.insert(counters, 'a', zero, new Uint8Array([1, 2])))
  const record = await kms.records.get(counters, 'a')
  assert.ok(record)
  const { rootKey } = records.keyring
  records.keyring.seal()
  assert.equal(kms.sealing.isSealed, true)
  const isSealed = isCode('ServiceUnavailableTemporary')
  await assert.rejects(kms.records.get(counters, 'a'), isSealed)
  await assert.rejects(kms.records.list(counters, {}, all), isSealed)
  await assert.rejects(insert(kms.records, 'b'), isSealed)
  await assert.rejects(kms.sealing.open(counters, record), isSealed)
  assert.throws(() => kms.sealing.derive('challenge'), isSealed)
  records.keyring.unseal({ rootKey })
  assert.deepEqual((await kms.records.get(counters, 'a'))?.body, record.body)
  assert.deepEqual(new Uint8Array(await kms.sealing.open(counters, record)), new Uint8Array([1, 2]))
})

test('a transaction that was under way when the deployment was sealed writes nothing', async () => {
  const { kms, records, store } = await testKms()
  const work = kms.records.transaction(async (transaction) => {
    await transaction.insert(counters, 'a', zero)
    records.keyring.seal()
  })
  await assert.rejects(work, isCode('ServiceUnavailableTemporary'))
  assert.equal(await store.get('counter', 'a'), undefined)
})
