import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { KmsError } from '../errors.ts'
import {
  addVersion,
  firstVersion,
  hasVersion,
  maxStages,
  maxVersions,
  moveStage,
  type StagedVersions,
  stagesOf,
} from './stages.ts'

const at = '2026-11-21T22:00:00Z'
const put = (state: StagedVersions, id: string, labels: readonly string[] = ['ACSCurrent']) =>
  addVersion(state, { id, createdAt: at }, labels).next
const one = firstVersion('v1', at)
const two = put(one, 'v2')

function codeOf(work: () => unknown): string {
  try {
    work()
    return 'ok'
  } catch (error) {
    if (error instanceof KmsError) return error.code
    throw error
  }
}

describe('the stage machine', () => {
  const table: readonly (readonly [name: string, state: StagedVersions, stages: Readonly<Record<string, string>>])[] = [
    ['a first version is the current one', one, { ACSCurrent: 'v1' }],
    [
      'a version put without stages is current; the one before is previous',
      two,
      { ACSPrevious: 'v1', ACSCurrent: 'v2' },
    ],
    [
      'a version put as current and more has all its labels',
      put(one, 'v2', ['ACSCurrent', 'X']),
      { ACSPrevious: 'v1', ACSCurrent: 'v2', X: 'v2' },
    ],
    [
      'a version put under a custom label leaves the current one alone',
      put(one, 'v2', ['X']),
      { ACSCurrent: 'v1', X: 'v2' },
    ],
    [
      'moving the current label back is a rollback in one call',
      moveStage(two, { label: 'ACSCurrent', moveTo: 'v1' }),
      { ACSCurrent: 'v1', ACSPrevious: 'v2' },
    ],
    [
      'moving the current label to where it is changes nothing',
      moveStage(two, { label: 'ACSCurrent', moveTo: 'v2' }),
      { ACSCurrent: 'v2', ACSPrevious: 'v1' },
    ],
    [
      'moving the previous label moves only it',
      moveStage(put(two, 'v3'), { label: 'ACSPrevious', moveTo: 'v1' }),
      { ACSCurrent: 'v3', ACSPrevious: 'v1' },
    ],
    [
      'a custom label moves away from where it is said to be',
      moveStage(put(one, 'v2', ['X']), { label: 'X', moveTo: 'v1', removeFrom: 'v2' }),
      { ACSCurrent: 'v1', X: 'v1' },
    ],
    [
      'a custom label is taken away',
      moveStage(put(one, 'v2', ['X']), { label: 'X', removeFrom: 'v2' }),
      { ACSCurrent: 'v1' },
    ],
  ]
  for (const [name, state, stages] of table) test(name, () => assert.deepEqual(state.stages, stages))

  const refusals: readonly (readonly [name: string, work: () => unknown, code: string])[] = [
    [
      'the current label cannot be removed',
      () => moveStage(two, { label: 'ACSCurrent', removeFrom: 'v2' }),
      'Rejected.InvalidRequest',
    ],
    [
      'nor the previous one',
      () => moveStage(two, { label: 'ACSPrevious', removeFrom: 'v1' }),
      'Rejected.InvalidRequest',
    ],
    ['a move says something', () => moveStage(two, { label: 'X' }), 'Rejected.InvalidRequest'],
    [
      'a label is not removed from where it is not',
      () => moveStage(two, { label: 'ACSCurrent', moveTo: 'v1', removeFrom: 'v1' }),
      'Rejected.UnsupportedOperation',
    ],
    [
      'a label that nothing has is not removed',
      () => moveStage(two, { label: 'X', removeFrom: 'v1' }),
      'Rejected.UnsupportedOperation',
    ],
    [
      'an unknown version gets no label',
      () => moveStage(two, { label: 'X', moveTo: 'v9' }),
      'Forbidden.ResourceNotFound',
    ],
    [
      'an unknown version has none',
      () => moveStage(two, { label: 'X', removeFrom: 'v9' }),
      'Forbidden.ResourceNotFound',
    ],
    [
      'a ninth label is refused',
      () => put(one, 'v2', ['1', '2', '3', '4', '5', '6', '7', '8']),
      'Rejected.LimitExceeded',
    ],
  ]
  for (const [name, work, code] of refusals) test(name, () => assert.equal(codeOf(work), code))

  test('an eleventh version removes the oldest without a label', () => {
    const ten = Array.from({ length: 9 }, (_, index) => `v${index + 2}`).reduce(
      (state, id) => put(state, id),
      put(one, 'keep', ['X']),
    )
    const { dropped, next } = addVersion(ten, { id: 'new', createdAt: at }, ['ACSCurrent'])
    assert.equal(ten.versions.length, maxVersions)
    assert.deepEqual(dropped, ['v2'])
    assert.equal(next.versions.length, maxVersions)
    assert.ok(hasVersion(next, 'keep'))
  })

  test('a rotation that has changed its target is completed whatever the number of labels', () => {
    const labels = ['1', '2', '3', '4', '5', '6', '7']
    const full = labels.reduce((state, label) => moveStage(state, { label, moveTo: 'v1' }), one)
    assert.equal(
      codeOf(() => put(full, 'v2')),
      'Rejected.LimitExceeded',
    )
    const { next } = addVersion(full, { id: 'v2', createdAt: at }, ['ACSCurrent'], Number.POSITIVE_INFINITY)
    assert.deepEqual([next.stages.ACSCurrent, next.stages.ACSPrevious], ['v2', 'v1'])
  })

  test('the labels of a version come with the system ones first', () => {
    assert.deepEqual(stagesOf(put(one, 'v2', ['X', 'ACSCurrent', '__proto__']), 'v2'), ['ACSCurrent', 'X', '__proto__'])
  })
})

test('whatever is done, one version is current, labels name versions that exist, and limits hold', () => {
  const version = fc.integer({ min: 1, max: 14 }).map((number) => `v${number}`)
  const label = fc.constantFrom('ACSCurrent', 'ACSPrevious', 'A', 'B', 'C', 'D', 'E', 'F', 'G', '__proto__')
  const step = fc.oneof(
    fc.record({ put: version, labels: fc.uniqueArray(label, { minLength: 1, maxLength: 4 }) }),
    fc.record({
      label,
      moveTo: fc.option(version, { nil: undefined }),
      removeFrom: fc.option(version, { nil: undefined }),
    }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let state = one
      for (const next of steps) {
        const before = state
        const code = codeOf(() => {
          if (!('put' in next)) state = moveStage(state, next)
          else if (!hasVersion(state, next.put)) state = put(state, next.put, next.labels)
        })
        if (code !== 'ok') assert.deepEqual(state, before)
        assert.ok(hasVersion(state, String(state.stages.ACSCurrent)))
        if (before.stages.ACSCurrent !== state.stages.ACSCurrent) assert.ok('ACSPrevious' in state.stages)
        if ('ACSPrevious' in before.stages) assert.ok('ACSPrevious' in state.stages)
        assert.ok(Object.values(state.stages).every((id) => hasVersion(state, id)))
        assert.ok(state.versions.length <= maxVersions && Object.keys(state.stages).length <= maxStages)
      }
    }),
  )
})
