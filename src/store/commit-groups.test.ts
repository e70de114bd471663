import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { temporaryFolder } from '../../test/kit/audit.ts'
import { ModelStore } from '../../test/kit/model-store.ts'
import { all, anyStep, ids, insert, plain } from '../../test/kit/stored-records.ts'
import { type Change, Conflict } from '../core/store.ts'
import { openStore } from './open-store.ts'

/**
 * The kind of a record whose commit fails in a way of its own: while the statement runs, ending the whole transaction as a
 * full disk may; at the COMMIT; before anything is written; between two writes.
 */
const faults = ['rolled-back', 'broken-at-commit', 'twice', 'too-long'] as const
type Fault = (typeof faults)[number]

async function opened(t: TestContext) {
  const path = join(temporaryFolder(t), 'keyhaven.db')
  const store = await openStore({ engine: 'sqlite', path })
  t.after(() => store.close())
  const other = new DatabaseSync(path)
  t.after(() => other.close())
  other.exec(`
    create table parents (id integer primary key);
    create table children (parent integer references parents (id) deferrable initially deferred);
    create trigger fail_at_once after insert on records when new.kind = 'rolled-back' begin
      select raise(rollback, 'the statement failed');
    end;
    create trigger fail_later after insert on records when new.kind = 'broken-at-commit' begin
      insert into children values (1);
    end
  `)
  return { path, store, other }
}

function withFault(changes: readonly Change[], fault: Fault | undefined): readonly Change[] {
  switch (fault) {
    case undefined:
      return changes
    case 'twice':
      return [insert('twice', 'a'), insert('twice', 'a'), ...changes]
    case 'too-long':
      return [insert('too-long', 'a'), insert('too-long', 'b', { indexes: [['x', 'x'.repeat(2001)]] }), ...changes]
    default:
      return [...changes, insert(fault, 'a')]
  }
}

/** What a commit came to; of the faults only that there was one, since a conflict may be met before it. */
const outcomeOf = (work: Promise<void>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Conflict ? error.message : 'failed'),
  )

const anyCommit = fc.record({
  step: anyStep,
  fault: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, fc.constantFrom(...faults)),
})

describe('many commits at once', () => {
  test('end as they would one after the other, whichever of them fail and however', async (t) => {
    const { store } = await opened(t)
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(anyCommit, { maxLength: 80 }), async (commits) => {
        const kinds = [`many-${++run}`, `many-${run}'`]
        const model = new ModelStore()
        const batches = commits.map(({ step, fault }) => ({
          changes: step.changes.map((build) => build(kinds)),
          fault,
        }))
        const ends = await Promise.all(
          batches.map(({ changes, fault }) => outcomeOf(store.commit(withFault(changes, fault)))),
        )
        for (const [index, { changes, fault }] of batches.entries()) {
          if (fault === undefined) assert.equal(ends[index], await outcomeOf(model.commit(changes)))
          else assert.notEqual(ends[index], 'done')
        }
        for (const kind of kinds) {
          const [found, expected] = await Promise.all([store.list(kind, {}, all), model.list(kind, {}, all)])
          assert.deepEqual(found.items.map(plain), expected.items.map(plain))
        }
        for (const fault of faults) assert.deepEqual(await ids(store, fault), [])
      }),
      { numRuns: 60 },
    )
  })

  test('are acknowledged when they can be read, and never before', async (t) => {
    const { store, other } = await opened(t)
    const stored = other.prepare(`select count(*) as count from records where kind = 'key'`)
    let acknowledged = 0
    await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        await store.commit([insert('key', String(n))])
        acknowledged++
        assert.ok(Number(stored.get()?.count) >= acknowledged)
      }),
    )
    assert.equal(acknowledged, 100)
  })

  test('share transactions: 64 callers wait for the disk twice', async (t) => {
    const { path, store, other } = await opened(t)
    const version = () => Number(other.prepare('pragma data_version').get()?.data_version)
    const seen = new Set([version()])
    await Promise.all(
      Array.from({ length: 64 }, (_, n) => store.commit([insert('key', String(n))]).then(() => seen.add(version()))),
    )
    assert.equal(seen.size, 3, path)
  })

  test('one of thousands of changes goes alone, and holds none of the small ones back', async (t) => {
    const { store } = await opened(t)
    const large = Array.from({ length: 5000 }, (_, n) => insert('large', String(n)))
    await Promise.all([
      store.commit([insert('key', 'before')]),
      store.commit(large),
      store.commit([insert('key', 'after')]),
    ])
    assert.deepEqual(await ids(store, 'key'), ['before', 'after'])
    assert.equal((await store.list('large', {}, { offset: 0, limit: 0 })).total, 5000)
  })

  test('that wait when the store is closed are done before', async (t) => {
    const path = join(temporaryFolder(t), 'keyhaven.db')
    const store = await openStore({ engine: 'sqlite', path })
    const commits = Array.from({ length: 70 }, (_, n) => store.commit([insert('key', String(n))]))
    await Promise.all([store.close(), ...commits])
    const again = await openStore({ engine: 'sqlite', path })
    t.after(() => again.close())
    assert.equal((await again.list('key', {}, all)).total, 70)
  })
})
