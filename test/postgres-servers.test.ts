import assert from 'node:assert/strict'
import { after, before, describe, type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type Store, StoreUnavailable } from '../src/core/store.ts'
import { StoreUnusable } from '../src/store/engine.ts'
import type { Seen } from '../src/store/engines/postgres-identity.ts'
import { openStore } from '../src/store/open-store.ts'
import { PostgresPair } from './kit/postgres-pair.ts'
import { all, ids, insert } from './kit/stored-records.ts'

/** What a node keeps of the database in its data directory. */
function memory() {
  const kept: Seen[] = []
  return { kept, read: () => kept.at(-1), keep: (seen: Seen) => void kept.push(seen) }
}

const refusal = (what: RegExp) => (error: unknown) => {
  assert.ok(error instanceof StoreUnusable, String(error))
  assert.match(error.message, what)
  assert.doesNotMatch(error.message, /for-this-test-only|\n/)
  return true
}

/** Commits again and again, whatever happens to the database, and keeps what was acknowledged. */
function load(store: Store) {
  const acknowledged: string[] = []
  const stopping = new AbortController()
  const worker = async (name: number): Promise<void> => {
    for (let n = 0; !stopping.signal.aborted; n++) {
      try {
        await store.commit([insert('load', `${name}-${n}`)])
        acknowledged.push(`${name}-${n}`)
      } catch (error) {
        assert.ok(error instanceof StoreUnavailable, String(error))
        await wait(10)
      }
    }
  }
  const workers = Promise.all(Array.from({ length: 4 }, (_, name) => worker(name)))
  return {
    acknowledged,
    async more(): Promise<void> {
      for (const wanted = acknowledged.length + 50; acknowledged.length < wanted; ) await wait(5)
    },
    async stop(): Promise<void> {
      stopping.abort()
      await workers
    },
  }
}

describe('of several servers', () => {
  let pair: PostgresPair
  before(async () => {
    pair = await PostgresPair.start()
  })
  after(() => pair[Symbol.asyncDispose]())

  async function opened(t: TestContext, url: string, seen = memory()) {
    const warnings: string[] = []
    const store = await openStore({ engine: 'postgres', url, memory: seen }, (text) => warnings.push(text))
    t.after(() => store.close())
    return { store, seen, warnings }
  }

  test('a standby alone is refused, and one that was primary, by who has seen the next one', async (t) => {
    await assert.rejects(openStore({ engine: 'postgres', url: pair.urlOf(pair.standby) }), refusal(/is a standby\.$/))
    const { store, seen, warnings } = await opened(t, pair.url)
    const work = load(store)
    await work.more()
    const former = pair.primary
    await pair.kill(former)
    await pair.promote()
    await work.more()
    // It comes back, reached by the nodes but not by the other server, and takes itself for the primary still.
    await pair.resume(former)
    await work.more()
    await work.stop()
    const stored = new Set(await ids(store, 'load'))
    assert.deepEqual(
      work.acknowledged.filter((id) => !stored.has(id)),
      [],
    )
    assert.equal(warnings.length, 1, warnings.join('\n'))
    assert.match(warnings[0] ?? '', /is at 127\.0\.0\.1:\d+ now, and no longer at 127\.0\.0\.1:\d+\.$/)
    const [first, ...others] = seen.kept
    assert.deepEqual([first?.timeline, others.at(-1)?.timeline, others.at(-1)?.system === first?.system], [1, 2, true])
    // A node that was started when only the former primary can be reached knows it from its memory;
    const old = { engine: 'postgres', url: pair.urlOf(former) } as const
    await assert.rejects(
      openStore({ ...old, memory: seen }),
      refusal(/is a former primary or an old copy: its timeline is 1, and 2 was seen\.$/),
    )
    // one without, from the other server, and otherwise because its commits wait for a standby in vain.
    const { store: other } = await opened(t, pair.url)
    assert.deepEqual(new Set(await ids(other, 'load')), stored)
    await assert.rejects(openStore(old), refusal(/does not answer/))
  })

  test('a commit whose wait for the standby is cancelled is acknowledged once the standby has it', async (t) => {
    await pair.makeStandby(pair.standby)
    const { store } = await opened(t, pair.url)
    pair.freeze(pair.standby)
    let isAcknowledged: boolean = false
    const commit = store.commit([insert('cancelled', 'a')]).then(() => {
      isAcknowledged = true
    })
    try {
      const waiting = `select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep' and query = 'commit'`
      while ((await pair.ask(waiting)).length === 0) await wait(10)
      while ((await pair.ask(`select from records where kind = 'cancelled'`)).length === 0) await wait(10)
      assert.equal(isAcknowledged, false)
    } finally {
      pair.thaw(pair.standby)
    }
    await commit
    assert.deepEqual(await ids(store, 'cancelled'), ['a'])
  })

  test('the one is not believed that cannot commit: it may be cut off, and another in its place', async (t) => {
    const { store, warnings } = await opened(t, pair.url)
    await store.commit([insert('key', 'a')])
    pair.freeze(pair.standby)
    try {
      const started = performance.now()
      await assert.rejects(
        async () => {
          for (;;) {
            await store.list('key', {}, all)
            await wait(50)
          }
        },
        (error) => error instanceof StoreUnavailable && /has no primary/.test(error.message),
      )
      assert.ok(performance.now() - started > 1000, 'one slow answer is none of it')
      await pair.kill(pair.primary)
    } finally {
      pair.thaw(pair.standby)
    }
    await pair.promote()
    while (!(await store.get('key', 'a').catch(() => undefined))) await wait(20)
    assert.match(warnings.join(), /is at 127\.0\.0\.1:\d+ now, and no longer at/, 'though there was none in between')
  })
})
