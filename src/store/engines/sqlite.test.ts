import assert from 'node:assert/strict'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { bytes, ids, insert, update } from '../../../test/kit/stored-records.ts'
import type { IndexEntry } from '../../core/store.ts'
import { StoreUnusable } from '../engine.ts'
import { openStore } from '../open-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhaven-sqlite-'))
after(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const newFile = () => join(folder, `${++files}.db`)

describe('an SQLite file', () => {
  const open = (path: string) => openStore({ engine: 'sqlite', path })
  const isUnusable = (path: string, what: RegExp) => (error: unknown) =>
    error instanceof StoreUnusable &&
    error.message.includes(path) &&
    what.test(error.message) &&
    !error.message.includes('\n')

  test('still holds what was committed when its process never closed it', async () => {
    const path = newFile()
    const first = await open(path)
    await first.commit([insert('key', 'a', { indexes: [['x', '1']] })])
    await first.commit([update('key', 'a', 2, { body: '"last"', indexes: [['x', '2']] })])
    const second = await open(path)
    assert.equal((await second.get('key', 'a'))?.body, '"last"')
    assert.deepEqual(await ids(second, 'key', { x: ['2'] }), ['a'])
    await Promise.all([first.close(), second.close()])
    const third = await open(path)
    await third.commit([insert('key', 'b')])
    assert.deepEqual(await ids(third, 'key'), ['a', 'b'])
    await third.close()
  })

  test('is opened to be read while somebody has it to himself, and shows what is committed', async () => {
    const path = newFile()
    const store = await open(path)
    const writer = new DatabaseSync(path)
    writer.exec('begin immediate')
    const reader = await openStore({ engine: 'sqlite', path, isReader: true })
    writer.exec('rollback')
    writer.close()
    await store.commit([insert('key', 'a', { indexes: [['x', '1']] })])
    assert.ok(await reader.get('key', 'a'))
    assert.deepEqual(await ids(reader, 'key', { x: ['1'] }), ['a'])
    await reader.close()
    await store.close()
  })

  test('has handed every change to the operating system before a commit returns', async () => {
    const path = newFile()
    const store = await open(path)
    await store.commit([insert('key', 'a')])
    const copy = newFile()
    for (const ending of ['', '-wal']) writeFileSync(copy + ending, readFileSync(path + ending))
    await store.close()
    const restored = await open(copy)
    assert.ok(await restored.get('key', 'a'))
    await restored.close()
  })

  test('and its log are readable by their owner only', { skip: process.platform === 'win32' }, async () => {
    const path = newFile()
    const store = await open(path)
    await store.commit([insert('key', 'a')])
    for (const ending of ['', '-wal']) assert.equal(statSync(path + ending).mode & 0o077, 0)
    await store.close()
  })

  test('keeps no byte of a secret that was deleted or replaced', async () => {
    const path = newFile()
    const store = await open(path)
    const secrets = ['first-secret-to-go', 'second-secret-to-go', 'third-secret-to-go'].map(bytes)
    await store.commit(secrets.map((sealed, n) => insert('key', String(n), { sealed })))
    const kept = () =>
      secrets.map((secret) =>
        readdirSync(folder).some(
          (name) => name.startsWith(path.slice(folder.length + 1)) && readFileSync(join(folder, name)).includes(secret),
        ),
      )
    assert.deepEqual(kept(), [true, true, true])
    await store.commit([{ type: 'delete', kind: 'key', id: '0', revision: 1 }])
    await store.commit([update('key', '1', 2)])
    await store.commit([update('key', '2', 2, { sealed: bytes('third-secret-to-go') })])
    assert.deepEqual(kept(), [false, false, true])
    await store.close()
  })

  describe('that somebody else was reading when a secret was deleted', () => {
    async function deleted() {
      const path = newFile()
      const store = await open(path)
      await store.commit([insert('key', 'a', { sealed: bytes('a-secret-to-go') }), insert('key', 'b')])
      const reader = new DatabaseSync(path)
      reader.exec('begin; select count(*) from records')
      await store.commit([{ type: 'delete', kind: 'key', id: 'a', revision: 1 }])
      const isKept = (file = path) =>
        ['', '-wal'].some((ending) => readFileSync(file + ending).includes(bytes('a-secret-to-go')))
      assert.ok(isKept())
      return { path, store, reader, isKept }
    }

    test('keeps nothing of it once he is through', async () => {
      const { store, reader, isKept } = await deleted()
      await store.commit([update('key', 'b', 2)])
      assert.ok(isKept())
      reader.close()
      await store.commit([update('key', 'b', 3)])
      assert.ok(!isKept())
      await store.close()
    })

    test('keeps nothing of it in the end, though nothing else is written', async () => {
      const { store, reader, isKept } = await deleted()
      reader.close()
      while (isKept()) await setImmediate()
      await store.close()
    })

    test('keeps nothing of it after the next start, when this one ended too early', async () => {
      const { path, store, reader, isKept } = await deleted()
      const copy = newFile()
      for (const ending of ['', '-wal']) writeFileSync(copy + ending, readFileSync(path + ending))
      reader.close()
      await store.close()
      const restarted = await open(copy)
      assert.ok(!isKept(copy))
      assert.ok(await restarted.get('key', 'b'))
      await restarted.close()
    })
  })

  test('that is no database is refused in one line that names it', async () => {
    const path = newFile()
    writeFileSync(path, 'this is not a database, but it is long enough to have been one'.repeat(100))
    await assert.rejects(open(path), isUnusable(path, /is not a database/))
  })

  test('that is damaged is refused in one line that names it', async () => {
    const path = newFile()
    const store = await open(path)
    await store.commit(Array.from({ length: 200 }, (_, n) => insert('key', `id-${n}`, { indexes: [['n', String(n)]] })))
    await store.close()
    const intact = readFileSync(path)
    for (let page = 1; page < intact.length / 4096; page++) {
      const damaged = Buffer.from(intact)
      damaged.fill(0xa5, page * 4096, page * 4096 + 64)
      writeFileSync(path, damaged)
      await assert.rejects(open(path), isUnusable(path, /is damaged/), `page ${page}`)
    }
    writeFileSync(path, intact)
    truncateSync(path, 4096 * 3)
    await assert.rejects(open(path), isUnusable(path, /is damaged/))
  })

  test('in a folder that is none, or under a name that is one, is refused in one line', async () => {
    const inside = join(newFile(), 'keyhaven.db')
    await assert.rejects(open(inside), isUnusable(inside, /cannot be opened/))
    const directory = newFile()
    mkdirSync(directory)
    await assert.rejects(open(directory), isUnusable(directory, /cannot be opened/))
  })

  test('of a release that did not count accounts is counted when opened', async () => {
    const path = newFile()
    const before = await open(path)
    const of = (state: string): IndexEntry[] => [
      ['account', '1'],
      ['KeyState', state],
    ]
    await before.commit(Array.from({ length: 10 }, (_, n) => insert('key', `id-${n}`, { indexes: of(`s${n % 2}`) })))
    await before.close()
    const database = new DatabaseSync(path)
    database.exec(`
      drop trigger index_blocks_add; drop trigger index_blocks_remove; drop table index_blocks; drop table happened;
      update store_meta set value = '2' where name = 'schema_version'
    `)
    database.close()
    const after = await open(path)
    await after.commit([
      insert('key', 'another', { indexes: [...of('s1'), ['facets', JSON.stringify(of('s1'))]] }),
      { type: 'delete', kind: 'key', id: 'id-3', revision: 1 },
    ])
    const { items, total } = await after.list('key', { account: ['1'] }, { offset: 8, limit: 5 })
    const ofState = await after.list('key', { account: ['1'], KeyState: ['s1'] }, { offset: 3, limit: 5 })
    await after.close()
    assert.deepEqual([total, ...items.map(({ id }) => id)], [10, 'id-9', 'another'])
    assert.deepEqual([ofState.total, ...ofState.items.map(({ id }) => id)], [5, 'id-9', 'another'])
  })

  test('of a newer release is refused', async () => {
    const path = newFile()
    await (await open(path)).close()
    const database = new DatabaseSync(path)
    database.exec(`update store_meta set value = '999' where name = 'schema_version'`)
    database.close()
    await assert.rejects(open(path), isUnusable(path, /newer release of Keyhaven \(schema 999/))
  })
})
