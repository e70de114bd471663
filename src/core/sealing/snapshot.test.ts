import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testKms } from '../../../test/kit/kms.ts'
import { recordKind } from '../records.ts'
import { Snapshot } from './snapshot.ts'

interface Note {
  readonly text: string
}
const notes = recordKind<Note>({ name: 'note', indexes: () => [] })

async function withNotes(count: number) {
  const { kms, store, records } = await testKms()
  const add = (from: number, to: number) =>
    kms.records.transaction(async (transaction) => {
      for (let id = from; id < to; id++) await transaction.insert(notes, String(id), { text: 'first' })
    })
  for (let from = 0; from < count; from += 1000) await add(from, Math.min(count, from + 1000))
  const snapshot = await Snapshot.take({ store, keyring: records.keyring, isKept: () => false })
  return { kms, records, add, snapshot }
}

test('what was changed, added and deleted is as it was, under revisions that only rise', async () => {
  const { kms, records, add, snapshot } = await withNotes(3)
  await add(3, 5)
  await kms.records.transaction(async (transaction) => {
    const [first, second] = [await transaction.get(notes, '0'), await transaction.get(notes, '1')]
    if (first) await transaction.update(notes, first, { text: 'changed' })
    if (second) await transaction.delete(notes, second)
  })
  await snapshot?.restore()
  records.forgetAll()
  const { items } = await kms.records.list(notes, {}, { offset: 0, limit: 10 })
  assert.deepEqual(
    new Map(items.map(({ id, body }) => [id, body.text])),
    new Map(['0', '1', '2'].map((id) => [id, 'first'])),
  )
  assert.equal((await kms.records.get(notes, '0'))?.revision, 3)
})

test('a store with too many records is not remembered', async () => {
  assert.equal((await withNotes(10_001)).snapshot, undefined)
})
