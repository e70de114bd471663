import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FailedAttempts } from './failed-attempts.ts'

const minute = 60_000

/** Fails `count` times at once. @returns what the last one is told to wait */
function fail(attempts: FailedAttempts, address: string, count: number, now: number): number {
  let wait = 0
  for (let attempt = 0; attempt < count; attempt++) wait = attempts.failed('k', address, now)
  return wait
}

describe('failed attempts', () => {
  test('ten failures are free, then each doubles the wait, up to a minute', () => {
    const attempts = new FailedAttempts()
    assert.equal(fail(attempts, '10.0.0.1', 10, 0), 0)
    assert.equal(fail(attempts, '10.0.0.1', 5, 0), 1000)
    assert.equal(fail(attempts, '10.0.0.1', 1, 999.5), 1)
    assert.equal(fail(attempts, '10.0.0.1', 1, 1000), 0)
    assert.equal(fail(attempts, '10.0.0.1', 1, 1000), 2000)
    let now = 1000
    for (let count = 0; count < 20; count++) now += fail(attempts, '10.0.0.1', 1, now)
    fail(attempts, '10.0.0.1', 1, now)
    assert.equal(fail(attempts, '10.0.0.1', 1, now), minute)
  })

  test('other networks and other AccessKeys are counted by themselves', () => {
    const attempts = new FailedAttempts()
    fail(attempts, '2001:db8::1', 11, 0)
    assert.equal(fail(attempts, '10.0.0.2', 1, 0), 0)
    assert.equal(attempts.failed('other', '2001:db8::1', 0), 0)
    assert.ok(fail(attempts, '2001:db8:0:0:9::7', 1, 0) > 0, 'the same /64')
  })

  test('failures are forgotten after a quarter of an hour', () => {
    const attempts = new FailedAttempts()
    fail(attempts, '10.0.0.1', 12, 0)
    assert.equal(fail(attempts, '10.0.0.1', 10, 15 * minute), 0)
  })
})
