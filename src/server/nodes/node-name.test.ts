import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { testKms } from '../../../test/kit/kms.ts'
import { NodeLease, presentNodes, renewMs } from '../../core/oversight/node-lease.ts'
import type { Store } from '../../core/store.ts'
import { openStore } from '../../store/open-store.ts'
import { configSchema } from '../config/schema.ts'
import { NodeName } from './node-name.ts'

/** Servers that would share a PostgreSQL, timers that are moved by hand, and commits that can be held up. */
async function servers(t: TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const inner = await openStore({ engine: 'sqlite', path: ':memory:' })
  let commits = 0
  let obstacle: Promise<void> | undefined
  const store: Store = {
    get: (kind, id) => inner.get(kind, id),
    list: (kind, filter, page) => inner.list(kind, filter, page),
    scan: (after, limit) => inner.scan(after, limit),
    async commit(changes) {
      commits++
      const waiting = obstacle
      obstacle = undefined
      await waiting
      return inner.commit(changes)
    },
    close: () => inner.close(),
  }
  const { kms } = await testKms({ store })
  const seen = { lost: 0, heard: [] as (number | undefined)[] }
  const nodeName = new NodeName({
    kms,
    config: configSchema.parse({ store: 'postgres://db/kms', data: 'nowhere', node: 'one' }),
    log: { write: () => {} },
    onLost: () => void seen.lost++,
    use: async () => ({}),
    hear: async (others) => void seen.heard.push(others?.length),
  })
  /** Time passes, and everything that is done without waiting for it. */
  const pass = async (milliseconds: number): Promise<void> => {
    t.mock.timers.tick(milliseconds)
    for (let turns = 0; turns < 20; turns++) await turn()
  }
  /** Holds up the next commit. @returns what lets it go on */
  const hold = (): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    obstacle = promise
    return resolve
  }
  const names = async (): Promise<readonly string[]> => (await presentNodes(kms.records)).map(({ id }) => id)
  return { kms, nodeName, seen, pass, hold, names, commits: () => commits }
}

test('a name is kept until it is released, and taken again after that', async (t) => {
  const { nodeName, seen, pass, names, commits } = await servers(t)
  for (let round = 0; round < 2; round++) {
    await nodeName.take()
    await pass(renewMs)
    assert.deepEqual(await names(), ['one'])
    await nodeName.release()
    assert.deepEqual(await names(), [])
    const before = commits()
    await pass(3 * renewMs)
    assert.equal(commits(), before)
  }
  assert.deepEqual(seen, { lost: 0, heard: [0, 0, 0, 0] })
})

test('a renewal that is under way when the name is released does not take it again', async (t) => {
  const { nodeName, pass, hold, names, commits } = await servers(t)
  await nodeName.take()
  const goOn = hold()
  const before = commits()
  await pass(3 * renewMs)
  assert.equal(commits(), before + 1, 'one at a time')
  const released = nodeName.release()
  await pass(0)
  goOn()
  await released
  await pass(0)
  assert.deepEqual(await names(), [])
})

test('who finds its name taken by another is told, and leaves that its name', async (t) => {
  const { kms, nodeName, seen, pass, names } = await servers(t)
  await nodeName.take()
  const self = { process: 'another', place: undefined, host: 'host', version: '1' }
  await new NodeLease({ records: kms.records, name: 'one', self, leaseMs: 0, now: kms.now }).take()
  await pass(renewMs)
  assert.equal(seen.lost, 1)
  await nodeName.release()
  assert.deepEqual(await names(), ['one'])
})
