import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Conflict, type Store, StoreUnavailable } from '../../core/store.ts'
import { outageMemory, storeState, watchedStore } from './store-watch.ts'

/** A store whose calls end when and as the test says, and what is logged of it. */
function watched() {
  const clock = { ms: 0 }
  const lines: string[] = []
  const calls: PromiseWithResolvers<undefined>[] = []
  const call = () => {
    const ending = Promise.withResolvers<undefined>()
    calls.push(ending)
    return ending.promise
  }
  const inner = { get: call, commit: call, list: call, close: call } as unknown as Store
  const log = {
    write: (level: string, message: string, fields: { count?: number; durationMs?: number } = {}) =>
      void lines.push([level, message, fields.count, fields.durationMs].filter((part) => part !== undefined).join(' ')),
  }
  const memory = outageMemory()
  const store = watchedStore(inner, log, { memory, monotonicMs: () => clock.ms })
  const end = async (promise: Promise<unknown>, ending: PromiseWithResolvers<undefined> | undefined, error?: Error) => {
    if (error) ending?.reject(error)
    else ending?.resolve(undefined)
    await promise.catch(() => undefined)
  }
  /** One call that begins and ends now. */
  const meet = async (what: 'get' | 'commit', error?: Error) => {
    clock.ms++
    const promise = what === 'get' ? store.get('key', 'a') : store.commit([])
    await end(promise, calls.pop(), error)
  }
  return { clock, lines, calls, store, meet, end, state: () => storeState(memory) }
}

const gone = new StoreUnavailable('It is gone.', { isReadable: false })
const full = new StoreUnavailable('It is full.', { isReadable: true })
const away = 'error the store is away: calls that need it are refused'
const closed = 'error the store takes no changes: they are refused'

test('an outage has one line when it begins and one when it ends, with the calls that met it and how long it was', async () => {
  const { lines, meet } = watched()
  await meet('get')
  for (const what of ['commit', 'get', 'get', 'commit'] as const) await meet(what, gone)
  await meet('get')
  await meet('commit')
  assert.deepEqual(lines, [away, 'info the store is back 4 4'])
  await meet('get', gone)
  await meet('commit', new Conflict('key', 'a'))
  assert.deepEqual(lines.slice(2), [away, 'info the store is back 1 1'])
})

test('how it fares can be asked, with the calls that have failed by it so far', async () => {
  const { meet, state } = watched()
  await meet('get')
  await meet('commit', new Conflict('key', 'a'))
  assert.deepEqual(state(), { isAway: false, isClosed: false, failures: 0 })
  for (const what of ['get', 'commit'] as const) await meet(what, gone)
  assert.deepEqual(state(), { isAway: true, isClosed: false, failures: 2 })
  await meet('commit', full)
  assert.deepEqual(state(), { isAway: false, isClosed: true, failures: 3 })
  await meet('commit')
  assert.deepEqual(state(), { isAway: false, isClosed: false, failures: 3 })
})

test('that it can be read does not mean that it takes changes again', async () => {
  const { lines, meet } = watched()
  await meet('commit', full)
  await meet('get')
  await meet('commit', full)
  assert.deepEqual(lines, [closed])
  await meet('get', gone)
  await meet('commit', full)
  assert.deepEqual(lines.slice(1), [away, 'info the store is back 1 1'])
  await meet('commit')
  assert.deepEqual(lines.slice(3), ['info the store takes changes again 3 5'])
})

test('a call that began earlier and ends late says nothing of how the store is now', async () => {
  const { clock, lines, calls, store, meet, end } = watched()
  const slow = store.get('key', 'a')
  const ofSlow = calls.pop()
  await meet('get', gone)
  clock.ms++
  await end(slow, ofSlow)
  assert.deepEqual(lines, [away])
  const late = store.get('key', 'a')
  const ofLate = calls.pop()
  await meet('get')
  clock.ms++
  await end(late, ofLate, gone)
  assert.deepEqual(lines, [away, 'info the store is back 1 2'])
})
