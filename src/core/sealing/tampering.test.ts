import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { testKms } from '../../../test/kit/kms.ts'
import { openStore } from '../../store/open-store.ts'
import { KmsError } from '../errors.ts'
import { recordKind } from '../records.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhaven-tampering-'))
after(() => rmSync(folder, { recursive: true, force: true }))
let files = 0

interface Switch {
  readonly accountId: string
  readonly state: 'on' | 'off'
}
const switches = recordKind<Switch>({
  name: 'switch',
  indexes: ({ accountId, state }) => [
    ['account', accountId],
    ['state', state],
  ],
})
const others = recordKind<Switch>({ name: 'other', indexes: () => [] })
const all = { offset: 0, limit: 10 }

/** Records in a file, which somebody else has opened too. */
async function fixture() {
  const path = join(folder, `${++files}.db`)
  const test = await testKms({ store: await openStore({ engine: 'sqlite', path }) })
  const database = new DatabaseSync(path)
  await test.kms.records.transaction(async (transaction) => {
    const off = { accountId: '1', state: 'off' } as const
    await transaction.insert(switches, 'a', off, new Uint8Array([1]))
    await transaction.insert(switches, 'b', { ...off, accountId: '2' }, new Uint8Array([2]))
    await transaction.insert(others, 'c', off)
  })
  test.records.forgetAll()
  return {
    ...test,
    alter(sql: string, ...values: SQLInputValue[]) {
      assert.ok(Number(database.prepare(sql).run(...values).changes) > 0, sql)
    },
    close: async () => {
      database.close()
      await test.store.close()
    },
  }
}

const isRefused = (error: unknown) => error instanceof KmsError && error.code === 'InternalFailure'

describe('somebody who writes to the database', () => {
  const alterations: Readonly<Record<string, [string, ...SQLInputValue[]]>> = {
    'the body': [`update records set body = replace(body, 'off', 'on') where id = 'a'`],
    'the body, meaning the same': [`update records set body = body || ' ' where id = 'a'`],
    'the revision': [`update records set revision = 2 where id = 'a'`],
    'the MAC': [`update records set mac = zeroblob(32) where id = 'a'`],
    'the length of the MAC': [`update records set mac = substr(mac, 1, 31) where id = 'a'`],
    'the secret': [`update records set sealed = zeroblob(length(sealed)) where id = 'a'`],
    'a secret away': [`update records set sealed = null where id = 'a'`],
    'a secret to nothing': [`update records set sealed = x'' where id = 'a'`],
    'the secret of another record in': [
      `update records set sealed = (select sealed from records where id = 'b') where id = 'a'`,
    ],
    'the body of another record in': [
      `update records set body = (select body from records where id = 'b') where id = 'a'`,
    ],
    'everything of another record in': [
      `update records set (body, sealed, mac) = (select body, sealed, mac from records where id = 'b') where id = 'a'`,
    ],
    'the MAC of another record in': [
      `update records set mac = (select mac from records where id = 'b') where id = 'a'`,
    ],
  }
  for (const [what, [sql, ...values]] of Object.entries(alterations)) {
    test(`who changes ${what} makes the record unusable`, async () => {
      const { kms, alter, tampered, close } = await fixture()
      alter(sql, ...values)
      await assert.rejects(kms.records.get(switches, 'a'), isRefused)
      await assert.rejects(kms.records.list(switches, {}, all), isRefused)
      await assert.rejects(
        kms.records.transaction((transaction) => transaction.get(switches, 'a')),
        isRefused,
      )
      assert.deepEqual(tampered, ['switch a', 'switch a', 'switch a'])
      assert.ok(await kms.records.get(switches, 'b'))
      await close()
    })
  }

  test('cannot give a record another id or kind', async () => {
    const { kms, alter, close } = await fixture()
    alter(`update records set id = 'z' where id = 'a'`)
    await assert.rejects(kms.records.get(switches, 'z'), isRefused)
    alter(`update records set kind = 'switch' where id = 'c'`)
    await assert.rejects(kms.records.get(switches, 'c'), isRefused)
    await close()
  })

  test('cannot put a record on a list where it does not belong', async () => {
    const { kms, alter, tampered, close } = await fixture()
    alter(`update record_indexes set value = 'on' where name = 'state' and value = 'off'`)
    await assert.rejects(kms.records.list(switches, { state: ['on'] }, all), isRefused)
    assert.deepEqual(tampered, ['switch a'])
    assert.equal((await kms.records.list(switches, { account: ['1'] }, all)).total, 1)
    alter(`update record_indexes set value = '1' where name = 'account' and value = '2'`)
    await assert.rejects(kms.records.list(switches, { account: ['1'] }, all), isRefused)
    await close()
  })

  test('who swaps the secrets of two records gets neither opened, even when the MACs were right', async () => {
    const { kms, close } = await fixture()
    const [a, b] = await Promise.all([kms.records.get(switches, 'a'), kms.records.get(switches, 'b')])
    assert.ok(a && b)
    await assert.rejects(kms.sealing.open(switches, { ...a, sealed: b.sealed }), isRefused)
    await assert.rejects(kms.sealing.open(switches, { ...b, sealed: a.sealed }), isRefused)
    await close()
  })

  test('who alters the key of an account makes its secrets unreadable', async () => {
    const { kms, records, alter, tampered, close } = await fixture()
    const record = await kms.records.get(switches, 'a')
    assert.ok(record)
    const { rootKey } = records.keyring
    const reopened = () => {
      records.keyring.seal()
      records.keyring.unseal({ rootKey })
      return kms.sealing.open(switches, record)
    }
    assert.deepEqual(new Uint8Array(await reopened()), new Uint8Array([1]))
    alter(
      `update records set (body, sealed, mac) = (select body, sealed, mac from records where id = '2/1') where id = '1/1'`,
    )
    await assert.rejects(reopened(), isRefused)
    assert.ok(tampered.includes('kek 1/1'))
    await close()
  })

  test('who changes any single byte of a row makes the record unusable', async () => {
    const { kms, store, records, alter, close } = await fixture()
    const stored = await store.get('switch', 'a')
    assert.ok(stored?.sealed)
    const columns = { body: Buffer.from(stored.body, 'latin1'), sealed: stored.sealed, mac: stored.mac }
    const anyColumn = fc.constantFrom('body', 'sealed', 'mac')
    await fc.assert(
      fc.asyncProperty(anyColumn, fc.nat(), fc.integer({ min: 1, max: 127 }), async (column, position, flip) => {
        const before = columns[column]
        const altered = Uint8Array.from(before)
        const index = position % altered.length
        altered[index] = (altered[index] ?? 0) ^ flip
        const write = (bytes: Uint8Array) =>
          alter(
            `update records set ${column} = ? where id = 'a'`,
            column === 'body' ? Buffer.from(bytes).toString('latin1') : bytes,
          )
        write(altered)
        records.forgetAll()
        await assert.rejects(kms.records.get(switches, 'a'), isRefused)
        write(before)
        assert.ok(await kms.records.get(switches, 'a'))
      }),
    )
    await close()
  })
})
