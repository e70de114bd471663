import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { temporaryFolder } from '../../../test/kit/audit.ts'
import { all, ids, insert, update } from '../../../test/kit/stored-records.ts'
import { Conflict, StoreUnavailable } from '../../core/store.ts'
import { openStore } from '../open-store.ts'
import { SqlStore } from '../sql-store.ts'
import { sqliteEngine } from './sqlite.ts'
import { filesOf } from './sqlite-file.ts'
import { type ThreadData, WritingThread } from './writing-thread.ts'

/** A store on a file, and its thread. */
async function opened(t: TestContext, newWorker?: (data: ThreadData) => Worker) {
  const path = join(temporaryFolder(t), 'keyhaven.db')
  const engine = sqliteEngine({ path })
  const files = filesOf(path)
  const thread = new WritingThread({ path, files, ...(newWorker && { newWorker }) })
  const store = await SqlStore.open({ ...engine, commits: () => thread })
  t.after(() => store.close())
  return { path, thread, store }
}

const realWorker = (workerData: ThreadData): Worker =>
  new Worker(new URL('./writing-thread-worker.ts', import.meta.url), { workerData })

const isAway = (error: unknown): boolean => {
  assert.ok(error instanceof StoreUnavailable, String(error))
  assert.match(error.message, /^The database file .*keyhaven\.db was not written: the thread that does so has ended/)
  return true
}

test('the thread of the event loop writes nothing to the file', {
  skip: !existsSync('/proc/self/task') && 'no account of what each thread writes is kept here',
}, async (t) => {
  const { path, store } = await opened(t)
  // of the main thread, whose id is that of the process; this test runs in it
  const written = () =>
    Number(/wchar: (\d+)/.exec(readFileSync(`/proc/self/task/${process.pid}/io`, 'utf8'))?.[1] ?? Number.NaN)
  await store.commit([insert('key', 'first')])
  const before = written()
  for (let n = 0; n < 20; n++) await store.commit([insert('key', String(n), { body: 'x'.repeat(10_000) })])
  assert.ok(readFileSync(`${path}-wal`).byteLength > 200_000)
  assert.ok(written() - before < 20_000, `${written() - before} bytes`)
})

test('several event loops share a thread, and each sees what another was told is done', async (t) => {
  const { path, thread, store } = await opened(t)
  const second = await openStore({ engine: 'sqlite', path, writer: thread.share() })
  const stores = [store, second]
  const other = new DatabaseSync(path)
  t.after(() => other.close())
  const version = () => Number(other.prepare('pragma data_version').get()?.data_version)
  await second.commit([insert('key', 'first')])
  const seen = new Set([version()])
  const outcomes = await Promise.allSettled(
    Array.from({ length: 32 }, async (_, n) => {
      await stores[n % 2]?.commit([insert('key', String(n >> 1))])
      seen.add(version())
      assert.ok(await stores[(n + 1) % 2]?.get('key', String(n >> 1)))
    }),
  )
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  assert.equal(failures.length, 16)
  for (const failure of failures) assert.ok(failure instanceof Conflict)
  // what both have asked for meanwhile is written together
  assert.ok(seen.size <= 3, `${seen.size}`)
  await second.close()
  await store.commit([insert('key', 'last')])
  assert.equal((await store.list('key', {}, all)).total, 18)
})

test('who shared the thread of another writes with one of his own once that has ended', async (t) => {
  const path = join(temporaryFolder(t), 'keyhaven.db')
  const first = await openStore({ engine: 'sqlite', path })
  const thread = new WritingThread({ path, files: filesOf(path) })
  const second = await openStore({ engine: 'sqlite', path, writer: thread.share() })
  t.after(() => second.close())
  await second.commit([insert('key', 'a')])
  await thread.close()
  await first.close()
  await assert.doesNotReject(second.commit([insert('key', 'b')]).catch(() => second.commit([insert('key', 'b')])))
  assert.deepEqual(await ids(second, 'key'), ['a', 'b'])
})

test('a thread that ends is replaced, and who waited is told the truth', async (t) => {
  const workers: Worker[] = []
  const { store, thread } = await opened(t, (data) => {
    const worker = realWorker(data)
    workers.push(worker)
    return worker
  })
  await store.commit([insert('key', 'a')])
  for (let round = 2; round < 8; round++) {
    const commit = store.commit([update('key', 'a', round), insert('key', String(round))])
    // at one moment or another of its work
    for (let turn = 2; turn < round; turn++) await new Promise(setImmediate)
    const [outcome] = await Promise.allSettled([commit, workers.at(-1)?.terminate()])
    const isThere = (await store.get('key', String(round))) !== undefined
    if (outcome.status === 'rejected') assert.ok(isAway(outcome.reason))
    assert.equal(isThere, outcome.status === 'fulfilled')
    if (!isThere) await store.commit([update('key', 'a', round), insert('key', String(round))])
  }
  await thread.idle()
  assert.equal((await store.list('key', {}, all)).total, 7)
})

test('a thread that cannot begin is an outage', async (t) => {
  const { store } = await opened(t, () => new Worker("throw new Error('never began')", { eval: true }))
  await assert.rejects(store.commit([insert('key', 'a')]), isAway)
  assert.deepEqual(await ids(store, 'key'), [])
})
