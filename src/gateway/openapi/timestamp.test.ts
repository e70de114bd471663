import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { KmsError } from '../../core/errors.ts'
import { requestTime } from './timestamp.ts'

describe('timestamps', () => {
  const now = new Date('2026-11-21T22:00:00Z')
  const refused = (text: string, code: string): void => {
    assert.throws(
      () => requestTime(text, now),
      (error) => error instanceof KmsError && error.code === code,
      text,
    )
  }

  test('whole seconds and up to nine fractional digits are understood', () => {
    assert.equal(requestTime('2026-11-21T22:00:01Z', now), now.getTime() + 1000)
    for (let digits = 1; digits <= 9; digits++) {
      assert.equal(
        requestTime(`2026-11-21T22:00:01.${'123456789'.slice(0, digits)}Z`, now) >= now.getTime() + 1100,
        true,
      )
    }
    assert.equal(requestTime('2026-11-21T22:00:01.123456789Z', now), now.getTime() + 1123)
  })

  test('up to fifteen minutes either way are accepted, and nothing more', () => {
    requestTime('2026-11-21T21:45:00Z', now)
    requestTime('2026-11-21T22:15:00Z', now)
    refused('2026-11-21T21:44:59Z', 'InvalidTimeStamp.Expired')
    refused('2026-11-21T22:15:00.001Z', 'InvalidTimeStamp.Expired')
  })

  test('other shapes and days that do not exist are refused', () => {
    for (const text of [
      '2026-11-21 22:00:00',
      '2026-11-21T22:00:00',
      '2026-11-21T22:00:00+00:00',
      '2026-11-21T22:00:00.Z',
      '2026-11-21T22:00:00.1234567890Z',
      '2026-02-30T22:00:00Z',
      '2026-11-21T24:00:00Z',
      '2026-11-21T22:00:60Z',
      '+002026-11-21T22:00:00Z',
      'Sat, 21 Nov 2026 22:00:00 GMT',
      '',
    ]) {
      refused(text, 'InvalidTimeStamp.Format')
    }
  })
})
