import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { after, before, describe, type TestContext, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import pg from 'pg'
import { type Store, StoreUnavailable } from '../src/core/store.ts'
import { openStore } from '../src/store/open-store.ts'
import { temporaryFolder } from './kit/audit.ts'
import { type PostgresServer, startPostgres } from './kit/postgres.ts'
import { startPostgresProxy } from './kit/postgres-proxy.ts'
import { all, ids, insert, update } from './kit/stored-records.ts'

/** The whole refusal: one sentence that names the database and holds no secret. */
const isAway = (what: RegExp) => (error: unknown) => {
  assert.ok(error instanceof StoreUnavailable, String(error))
  assert.match(error.message, what)
  assert.match(error.message, /^The [^\n]+\.$/)
  assert.doesNotMatch(error.message, /for-this-test-only/)
  return true
}

const reads = (store: Store) => [store.get('key', 'a'), store.list('key', {}, all)]

/** That a store which was away is as if nothing had happened: what it refused it did not do. */
async function works(store: Store): Promise<void> {
  assert.equal((await store.get('key', 'a'))?.revision, 1)
  await store.commit([update('key', 'a', 2), insert('key', 'b')])
  assert.deepEqual(await ids(store, 'key'), ['a', 'b'])
}

describe('an SQLite file', () => {
  async function opened(t: TestContext) {
    const path = join(temporaryFolder(t), 'keyhaven.db')
    const store = await openStore({ engine: 'sqlite', path })
    t.after(() => store.close())
    await store.commit([insert('key', 'a')])
    return { path, store }
  }

  test('that somebody else has locked is written when he is through, or refused after a while', async (t) => {
    const { path, store } = await opened(t)
    const other = new DatabaseSync(path)
    t.after(() => other.close())
    other.exec('begin immediate')
    await assert.rejects(store.commit([insert('key', 'b')]), isAway(/keyhaven\.db is locked by another process/))
    await Promise.all(reads(store))
    const waiting = store.commit([insert('key', 'c')])
    await nextTurn()
    await store.get('key', 'a')
    other.exec('rollback')
    await waiting
    await store.commit([{ type: 'delete', kind: 'key', id: 'c', revision: 1 }])
    await works(store)
  })

  test('that two stores have open is written by both, one after the other', async (t) => {
    const { path, store } = await opened(t)
    const second = await openStore({ engine: 'sqlite', path })
    t.after(() => second.close())
    await Promise.all(
      Array.from({ length: 40 }, (_, n) => (n % 2 ? store : second).commit([insert('both', String(n))])),
    )
    assert.equal((await store.list('both', {}, all)).total, 40)
  })

  test('that was taken away or locked refuses each of many commits at once, and takes all of them again', async (t) => {
    const { path, store } = await opened(t)
    const outcomes = () =>
      Promise.allSettled(Array.from({ length: 70 }, (_, n) => store.commit([insert('many', String(n))])))
    const refuses = async (what: RegExp) => {
      for (const end of await outcomes()) assert.ok(end.status === 'rejected' && isAway(what)(end.reason))
    }
    renameSync(path, `${path}.taken`)
    await refuses(/was moved, removed or replaced/)
    renameSync(`${path}.taken`, path)
    const other = new DatabaseSync(path)
    t.after(() => other.close())
    other.exec('begin immediate')
    await refuses(/is locked by another process/)
    other.exec('rollback')
    for (const end of await outcomes()) assert.equal(end.status, 'fulfilled')
    await works(store)
  })

  for (const ending of ['', '-wal']) {
    test(`whose ${ending || 'file'} was taken away takes nothing that nobody would find again`, async (t) => {
      const { path, store } = await opened(t)
      renameSync(path + ending, `${path}.taken`)
      await assert.rejects(store.commit([insert('key', 'b')]), isAway(/was moved, removed or replaced/))
      renameSync(`${path}.taken`, path + ending)
      await works(store)
    })
  }

  test('on a disk that fails refuses to write, reads on, and writes again when it can', {
    skip: !runs('prlimit') && 'the greatest size of a file cannot be set here',
  }, async (t) => {
    // A write beyond the greatest size of a file fails as one to a broken disk does, with an error that is not ENOSPC.
    const limited = ['sh', '-c', 'ulimit -S -f 2000; exec "$@"', 'sh']
    const report = await onShortDisk(t, limited, 'prlimit --pid $PID --fsize=unlimited')
    assert.match(report.refusal, /keyhaven\.db cannot be used: reading or writing the disk fails\.$/)
  })

  test('on a full disk refuses to write, reads on, and writes again when there is room', {
    skip: !runs('unshare', '-rm', 'true') && 'no file system can be mounted here',
  }, async (t) => {
    const mounted = ['unshare', '-rm', 'sh', '-c', 'mount -t tmpfs -o size=2m disk "$FOLDER" && exec "$@"', 'sh']
    const report = await onShortDisk(t, mounted, 'rm "$BALLAST"')
    assert.match(report.refusal, /keyhaven\.db cannot be written: the disk is full\.$/)
  })
})

function runs(program: string, ...words: string[]): boolean {
  return spawnSync(program, words.length === 0 ? ['--version'] : words, { stdio: 'ignore' }).status === 0
}

interface Report {
  readonly refusal: string
  readonly filled: number
  readonly read: readonly string[]
  readonly after: { readonly keys: readonly string[]; readonly filled: number }
}

/** What test/kit/short-disk.ts reports when it is run behind `launcher`. */
async function onShortDisk(t: TestContext, launcher: readonly string[], makeRoom: string): Promise<Report> {
  const folder = temporaryFolder(t)
  const program = join(import.meta.dirname, 'kit/short-disk.ts')
  const [command = '', ...words] = [...launcher, process.execPath, program, folder, makeRoom]
  const child = spawn(command, words, {
    env: { ...process.env, FOLDER: folder, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  const report = JSON.parse(await text(child.stdout))
  assert.deepEqual(await closed, [0, null])
  assert.deepEqual(report.read, ['a'])
  assert.deepEqual(report.after, { keys: ['a', 'b'], filled: report.filled + 1 })
  return report
}

describe('PostgreSQL', () => {
  let server: PostgresServer
  before(async () => {
    server = await startPostgres()
  })
  after(() => server.stop())

  async function opened(t: TestContext, url?: string) {
    const database = url ?? (await server.createDatabase())
    const store = await openStore({ engine: 'postgres', url: database })
    t.after(() => store.close())
    await store.commit([insert('key', 'a')])
    return { database, store }
  }

  for (const how of ['shut down', 'killed'] as const) {
    test(`${how} under load refuses what it did not do, did what it acknowledged, and works again`, async (t) => {
      const { store } = await opened(t)
      const acknowledged: string[] = []
      const load = async (worker: number): Promise<void> => {
        for (let n = 0; ; n++) {
          await store.commit([insert('load', `${worker}-${n}`)])
          acknowledged.push(`${worker}-${n}`)
        }
      }
      const workers = Promise.allSettled(Array.from({ length: 8 }, (_, worker) => load(worker)))
      await Promise.all(reads(store))
      await server.halt(how)
      for (const end of await workers) {
        assert.ok(end.status === 'rejected' && isAway(/The PostgreSQL database 127\.0\.0\.1:/)(end.reason))
      }
      for (const end of await Promise.allSettled(reads(store))) {
        assert.ok(end.status === 'rejected' && isAway(/does not answer/)(end.reason))
      }
      await assert.rejects(store.commit([update('key', 'a', 2)]), isAway(/does not answer/))
      await server.resume()
      await works(store)
      const stored = new Set(await ids(store, 'load'))
      assert.deepEqual(
        acknowledged.filter((id) => !stored.has(id)),
        [],
      )
    })
  }

  test('whose connections an administrator ends, busy ones too, goes on with new ones', async (t) => {
    const { database, store } = await opened(t)
    const other = new pg.Client(database)
    await other.connect()
    t.after(() => other.end())
    await other.query('begin; lock table records in exclusive mode')
    const waiting = store.commit([insert('key', 'b')])
    const name = new URL(database).pathname.slice(1)
    const busy = `select pid from pg_stat_activity where datname = '${name}' and wait_event_type = 'Lock'`
    while ((await other.query(busy)).rowCount === 0) await store.get('key', 'a')
    await other.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`,
    )
    await other.query('rollback')
    await waiting
    await store.commit([{ type: 'delete', kind: 'key', id: 'b', revision: 1 }])
    await works(store)
  })

  test('that does not answer at all is away, too', async (t) => {
    const { database, store } = await opened(t)
    const other = new pg.Client(database)
    await other.connect()
    t.after(() => other.end())
    await other.query('begin; lock table records in access exclusive mode')
    await assert.rejects(store.get('key', 'a'), isAway(/does not answer/))
    await other.query('rollback')
    await works(store)
  })

  test('that takes no writes for a while can still be read', async (t) => {
    const { database, store } = await opened(t)
    const other = new pg.Client(database)
    await other.connect()
    t.after(() => other.end())
    const name = new URL(database).pathname.slice(1)
    const end = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`
    await other.query(`alter database ${name} set default_transaction_read_only = on`)
    await other.query(end)
    await assert.rejects(store.commit([update('key', 'a', 2)]), isAway(/takes no writes/))
    await Promise.all(reads(store))
    await other.query(
      `set default_transaction_read_only = off; alter database ${name} reset default_transaction_read_only`,
    )
    await other.query(end)
    await works(store)
  })

  describe('whose connection breaks in a COMMIT', () => {
    async function behindProxy(t: TestContext) {
      const database = await server.createDatabase()
      const proxy = await startPostgresProxy(database)
      const { store } = await opened(t, proxy.url)
      t.after(() => proxy.close())
      return { database, proxy, store }
    }

    test('refuses what the database never heard of', async (t) => {
      const { proxy, store } = await behindProxy(t)
      proxy.inject('cut before')
      await assert.rejects(store.commit([update('key', 'a', 2), insert('key', 'b')]), isAway(/does not answer/))
      await works(store)
    })

    for (const fault of ['cut after', 'late'] as const) {
      test(`acknowledges what turns out to be there (${fault})`, async (t) => {
        const { proxy, store } = await behindProxy(t)
        for (const changes of [
          [insert('key', 'b')],
          [update('key', 'b', 2, { body: '"new"' })],
          [insert('key', 'c'), { type: 'delete', kind: 'key', id: 'b', revision: 2 } as const],
          [{ type: 'delete', kind: 'key', id: 'c', revision: 1 } as const],
        ]) {
          proxy.inject(fault)
          await store.commit(changes)
        }
        assert.deepEqual(await ids(store, 'key'), ['a'])
      })
    }

    test('refuses when others have gone on since, so that nobody can tell', async (t) => {
      const { database, proxy, store } = await behindProxy(t)
      const second = await openStore({ engine: 'postgres', url: database })
      t.after(() => second.close())
      proxy.inject('cut before')
      const mine = store.commit([update('key', 'a', 2, { mac: new Uint8Array([1]) })])
      const theirs = second.commit([update('key', 'a', 2, { mac: new Uint8Array([2]) })])
      const outcomes = await Promise.allSettled([mine, theirs])
      assert.equal(outcomes[0]?.status, 'rejected')
      assert.ok((await store.get('key', 'a'))?.revision)
    })
  })
})
