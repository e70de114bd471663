import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Gathering } from './gathering.ts'

test('who comes in one turn of the event loop goes on when it ends, in the order of coming; others in the next', async () => {
  const gathering = new Gathering()
  const gone: string[] = []
  const go = (name: string): Promise<unknown> => gathering.join().then(() => gone.push(name))
  const first = [go('a'), go('b')]
  await Promise.resolve()
  first.push(go('c'))
  assert.deepEqual(gone, [])
  await Promise.all(first)
  const later = go('d')
  await Promise.resolve()
  assert.deepEqual(gone, ['a', 'b', 'c'])
  await setImmediate()
  assert.deepEqual(gone, ['a', 'b', 'c', 'd'])
  await later
})
