import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, type TestContext, test } from 'node:test'
import pg from 'pg'
import { CreateAlias } from '../src/api/aliases.ts'
import { CreateKey } from '../src/api/keys.ts'
import { createAlias } from '../src/core/aliases/create-alias.ts'
import { KmsError } from '../src/core/errors.ts'
import { aliases } from '../src/core/keys/alias.ts'
import { createKey } from '../src/core/keys/create-key.ts'
import { keys, keyVersions } from '../src/core/keys/key.ts'
import { accessKeys } from '../src/core/ram/access-key.ts'
import { newAccessKey } from '../src/core/ram/create-access-key.ts'
import type { RecordKind } from '../src/core/records.ts'
import { openStore, type StoreOptions } from '../src/store/open-store.ts'
import { temporaryFolder } from './kit/audit.ts'
import { actor } from './kit/calls.ts'
import { testKms } from './kit/kms.ts'
import { type PostgresServer, startPostgres } from './kit/postgres.ts'

/** Somebody who can write to the database behind the server's back. */
interface Intruder {
  run(sql: string): Promise<void>
  close(): Promise<void>
}

interface Database {
  readonly store: StoreOptions
  readonly intruder: Intruder
}

const kinds: readonly RecordKind<object>[] = [keys, keyVersions, aliases, accessKeys] as never

/** Every column of the records: what one row may be given, with `$a` and `$b` for the positions of two rows of a kind. */
const recordEdits: Readonly<Record<string, readonly string[]>> = {
  kind: [`'alias'`, `'key'`, `''`],
  id: [`'another'`, `id || ' '`, `''`],
  revision: ['revision + 1', 'revision - 1', '0'],
  body: [
    `(select body from records where position = $b)`,
    `replace(body, 'Enabled', 'Disabled') || ' '`,
    `replace(body, '1', '2')`,
    `'{}'`,
    `''`,
  ],
  sealed: [`(select case when sealed is null then mac else sealed end from records where position = $b)`, 'mac'],
  mac: [`(select mac from records where position = $b)`],
}

/** Every column of the index entries. */
const indexEdits: Readonly<Record<string, readonly string[]>> = {
  kind: [`'alias'`, `'key'`],
  name: [`'account'`, `'key'`, `'KeyState'`],
  value: [`'2'`, `'Disabled'`, `'1000000000000001'`],
  position: ['$b'],
}

function attacks(name: string, open: (t: TestContext) => Promise<Database>) {
  describe(`edits of rows on ${name}`, () => {
    async function fixture(t: TestContext) {
      const { store: options, intruder } = await open(t)
      const store = await openStore(options)
      const kept = await testKms({ store, cachedRecords: 0 })
      t.after(async () => {
        await intruder.close()
        await store.close()
      })
      const as = actor(kept.kms)
      for (const aliasName of ['alias/a', 'alias/b']) {
        const { keyId } = (await as(CreateKey, createKey, { origin: 'Aliyun_KMS', keySpec: 'Aliyun_AES_256' }))
          .keyMetadata
        await as(CreateAlias, createAlias, { aliasName, keyId })
        await newAccessKey(kept.kms, kept.kms.settings.accountId)
      }
      const written = await Promise.all(
        kinds.map(async (kind) => (await kept.kms.records.list(kind, {}, { offset: 0, limit: 10 })).items),
      )
      return { ...kept, intruder, written }
    }

    test('no edit of any column makes a record say what was not written there', async (t) => {
      const { kms, intruder, written, tampered } = await fixture(t)
      for (const [index, kind] of kinds.entries()) {
        const [first, second] = written[index] ?? []
        assert.ok(first && second, kind.name)
        const where = (id: string) => `(select position from records where kind = '${kind.name}' and id = '${id}')`
        await intruder.run('drop table if exists kept_records')
        await intruder.run('create table kept_records as select * from records')
        for (const [column, values] of Object.entries(recordEdits)) {
          for (const value of values) {
            const edit = value.replaceAll('$b', where(second.id))
            await intruder.run(
              `update records set ${column} = ${edit} where kind = '${kind.name}' and id = '${first.id}'`,
            )
            const seen: unknown = await kms.records.get(kind, first.id).catch((error: unknown) => error)
            const moved = column === 'kind' || column === 'id'
            const what = `${kind.name}.${column} = ${value}`
            if (seen instanceof KmsError) assert.equal(seen.code, 'InternalFailure', what)
            // a value that was the same already; a row that was moved is no longer found
            else if (seen === undefined) assert.ok(moved, what)
            else assert.deepEqual(seen, first, what)
            for (const other of kinds) {
              for (const id of ['another', `${first.id} `, '', first.id]) {
                if (other === kind && id === first.id) continue
                const found: unknown = await kms.records.get(other, id).catch((error: unknown) => error)
                assert.ok(found === undefined || (found instanceof KmsError && found.code === 'InternalFailure'), what)
              }
            }
            await intruder.run(
              `update records set (kind, id, revision, body, sealed, mac) = (select kind, id, revision, body, sealed, mac
                from kept_records where kept_records.position = records.position)`,
            )
            assert.deepEqual(await kms.records.get(kind, first.id), first)
          }
        }
      }
      assert.ok(tampered.length > 0)
    })

    test('no edit of any index entry puts a record on a list where it does not belong', async (t) => {
      const { kms, intruder, written } = await fixture(t)
      const filters = [
        { account: ['2'] },
        { account: ['1000000000000001'] },
        { KeyState: ['Disabled'] },
        { key: ['2'] },
      ]
      for (const [index, kind] of kinds.entries()) {
        const [first, second] = written[index] ?? []
        assert.ok(first && second, kind.name)
        const where = (id: string) => `(select position from records where kind = '${kind.name}' and id = '${id}')`
        await intruder.run('drop table if exists kept_indexes')
        await intruder.run('create table kept_indexes as select * from record_indexes')
        for (const [column, values] of Object.entries(indexEdits)) {
          for (const value of values) {
            // several entries may become one, which the table does not take
            await intruder
              .run(
                `update record_indexes set ${column} = ${value.replaceAll('$b', where(second.id))} where position = ${where(first.id)}`,
              )
              .catch(() => undefined)
            for (const listed of kinds) {
              for (const filter of filters) {
                const found: unknown = await kms.records
                  .list(listed, filter, { offset: 0, limit: 10 })
                  .catch((error: unknown) => error)
                if (found instanceof KmsError) assert.equal(found.code, 'InternalFailure')
                else {
                  const { items } = found as Awaited<ReturnType<typeof kms.records.list>>
                  for (const { body } of items) {
                    const [name = '', wanted = []] = Object.entries(filter)[0] ?? []
                    const entries = listed.indexes(body)
                    assert.ok(entries.some(([entry, is]) => entry === name && (wanted as string[]).includes(is)))
                  }
                }
              }
            }
            await intruder.run('delete from record_indexes')
            await intruder.run('insert into record_indexes select * from kept_indexes')
          }
        }
      }
    })

    test('a row that was copied to another place, or deleted, is not taken for another', async (t) => {
      const { kms, intruder, written } = await fixture(t)
      for (const [index, kind] of kinds.entries()) {
        const [first, second] = written[index] ?? []
        assert.ok(first && second, kind.name)
        for (const [toKind, toId] of [
          [kind.name, 'copy'],
          ['key', 'copy'],
          ['alias', 'copy'],
        ] as const) {
          await intruder.run(`delete from records where id = 'copy'`)
          await intruder.run(
            `insert into records (kind, id, revision, body, sealed, mac)
              select '${toKind}', '${toId}', revision, body, sealed, mac from records
              where kind = '${kind.name}' and id = '${first.id}'`,
          )
          const target = kinds.find(({ name: other }) => other === toKind)
          assert.ok(target)
          await assert.rejects(kms.records.get(target, toId), { code: 'InternalFailure' })
        }
        await intruder.run(`delete from records where id = 'copy'`)
        await intruder.run(`delete from records where kind = '${kind.name}' and id = '${first.id}'`)
        assert.equal(await kms.records.get(kind, first.id), undefined)
        assert.deepEqual(await kms.records.get(kind, second.id), second)
      }
    })
  })
}

attacks('SQLite', async (t) => {
  const path = join(temporaryFolder(t), 'keyhaven.db')
  await (await openStore({ engine: 'sqlite', path })).close()
  const database = new DatabaseSync(path)
  return {
    store: { engine: 'sqlite', path },
    intruder: { run: async (sql) => database.exec(sql), close: async () => database.close() },
  }
})

let postgres: PostgresServer
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())
attacks('PostgreSQL', async () => {
  const url = await postgres.createDatabase()
  const client = new pg.Client(url)
  await client.connect()
  return {
    store: { engine: 'postgres', url },
    intruder: {
      run: async (sql) => {
        await client.query(sql)
      },
      close: () => client.end(),
    },
  }
})
