import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { serviceRates, Throttle } from './throttle.ts'

const minute = 60_000
const start = Date.UTC(2026, 10, 21, 22)

describe('throttle', () => {
  test('nothing is limited unless rates are given', () => {
    const throttle = new Throttle()
    for (let call = 0; call < 10_000; call++) assert.equal(throttle.admit('symmetric', 'a', 'k', start), 0)
  })

  test('an account gets its rate, is told when to come back, and then gets more', () => {
    const throttle = new Throttle({ perAccount: serviceRates })
    for (let call = 0; call < 10; call++) assert.equal(throttle.admit('createKey', 'a', 'k', start), 0)
    assert.equal(throttle.admit('createKey', 'a', 'k2', start), 100)
    assert.equal(throttle.admit('createKey', 'b', 'k3', start), 0)
    assert.equal(throttle.admit('read', 'a', 'k', start), 0)
    assert.equal(throttle.admit('createKey', 'a', 'k', start + 100), 0)
    assert.equal(throttle.admit('createKey', 'a', 'k', start + 100), 100)
  })

  test('a refused call costs neither bucket', () => {
    const throttle = new Throttle({ perAccount: { read: 2 }, perCredential: { read: 1 } })
    assert.equal(throttle.admit('read', 'a', 'k', start), 0)
    assert.equal(throttle.admit('read', 'a', 'k', start), 1000)
    assert.equal(throttle.admit('read', 'a', 'other', start), 0)
  })

  test('a clock that jumps back gives nothing away', () => {
    const throttle = new Throttle({ perAccount: { read: 1 } })
    assert.equal(throttle.admit('read', 'a', 'k', start), 0)
    assert.equal(throttle.admit('read', 'a', 'k', start - minute), 1000)
  })

  test('credentials that come and go leave nothing behind', () => {
    const throttle = new Throttle({ perCredential: { read: 1 } })
    for (let session = 0; session < 50_000; session++)
      throttle.admit('read', 'a', `STS.${session}`, start + session * 10)
    assert.ok(throttle.size <= 10_000, String(throttle.size))
    assert.equal(throttle.admit('read', 'a', 'STS.49999', start + 499_990), 1000)
  })
})
