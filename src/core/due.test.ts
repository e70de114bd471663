import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dueEntries, duePeriods } from './due.ts'
import { formatTime } from './time.ts'

const anyTime = fc.date({
  min: new Date('2020-01-01T00:00:00Z'),
  max: new Date('2199-12-31T23:59:59Z'),
  noInvalidDate: true,
})

test('a record is found due from the day on which it falls due, however long ago that was', () => {
  fc.assert(
    fc.property(anyTime, anyTime, (due, now) => {
      const periods = new Set(duePeriods(now))
      const isFound = dueEntries(formatTime(due)).some(([name, value]) => name === 'due' && periods.has(value))
      assert.equal(isFound, formatTime(due).slice(0, 10) <= formatTime(now).slice(0, 10))
    }),
  )
})

test('asking for what is due never takes more than a few hundred values', () => {
  assert.equal(duePeriods(new Date('2026-01-01T00:00:00Z')).length, 7)
  assert.ok(duePeriods(new Date('2199-12-31T00:00:00Z')).length < 230)
})
