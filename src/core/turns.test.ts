import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turns } from './turns.ts'

/** Work that ends when it is told to, by name; each name begins with its owner. */
function heavy(turns: Turns) {
  const gates = new Map<string, () => void>()
  const started: string[] = []
  const work = (name: string): Promise<string> =>
    turns.take(name.slice(0, 1), () => {
      started.push(name)
      return new Promise((resolve) => gates.set(name, () => resolve(name)))
    })
  const end = async (name: string, done: Promise<string> | undefined): Promise<void> => {
    gates.get(name)?.()
    assert.equal(await done, name)
  }
  return { work, end, started }
}

test('work of one owner is done so much at once, in order, and what could not wait is refused', async () => {
  const { work, end, started } = heavy(new Turns(2, 2))
  const all = ['a1', 'a2', 'a3', 'a4'].map(work)
  assert.deepEqual(started, ['a1', 'a2'])
  await assert.rejects(work('a5'), { code: 'Rejected.Throttling' })
  await end('a2', all[1])
  assert.deepEqual(started, ['a1', 'a2', 'a3'])
  await end('a1', all[0])
  assert.deepEqual(started, ['a1', 'a2', 'a3', 'a4'])
  await end('a3', all[2])
  await end('a4', all[3])
})

test('owners take turns: who asks for much is passed by whoever asks for little, and is alone refused', async () => {
  const { work, end, started } = heavy(new Turns(1, 5))
  const greedy = ['g1', 'g2', 'g3', 'g4', 'g5', 'g6'].map(work)
  const modest = ['m1', 'm2'].map(work)
  const other = work('o1')
  await assert.rejects(work('g7'), { code: 'Rejected.Throttling' })
  const owed = new Map(
    [...greedy, ...modest, other].map((done, at) => [['g1', 'g2', 'g3', 'g4', 'g5', 'g6', 'm1', 'm2', 'o1'][at], done]),
  )
  for (let at = 0; at < 9; at++) await end(started[at] ?? '', owed.get(started[at] ?? ''))
  assert.deepEqual(started, ['g1', 'g2', 'm1', 'o1', 'g3', 'm2', 'g4', 'g5', 'g6'])
})

test('work that fails makes room like any other', async () => {
  const turns = new Turns(1, 1)
  await assert.rejects(
    turns.take('a', () => Promise.reject(new RangeError('no'))),
    RangeError,
  )
  assert.equal(await turns.take('a', async () => 'next'), 'next')
})
