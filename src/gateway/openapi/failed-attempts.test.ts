import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FailedAttempts } from './failed-attempts.ts'

const minute = 60_000
const start = Date.UTC(2026, 10, 21, 22)

describe('failed attempts', () => {
  test('ten failures are free, then each doubles the wait, up to a minute', () => {
    const attempts = new FailedAttempts()
    for (let count = 0; count < 9; count++) attempts.failed('k', '10.0.0.1', start)
    assert.equal(attempts.delay('k', '10.0.0.1', start), 0)
    attempts.failed('k', '10.0.0.1', start)
    assert.equal(attempts.delay('k', '10.0.0.1', start), 1000)
    attempts.failed('k', '10.0.0.1', start)
    assert.equal(attempts.delay('k', '10.0.0.1', start + 500), 1500)
    for (let count = 0; count < 20; count++) attempts.failed('k', '10.0.0.1', start)
    assert.equal(attempts.delay('k', '10.0.0.1', start), minute)
  })

  test('the owner of the AccessKey elsewhere is not held up, and success clears the count', () => {
    const attempts = new FailedAttempts()
    for (let count = 0; count < 12; count++) attempts.failed('k', '2001:db8::1', start)
    assert.equal(attempts.delay('k', '10.0.0.2', start), 0)
    assert.ok(attempts.delay('k', '2001:db8:0:0:9::7', start) > 0, 'the same /64')
    attempts.succeeded('k', '2001:db8::1')
    assert.equal(attempts.delay('k', '2001:db8::1', start), 0)
  })

  test('failures are forgotten after a quarter of an hour', () => {
    const attempts = new FailedAttempts()
    for (let count = 0; count < 12; count++) attempts.failed('k', '10.0.0.1', start)
    attempts.failed('k', '10.0.0.1', start + 15 * minute)
    assert.equal(attempts.delay('k', '10.0.0.1', start + 15 * minute), 0)
  })
})
