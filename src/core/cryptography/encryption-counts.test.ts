import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testKms } from '../../../test/kit/kms.ts'
import { openStore } from '../../store/open-store.ts'
import type { Store } from '../store.ts'
import { encryptionCounter } from './encryption-counts.ts'

const blockSize = 65_536

async function countingStore() {
  const inner = await openStore({ engine: 'sqlite', path: ':memory:' })
  const calls = { commits: 0 }
  const store: Store = {
    get: (kind, id) => inner.get(kind, id),
    list: (kind, filter, page) => inner.list(kind, filter, page),
    scan: (after, limit) => inner.scan(after, limit),
    commit(changes) {
      calls.commits++
      return inner.commit(changes)
    },
    close: () => inner.close(),
  }
  return { store, calls }
}

test('counts each version by itself, from one', async () => {
  const { kms } = await testKms()
  const counts = [await kms.encryptions.count('a'), await kms.encryptions.count('a'), await kms.encryptions.count('b')]
  assert.deepEqual(counts, [1, 2, 1])
})

test('writes to the store once for so many counts', async () => {
  const { store, calls } = await countingStore()
  const { kms } = await testKms({ store })
  for (let count = 1; count <= blockSize; count++) assert.equal(await kms.encryptions.count('a'), count)
  assert.equal(calls.commits, 1)
  assert.equal(await kms.encryptions.count('a'), blockSize + 1)
  assert.equal(calls.commits, 2)
})

test('gives out no number twice to those who count at once', async () => {
  const { store, calls } = await countingStore()
  const { kms } = await testKms({ store })
  const counts = await Promise.all(Array.from({ length: 500 }, () => kms.encryptions.count('a')))
  assert.deepEqual(
    counts.toSorted((first, second) => first - second),
    Array.from({ length: 500 }, (_, n) => n + 1),
  )
  assert.equal(calls.commits, 1)
})

test('after a crash goes on above everything that may have been counted', async () => {
  const { kms } = await testKms()
  for (let n = 0; n < 10; n++) await kms.encryptions.count('a')
  const afterCrash = encryptionCounter(kms.records)
  assert.equal(await afterCrash.count('a'), blockSize + 1)
})

test('two nodes never count the same', async () => {
  const node = await testKms({ seed: 'one root key' })
  const other = await testKms({ seed: 'one root key', store: node.store })
  const counts = await Promise.all(
    [node, other].flatMap(({ kms }) => [kms.encryptions.count('a'), kms.encryptions.count('a')]),
  )
  assert.equal(new Set(counts).size, 4)
})

test('a reservation that failed is tried again at the next count', async () => {
  const { store } = await countingStore()
  let commits = 0
  const failing: Store = {
    ...store,
    commit: (changes) => (commits++ === 0 ? Promise.reject(new Error('the disk is full')) : store.commit(changes)),
  }
  const { kms } = await testKms({ store: failing })
  await assert.rejects(async () => kms.encryptions.count('a'), /the disk is full/)
  assert.equal(await kms.encryptions.count('a'), 1)
})
