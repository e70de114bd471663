import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turns } from './generation.ts'

test('work is done so many at once, in order, and what nobody could wait for is refused', async () => {
  const turns = new Turns(2, 2)
  const gates = new Map<string, () => void>()
  const started: string[] = []
  const work = (name: string): Promise<string> =>
    turns.take(() => {
      started.push(name)
      return new Promise((resolve) => gates.set(name, () => resolve(name)))
    })
  const all = ['a', 'b', 'c', 'd'].map(work)
  assert.deepEqual(started, ['a', 'b'])
  await assert.rejects(work('e'), { code: 'Rejected.Throttling' })
  gates.get('b')?.()
  assert.equal(await all[1], 'b')
  assert.deepEqual(started, ['a', 'b', 'c'])
  gates.get('a')?.()
  await all[0]
  assert.deepEqual(started, ['a', 'b', 'c', 'd'])
  for (const name of ['c', 'd']) gates.get(name)?.()
  assert.deepEqual(await Promise.all(all), ['a', 'b', 'c', 'd'])
})

test('work that fails makes room like any other', async () => {
  const turns = new Turns(1, 1)
  await assert.rejects(
    turns.take(() => Promise.reject(new RangeError('no'))),
    RangeError,
  )
  assert.equal(await turns.take(async () => 'next'), 'next')
})
