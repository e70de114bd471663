import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseTime } from './time.ts'

test('every time that a clock can show is read', () => {
  const times = fc.date({
    min: new Date('0100-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  })
  fc.assert(fc.property(times, (time) => assert.equal(parseTime(time.toISOString()), time.getTime())))
  const same = [
    '2028-02-29T12:00:00Z',
    '2028-02-29T12:00Z',
    '2028-02-29T12:00:00.000000000Z',
    '2028-02-29T13:30:00+01:30',
  ]
  for (const text of same) assert.equal(parseTime(text), Date.parse('2028-02-29T12:00:00Z'), text)
})

test('what is no time is not read as another one', () => {
  const wrong = [
    ...['2030-02-30T00:00:00Z', '2029-02-29T00:00:00Z', '2100-02-29T00:00:00Z', '2026-04-31T00:00:00Z'],
    ...['2026-13-01T00:00:00Z', '2026-00-10T00:00:00Z', '2026-01-00T00:00:00Z', '2026-01-01T24:00:00Z'],
    ...[
      '2026-01-01T23:60:00Z',
      '2026-01-01T23:59:60Z',
      '2026-01-01T00:00:00+24:00',
      '2026-01-01',
      '2026-01-01T00:00:00',
    ],
    ...['2026-1-1T00:00:00Z', ' 2026-01-01T00:00:00Z', '2026-01-01 00:00:00Z', 'tomorrow', ''],
  ]
  for (const text of wrong) assert.ok(Number.isNaN(parseTime(text)), text)
})
