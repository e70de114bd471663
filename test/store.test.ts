import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { Conflict, facetsIndex, type IndexEntry, type Store } from '../src/core/store.ts'
import { StoreUnusable } from '../src/store/engine.ts'
import { openStore, type StoreOptions } from '../src/store/open-store.ts'
import { ModelStore } from './kit/model-store.ts'
import { type PostgresServer, startPostgres } from './kit/postgres.ts'
import { all, anyStep, bytes, ids, insert, plain, record, rekey, update } from './kit/stored-records.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhaven-store-'))
after(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const newFile = () => join(folder, `${++files}.db`)
const isConflict = (kind: string, id: string) => (error: unknown) =>
  error instanceof Conflict && error.kind === kind && error.id === id

function contract(name: string, newOptions: () => StoreOptions | Promise<StoreOptions>) {
  describe(`a store on ${name}`, () => {
    let store: Store
    before(async () => {
      store = await openStore(await newOptions())
    })
    after(() => store.close())

    test('returns every column of a record as it was written', async () => {
      const indexes: IndexEntry[] = [
        ['account', '1'],
        ['tag', 'a=b'],
        ['tag', 'c=d'],
        ['empty', ''],
      ]
      const written = record('round', 'trip', { sealed: new Uint8Array([0, 1, 255, 0]), indexes, body: '{"ü":"密钥"}' })
      await store.commit([{ type: 'insert', record: written }])
      assert.deepEqual(plain(await store.get('round', 'trip')), plain(written))
      assert.deepEqual((await store.list('round', {}, all)).items.map(plain), [plain(written)])
    })

    test('knows nothing of an id that is absent or of another kind', async () => {
      await store.commit([insert('absent', 'there')])
      assert.equal(await store.get('absent', 'not there'), undefined)
      assert.equal(await store.get('another', 'there'), undefined)
    })

    test('keeps ids and index values with any characters apart', async () => {
      const odd = [
        '',
        ' ',
        'a',
        'A',
        'a\0',
        'a\0b',
        '\ud800',
        '\udc00',
        '"',
        "'",
        '%',
        '\\',
        'json:"a"',
        'json:',
        'ü',
        'u\u0308',
      ]
      await store.commit(odd.map((id) => insert('odd', id, { indexes: [['value', id]] })))
      for (const id of odd) {
        assert.equal((await store.get('odd', id))?.id, id)
        assert.deepEqual(await ids(store, 'odd', { value: [id] }), [id])
      }
      assert.deepEqual(await ids(store, 'odd', { value: odd }), odd)
    })

    test('refuses to insert an id that exists, and applies nothing of that commit', async () => {
      await store.commit([insert('twice', 'a', { body: '"first"' })])
      const changes = [insert('twice', 'b'), insert('twice', 'a', { body: '"second"' }), insert('twice', 'c')]
      await assert.rejects(store.commit(changes), isConflict('twice', 'a'))
      assert.deepEqual(await ids(store, 'twice'), ['a'])
      assert.equal((await store.get('twice', 'a'))?.body, '"first"')
    })

    test('updates only the revision before the new one', async () => {
      await store.commit([
        insert('update', 'a', {
          sealed: bytes('secret'),
          indexes: [
            ['state', 'on'],
            ['x', '1'],
          ],
        }),
      ])
      await store.commit([
        update('update', 'a', 2, {
          body: '"new"',
          indexes: [
            ['state', 'off'],
            ['x', '1'],
          ],
        }),
      ])
      const stored = plain(await store.get('update', 'a'))
      assert.deepEqual(
        stored,
        plain(
          record('update', 'a', {
            revision: 2,
            body: '"new"',
            indexes: [
              ['state', 'off'],
              ['x', '1'],
            ],
          }),
        ),
      )
      assert.deepEqual(await ids(store, 'update', { state: ['on'] }), [])
      assert.deepEqual(await ids(store, 'update', { state: ['off'], x: ['1'] }), ['a'])
      for (const revision of [1, 2, 4]) {
        await assert.rejects(store.commit([update('update', 'a', revision)]), isConflict('update', 'a'))
      }
      await assert.rejects(store.commit([update('update', 'absent', 2)]), isConflict('update', 'absent'))
      assert.deepEqual(plain(await store.get('update', 'a')), stored)
    })

    test('deletes only the named revision, with its index entries, and lets the id be inserted anew', async () => {
      await store.commit([
        insert('delete', 'a', { indexes: [['x', '1']] }),
        insert('delete', 'b', { indexes: [['x', '1']] }),
      ])
      await assert.rejects(
        store.commit([{ type: 'delete', kind: 'delete', id: 'a', revision: 2 }]),
        isConflict('delete', 'a'),
      )
      await store.commit([{ type: 'delete', kind: 'delete', id: 'a', revision: 1 }])
      assert.equal(await store.get('delete', 'a'), undefined)
      await assert.rejects(
        store.commit([{ type: 'delete', kind: 'delete', id: 'a', revision: 1 }]),
        isConflict('delete', 'a'),
      )
      assert.deepEqual(await ids(store, 'delete', { x: ['1'] }), ['b'])
      await store.commit([insert('delete', 'a')])
      assert.deepEqual(await ids(store, 'delete'), ['b', 'a'])
      assert.deepEqual(await ids(store, 'delete', { x: ['1'] }), ['b'])
    })

    test('commits only while what was checked still holds', async () => {
      await store.commit([insert('check', 'a')])
      const holds = [{ type: 'check', kind: 'check', id: 'a', revision: 1 } as const]
      const isAbsent = [{ type: 'check', kind: 'check', id: 'z', revision: undefined } as const]
      await store.commit([...holds, ...isAbsent, insert('check', 'b')])
      await store.commit([...holds, ...isAbsent])
      await store.commit([update('check', 'a', 2)])
      await assert.rejects(store.commit([...holds, insert('check', 'c')]), isConflict('check', 'a'))
      await store.commit([insert('check', 'z')])
      await assert.rejects(store.commit([...isAbsent, insert('check', 'c')]), isConflict('check', 'z'))
      assert.deepEqual(await ids(store, 'check'), ['a', 'b', 'z'])
    })

    test('does once what may happen once, until the time is over', async () => {
      const once = (id: string, at: number, until: number) => ({ type: 'once', kind: 'call', id, at, until }) as const
      await store.commit([once('a', 16, 100), insert('once', 'a')])
      await assert.rejects(store.commit([once('a', 17, 101), insert('once', 'b')]), isConflict('call', 'a'))
      await assert.rejects(store.commit([once('b', 18, 102), insert('once', 'a')]), isConflict('once', 'a'))
      await store.commit([once('b', 19, 103)])
      await store.commit([once('c', 112, 200), insert('once', 'c')])
      await store.commit([once('a', 113, 200)])
      assert.deepEqual(await ids(store, 'once'), ['a', 'c'])
    })

    test('of the same that many do at once, does one', async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 5 }, (_, n) =>
          store.commit([
            { type: 'once', kind: 'call', id: 'race', at: 1, until: 2 },
            insert('once at once', String(n)),
          ]),
        ),
      )
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
      assert.equal((await ids(store, 'once at once')).length, 1)
    })

    test('puts a record under another key without a new revision, if it is still the one that was read', async () => {
      const [before, after] = ['old', 'new'].map((text) => ({ sealed: bytes(text), indexes: [['x', '1']] as const }))
      await store.commit([insert('rekey', 'a', before), insert('rekey', 'b', before)])
      await store.commit([rekey('rekey', 'a', 1, { ...after, mac: bytes('new mac') })])
      const expected = record('rekey', 'a', { ...after, mac: bytes('new mac') })
      assert.deepEqual(plain(await store.get('rekey', 'a')), plain(expected))
      assert.deepEqual(await ids(store, 'rekey', { x: ['1'] }), ['a', 'b'])
      // who had read it before goes on
      await store.commit([update('rekey', 'a', 2, after)])
      await assert.rejects(store.commit([rekey('rekey', 'a', 1, before)]), isConflict('rekey', 'a'))
      await assert.rejects(store.commit([rekey('rekey', 'z', 1)]), isConflict('rekey', 'z'))
    })

    test('scans every record once, of whatever kind, in the order of insertion', async () => {
      const { end } = await store.scan(0, 1)
      await store.commit(['a', 'b', 'c'].map((id) => insert('scan', id, { indexes: [['x', id]] })))
      await store.commit([insert('scan-too', 'd'), update('scan', 'a', 2)])
      await store.commit([{ type: 'delete', kind: 'scan', id: 'b', revision: 1 }])
      const found: (string | undefined)[] = []
      for (let after = end; ; ) {
        const { records, position, end: last } = await store.scan(after, 2)
        if (records.length === 0) break
        assert.ok(position > after && last >= position)
        found.push(...records.map(({ kind, id, revision, indexes }) => `${kind} ${id} ${revision} ${indexes}`))
        after = position
      }
      assert.deepEqual(found, ['scan a 2 ', 'scan c 1 x,c', 'scan-too d 1 '])
    })

    test('an empty commit does nothing', () => store.commit([]))

    test('refuses a commit that changes one record twice', async () => {
      await assert.rejects(store.commit([insert('same', 'a'), update('same', 'a', 2)]), RangeError)
      assert.equal(await store.get('same', 'a'), undefined)
    })

    test('refuses an index value that an engine could not hold, and applies nothing', async () => {
      const indexes: IndexEntry[] = [['x', 'ü'.repeat(1001)]]
      await assert.rejects(store.commit([insert('long', 'a'), insert('long', 'b', { indexes })]), RangeError)
      assert.deepEqual(await ids(store, 'long'), [])
      assert.deepEqual(await ids(store, 'long', { x: ['ü'.repeat(1001)] }), [])
      await store.commit([insert('long', 'c', { indexes: [['x', 'ü'.repeat(1000)]] })])
      assert.deepEqual(await ids(store, 'long', { x: ['ü'.repeat(1000)] }), ['c'])
    })

    test('lists in order of insertion, whatever was updated since, and pages through it both ways', async () => {
      for (const id of ['m', 'c', 'x', 'a']) await store.commit([insert('order', id)])
      await store.commit([insert('order', 'k'), insert('order', 'b')])
      await store.commit([update('order', 'm', 2), update('order', 'a', 2)])
      assert.deepEqual(await ids(store, 'order'), ['m', 'c', 'x', 'a', 'k', 'b'])
      assert.deepEqual(await ids(store, 'order', {}, { descending: true }), ['b', 'k', 'a', 'x', 'c', 'm'])
      assert.deepEqual(await ids(store, 'order', {}, { offset: 1, limit: 2 }), ['c', 'x'])
      assert.deepEqual(await ids(store, 'order', {}, { offset: 1, limit: 2, descending: true }), ['k', 'a'])
      for (const page of [
        { offset: 5, limit: 10 },
        { offset: 6, limit: 10 },
        { offset: 0, limit: 0 },
        { offset: 0, limit: 1 },
      ]) {
        assert.equal((await store.list('order', {}, page)).total, 6)
      }
    })

    test('a filter wants one of the values under every name', async () => {
      await store.commit([
        insert('filter', '1', {
          indexes: [
            ['state', 'on'],
            ['spec', 'aes'],
            ['tag', 'a'],
            ['tag', 'b'],
          ],
        }),
        insert('filter', '2', {
          indexes: [
            ['state', 'on'],
            ['spec', 'rsa'],
            ['tag', 'b'],
          ],
        }),
        insert('filter', '3', {
          indexes: [
            ['state', 'off'],
            ['spec', 'aes'],
            ['tag', 'a'],
          ],
        }),
        insert('other', '4', {
          indexes: [
            ['state', 'on'],
            ['spec', 'aes'],
          ],
        }),
      ])
      const found = async (filter: Record<string, string[]>) => {
        const { items, total } = await store.list('filter', filter, all)
        assert.equal(total, items.length)
        return items.map(({ id }) => id).join('')
      }
      assert.equal(await found({ state: ['on'] }), '12')
      assert.equal(await found({ state: ['on', 'off'] }), '123')
      assert.equal(await found({ tag: ['a', 'b'] }), '123')
      assert.equal(await found({ state: ['on'], spec: ['aes'] }), '1')
      assert.equal(await found({ state: ['on', 'off'], spec: ['aes', 'rsa'], tag: ['a'] }), '13')
      assert.equal(await found({ state: [] }), '')
      assert.equal(await found({ spec: ['aes'], state: [] }), '')
      assert.equal(await found({ unknown: ['on'] }), '')
    })

    test('finds among thousands of records by thousands of values', async () => {
      const count = 3000
      const many = Array.from({ length: count }, (_, n) =>
        insert('many', `id-${n}`, {
          indexes: [
            ['n', String(n)],
            ['all', ''],
          ],
        }),
      )
      await store.commit(many)
      const even = Array.from({ length: count / 2 }, (_, n) => String(2 * n))
      const { items, total } = await store.list('many', { all: [''], n: even }, { offset: 700, limit: 3 })
      assert.deepEqual(
        items.map(({ id }) => id),
        ['id-1400', 'id-1402', 'id-1404'],
      )
      assert.equal(total, count / 2)
      await store.commit(many.map((_, n) => ({ type: 'delete', kind: 'many', id: `id-${n}`, revision: 1 })))
      assert.equal((await store.list('many', {}, all)).total, 0)
    })

    test('lets the event loop turn between one list and the next', async () => {
      await store.commit([insert('turns', 'a')])
      let turns = 0
      for (const read of [() => store.list('turns', {}, all), () => store.scan(0, 10)]) {
        setImmediate(() => turns++)
        await read()
      }
      assert.equal(turns, 2)
    })

    test('pages through thousands of records of two accounts, whatever was moved or deleted', async () => {
      const of = (n: number) => ({ indexes: [['account', n % 3 === 0 ? 'few' : 'many']] as IndexEntry[] })
      const name = (n: number): string => `id-${String(n).padStart(5, '0')}`
      const numbers = Array.from({ length: 10_000 }, (_, n) => n)
      await store.commit(numbers.map((n) => insert('paged', name(n), of(n))))
      // Positions 1000 to 5999 lose half of their records; some change their account.
      const gone = numbers.filter((n) => n >= 1000 && n < 6000 && n % 2 === 0)
      await store.commit(gone.map((n) => ({ type: 'delete', kind: 'paged', id: name(n), revision: 1 })))
      const moved = numbers.filter((n) => n % 1000 === 1)
      await store.commit(moved.map((n) => update('paged', name(n), 2, { indexes: [['account', 'few']] })))
      const accountOf = (n: number): string => (moved.includes(n) || n % 3 === 0 ? 'few' : 'many')
      const left = numbers.filter((n) => !gone.includes(n))
      for (const account of ['few', 'many', 'none']) {
        const expected = left.filter((n) => accountOf(n) === account).map(name)
        const offsets = [0, 1, 999, 1500, 2731, 3500, expected.length - 2, expected.length, expected.length + 5]
        for (const descending of [false, true])
          for (const offset of offsets.filter((each) => each >= 0)) {
            const { items, total } = await store.list('paged', { account: [account] }, { offset, limit: 3, descending })
            const ordered = descending ? expected.toReversed() : expected
            assert.deepEqual(
              items.map(({ id }) => id),
              ordered.slice(offset, offset + 3),
              `${account} from ${offset}`,
            )
            assert.equal(total, expected.length)
          }
      }
      await store.commit(
        left.map((n) => ({ type: 'delete', kind: 'paged', id: name(n), revision: moved.includes(n) ? 2 : 1 })),
      )
      assert.equal((await store.list('paged', { account: ['many'] }, all)).total, 0)
    })

    test('pages through thousands of records by their facets, and by other names beside them', async () => {
      const of = (n: number, state = n % 3 === 0 ? 'on' : 'off', facets = true) => {
        const entries: IndexEntry[] = [
          ['account', n % 10 === 0 ? 'few' : 'many'],
          ['spec', `spec-${n % 4}`],
          ['state', state],
        ]
        const tag: IndexEntry[] = n % 100 === 7 ? [['tag', 'x']] : []
        return { indexes: [...entries, ...tag, ...(facets ? [[facetsIndex, JSON.stringify(entries)] as const] : [])] }
      }
      const name = (n: number): string => `id-${String(n).padStart(5, '0')}`
      const numbers = Array.from({ length: 2500 }, (_, n) => n)
      await store.commit(numbers.map((n) => insert('faceted', name(n), of(n))))
      const moved = numbers.filter((n) => n % 500 === 1)
      await store.commit(moved.map((n) => update('faceted', name(n), 2, of(n, 'moved'))))
      const gone = numbers.filter((n) => n >= 1000 && n < 1500)
      await store.commit(
        gone.map((n) => ({ type: 'delete', kind: 'faceted', id: name(n), revision: moved.includes(n) ? 2 : 1 })),
      )
      const left = numbers.filter((n) => !gone.includes(n))
      const stateOf = (n: number): string => (moved.includes(n) ? 'moved' : n % 3 === 0 ? 'on' : 'off')
      const check = async () => {
        for (const { filter, matches } of [
          { filter: { account: ['many'], state: ['on'] }, matches: (n: number) => n % 10 > 0 && stateOf(n) === 'on' },
          { filter: { account: ['few', 'many'], state: ['moved', 'none'] }, matches: (n: number) => moved.includes(n) },
          {
            filter: { state: ['on', 'off'], account: ['many'], spec: ['spec-1', 'spec-3'] },
            matches: (n: number) => n % 10 > 0 && n % 2 === 1 && !moved.includes(n),
          },
          { filter: { account: ['many'], state: ['none'] }, matches: () => false },
          { filter: { account: ['many'], state: [] }, matches: () => false },
          { filter: { account: ['many'], tag: ['x'] }, matches: (n: number) => n % 100 === 7 },
          { filter: { account: ['many'], tag: ['x'], state: ['on'] }, matches: (n: number) => n % 300 === 207 },
        ]) {
          const expected = left.filter(matches).map(name)
          for (const descending of [false, true])
            for (const offset of [0, expected.length >> 1, Math.max(0, expected.length - 2)]) {
              const { items, total } = await store.list('faceted', filter, { offset, limit: 5, descending })
              const ordered = descending ? expected.toReversed() : expected
              assert.deepEqual(
                items.map(({ id }) => id),
                ordered.slice(offset, offset + 5),
                `${JSON.stringify(filter)} from ${offset}`,
              )
              assert.equal(total, expected.length)
            }
        }
      }
      await check()
      // One that an earlier release has written, which knew no facets.
      await store.commit([update('faceted', name(0), 2, of(0, 'on', false))])
      await check()
    })

    test('of many that update one revision at once exactly one wins', async () => {
      await store.commit([insert('race', 'a')])
      for (let revision = 2; revision < 7; revision++) {
        const results = await Promise.allSettled(
          Array.from({ length: 8 }, (_, n) =>
            store.commit([insert('race', `${revision}-${n}`), update('race', 'a', revision, { body: `"${n}"` })]),
          ),
        )
        const winners = results.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []))
        for (const result of results) assert.ok(result.status === 'fulfilled' || result.reason instanceof Conflict)
        assert.equal(winners.length, 1)
        assert.equal((await store.get('race', 'a'))?.body, `"${winners[0]}"`)
        assert.ok(await store.get('race', `${revision}-${winners[0]}`))
        assert.equal((await store.list('race', {}, all)).total, revision)
      }
    })

    test('of many that insert one id at once exactly one wins', async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 8 }, (_, n) => store.commit([insert('first', 'a', { body: `"${n}"` })])),
      )
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
      for (const result of results) assert.ok(result.status === 'fulfilled' || result.reason instanceof Conflict)
    })

    test('two commits that each rely on what the other changes do not both succeed', async () => {
      for (let round = 0; round < 10; round++) {
        const [a, b] = [`a${round}`, `b${round}`]
        const results = await Promise.allSettled([
          store.commit([{ type: 'check', kind: 'skew', id: a, revision: undefined }, insert('skew', b)]),
          store.commit([{ type: 'check', kind: 'skew', id: b, revision: undefined }, insert('skew', a)]),
        ])
        assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
      }
    })

    test('behaves like a map with revisions under any history', async () => {
      let run = 0
      await fc.assert(
        fc.asyncProperty(fc.array(anyStep, { maxLength: 25 }), async (steps) => {
          const kinds = [`model-${++run}`, `model-${run}'`]
          const model = new ModelStore()
          for (const { changes, filter, page } of steps) {
            const commit = changes.map((change) => change(kinds))
            const outcome = (target: Store) => target.commit(commit).then(() => 'done', String)
            assert.equal(await outcome(store), await outcome(model))
            for (const kind of kinds) {
              const [found, expected] = await Promise.all([
                store.list(kind, filter, page),
                model.list(kind, filter, page),
              ])
              assert.deepEqual(found.items.map(plain), expected.items.map(plain))
              assert.equal(found.total, expected.total)
            }
          }
        }),
        { numRuns: 40 },
      )
    })
  })
}

contract('SQLite in memory', () => ({ engine: 'sqlite', path: ':memory:' }))
contract('an SQLite file', () => ({ engine: 'sqlite', path: newFile() }))

let postgres: PostgresServer
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())
contract('PostgreSQL', async () => ({ engine: 'postgres', url: await postgres.createDatabase() }))

describe('PostgreSQL', () => {
  test('keeps what was committed for the next connection', async () => {
    const url = await postgres.createDatabase()
    const first = await openStore({ engine: 'postgres', url })
    await first.commit([insert('key', 'a')])
    await first.close()
    const second = await openStore({ engine: 'postgres', url })
    assert.deepEqual(await ids(second, 'key'), ['a'])
    await second.close()
  })

  test('two nodes that start on an empty database at once share one schema', async () => {
    const url = await postgres.createDatabase()
    const nodes = await Promise.all(
      Array.from({ length: 4 }, () => openStore({ engine: 'postgres', url, maxConnections: 2 })),
    )
    const results = await Promise.allSettled(nodes.map((node) => node.commit([insert('key', 'a')])))
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const node of nodes) assert.deepEqual(await ids(node, 'key'), ['a'])
    await Promise.all(nodes.map((node) => node.close()))
  })

  test('counts what many on two nodes write at once, who do not wait for each other', async () => {
    const url = await postgres.createDatabase()
    const nodes = [await openStore({ engine: 'postgres', url }), await openStore({ engine: 'postgres', url })]
    const indexes: IndexEntry[] = [['account', '1']]
    const client = new pg.Client(url)
    await client.connect()
    // Somebody who has written to the same block, and takes his time.
    await client.query('begin')
    const { rows } = await client.query(
      `insert into records (kind, id, revision, body, mac) values ('key', 'slow', 1, '{}', '') returning position`,
    )
    await client.query(
      `insert into record_indexes (kind, name, value, position) values ('key', 'account', '1', ${rows[0]?.position})`,
    )
    const total = async () => (await nodes[0]?.list('key', { account: ['1'] }, { offset: 0, limit: 0 }))?.total
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, n) => nodes[n % 2]?.commit([insert('key', String(n % 80), { indexes })])),
    )
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    for (const failure of failures) assert.ok(failure instanceof Conflict, String(failure))
    assert.deepEqual([failures.length, await total()], [20, 80])
    await client.query('commit')
    assert.equal(await total(), 81)
    await Promise.all(
      Array.from({ length: 70 }, (_, n) =>
        nodes[n % 2]?.commit([{ type: 'delete', kind: 'key', id: String(n), revision: 1 }]),
      ),
    )
    assert.equal(await total(), 11)
    // Of one row for each change some are left: one that says most of it, and what came since.
    const counted = await client.query('select count(*)::int as rows, sum(entries)::int as entries from index_blocks')
    assert.equal(counted.rows[0]?.entries, 11)
    assert.ok(counted.rows[0]?.rows < 151, `${counted.rows[0]?.rows} rows`)
    await client.end()
    await Promise.all(nodes.map((node) => node.close()))
  })

  test('of a release that counted nothing is counted when opened, while that one goes on', async () => {
    const url = await postgres.createDatabase()
    const before = await openStore({ engine: 'postgres', url })
    const of = (account: string, state: string): IndexEntry[] => [
      ['account', account],
      ['KeyState', state],
    ]
    await before.commit(
      Array.from({ length: 10 }, (_, n) => insert('key', `id-${n}`, { indexes: of('1', `s${n % 2}`) })),
    )
    const client = new pg.Client(url)
    await client.connect()
    await client.query(`
      drop trigger index_blocks_insert on record_indexes; drop trigger index_blocks_delete on record_indexes;
      drop function index_blocks_insert; drop function index_blocks_delete; drop function index_blocks_merge;
      drop table index_blocks; drop table happened; update store_meta set value = '4' where name = 'schema_version'
    `)
    const after = await openStore({ engine: 'postgres', url })
    const list = async (filter: Record<string, string[]>) => {
      const { items, total } = await after.list('key', filter, { offset: 1, limit: 2 })
      return [total, ...items.map(({ id }) => id)]
    }
    assert.deepEqual(await list({ account: ['1'] }), [10, 'id-1', 'id-2'])
    assert.deepEqual(await list({ account: ['1'], KeyState: ['s1'] }), [5, 'id-3', 'id-5'])
    await before.commit([insert('key', 'another', { indexes: of('1', 's1') })])
    await before.commit([{ type: 'delete', kind: 'key', id: 'id-1', revision: 1 }])
    assert.deepEqual(await list({ account: ['1'] }), [10, 'id-2', 'id-3'])
    assert.deepEqual(await list({ account: ['1'], KeyState: ['s1'] }), [5, 'id-5', 'id-7'])
    await client.end()
    await Promise.all([before.close(), after.close()])
  })

  test('warns when the server may lose what it acknowledged, without naming the password', async () => {
    const url = await postgres.createDatabase()
    const database = new URL(url).pathname.slice(1)
    const client = new pg.Client(url)
    await client.connect()
    const warningsOf = async () => {
      const warnings: string[] = []
      await (await openStore({ engine: 'postgres', url }, (message) => warnings.push(message))).close()
      return warnings
    }
    assert.deepEqual(await warningsOf(), [])
    await client.query(`alter database ${database} set synchronous_commit = off`)
    const [warning, ...others] = await warningsOf()
    assert.match(warning ?? '', /synchronous_commit=off/)
    assert.ok(!warning?.includes(new URL(url).password))
    assert.deepEqual(others, [])
    await client.query(`alter database ${database} set default_transaction_read_only = on`)
    await assert.rejects(openStore({ engine: 'postgres', url }), /read-only/)
    await client.end()
  })

  test('is refused where advisory locks are there in name only', async () => {
    const url = await postgres.createDatabase()
    const client = new pg.Client(url)
    await client.connect()
    await client.query(`
      create schema other;
      create function other.version() returns text language sql as $$ select 'CockroachDB CCL v23.1.11 (linux)' $$;
      create function other.pg_advisory_xact_lock(bigint) returns void language sql as $$ select $$;
      alter database ${new URL(url).pathname.slice(1)} set search_path = other, public, pg_catalog
    `)
    await client.end()
    await assert.rejects(
      openStore({ engine: 'postgres', url }),
      /is CockroachDB CCL v23\.1\.11, whose advisory locks exclude nobody/,
    )
  })

  test('of a newer release, or out of reach, is refused in one line without the password', async () => {
    const url = await postgres.createDatabase()
    await (await openStore({ engine: 'postgres', url })).close()
    const client = new pg.Client(url)
    await client.connect()
    await client.query(`update store_meta set value = '999' where name = 'schema_version'`)
    await client.end()
    await assert.rejects(openStore({ engine: 'postgres', url }), /newer release of Keyhaven \(schema 999/)
    const nobody = 'postgres://someone:hunter2@127.0.0.1:1/keyhaven'
    await assert.rejects(openStore({ engine: 'postgres', url: nobody }), (error) => {
      assert.ok(error instanceof StoreUnusable)
      assert.match(error.message, /127\.0\.0\.1:1\/keyhaven does not answer \(connect ECONNREFUSED/)
      assert.doesNotMatch(error.message, /hunter2|\n/)
      return true
    })
  })
})
