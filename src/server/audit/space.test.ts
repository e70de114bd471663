import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auditFixture, auditRecord } from '../../../test/kit/audit.ts'
import { Space } from './space.ts'

/** A disk whose free space a test sets, and what was told of it. */
function disk(reserveBytes: number) {
  const free: { bytes: number; answers: boolean } = { bytes: 1000, answers: true }
  const told: string[] = []
  const space = new Space({
    reserveBytes,
    freeBytes: () => (free.answers ? Promise.resolve(free.bytes) : Promise.reject(new Error('EIO'))),
    changed: (state, bytes) => told.push(`${state} ${bytes}`),
  })
  const look = async (bytes: number) => {
    free.bytes = bytes
    await space.look()
    return space.state
  }
  return { free, told, space, look }
}

test('a disk is low below five reserves and spent below one, and each change is told once', async () => {
  const { told, look } = disk(100)
  for (const [bytes, state] of [
    [500, 'ample'],
    [499, 'low'],
    [100, 'low'],
    [99, 'spent'],
    [0, 'spent'],
  ] as const)
    assert.equal(await look(bytes), state)
  assert.deepEqual(told, ['low 499', 'spent 99'])
})

test('it does not flicker at a limit', async () => {
  const { told, look } = disk(160)
  for (const [bytes, state] of [
    [159, 'spent'],
    [160, 'spent'],
    [169, 'spent'],
    [170, 'low'],
    [160, 'low'],
    [849, 'low'],
    [850, 'ample'],
    [800, 'ample'],
  ] as const)
    assert.equal(await look(bytes), state)
  assert.equal(told.length, 3)
})

test('a disk that does not answer is left as it was', async () => {
  const { free, space, look } = disk(100)
  await look(200)
  free.answers = false
  await space.look()
  assert.deepEqual([space.state, space.freeBytes], ['low', 200])
})

test('without space but the reserve calls are refused, what an operator does is still kept, and then calls go on', async (t) => {
  const { folder, reports, open } = await auditFixture(t)
  const free = { bytes: 10_000 }
  const log = await open({ reserveBytes: 1000, folder: { ...folder, freeBytes: async () => free.bytes } })
  await log.append(auditRecord())
  free.bytes = 900
  await log.lookAtSpace()
  assert.deepEqual([log.healthy, log.problem], [false, 'no space'])
  await assert.rejects(log.append(auditRecord()), { code: 'ServiceUnavailableTemporary' })
  await log.event('Seal')
  free.bytes = 2000
  await log.lookAtSpace()
  assert.deepEqual([log.healthy, log.space], [true, 'low'])
  await log.append(auditRecord())
  await log.close()
  assert.deepEqual(reports, ['space: spent', 'space: low'])
})
