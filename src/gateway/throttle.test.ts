import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Caller, Identity } from '../core/access/caller.ts'
import { KmsError } from '../core/errors.ts'
import { ledgerMemory } from './memory/ledger.ts'
import { countServers, fairRates, serversMemory, serviceRates, Throttle, type ThrottleSettings } from './throttle.ts'

const caller = (identity: Identity, accessKeyId = 'key', accountId = 'a'): Caller => ({
  ...{ accountId, identity, accessKeyId, authentication: 'AccessKey', policies: [] },
  ...{ sourceAddress: '192.0.2.1', secureTransport: true },
})
const account = (accountId = 'a') => caller({ type: 'Account', id: accountId, name: 'root' }, 'key', accountId)
const user = (name: string, accessKeyId?: string) => caller({ type: 'RAMUser', id: name, name }, accessKeyId)
const session = (role: string, name: string) =>
  caller({ type: 'AssumedRoleUser', id: `${role}:${name}`, role, session: name }, `STS.${name}`)
const application = (name: string, clientKeyId: string) =>
  caller({ type: 'ApplicationAccessPoint', id: clientKeyId, name }, clientKeyId)

function throttled(settings: ThrottleSettings) {
  const clock = { ms: 0 }
  const throttle = new Throttle({ ...settings, monotonicMs: () => clock.ms })
  /** @returns 0 when the call is let in, else how long it is told to wait */
  const wait = (who: Caller, quota: keyof typeof fairRates = 'read', bytes = 0): number => {
    try {
      throttle.admit(who, quota, bytes)
      return 0
    } catch (error) {
      assert.ok(error instanceof KmsError && error.code === 'Rejected.Throttling')
      return error.retryAfterMs ?? 0
    }
  }
  /** how many calls at once are let in */
  const admitted = (who: Caller, quota: keyof typeof fairRates = 'read', bytes = 0): number => {
    let count = 0
    while (count < 100_000 && wait(who, quota, bytes) === 0) count++
    return count
  }
  return { throttle, clock, wait, admitted }
}

describe('throttle', () => {
  test('nothing is limited unless rates are given', () => {
    assert.equal(throttled({}).admitted(user('u')), 100_000)
  })

  test('an account gets its rate, is told when to come back, and then gets more', () => {
    const { clock, wait, admitted } = throttled({ perAccount: serviceRates })
    assert.equal(admitted(account(), 'createKey'), 10)
    assert.equal(wait(user('u'), 'createKey'), 100, 'its users too')
    assert.equal(wait(account('b'), 'createKey'), 0)
    assert.equal(wait(account(), 'read'), 0)
    clock.ms += 100
    assert.equal(admitted(account(), 'createKey'), 1)
  })

  test('a principal gets its own rate and may save up five seconds; the account itself has none', () => {
    const { clock, wait, admitted } = throttled({ perPrincipal: { read: 10 } })
    assert.equal(admitted(user('u')), 50)
    assert.equal(wait(user('u')), 100)
    assert.equal(admitted(user('other')), 50)
    clock.ms += 1000
    assert.equal(admitted(user('u')), 10)
    assert.equal(admitted(account()), 100_000)
  })

  test('where it is asked for, the account has the same limit, and nobody saves up', () => {
    const { admitted } = throttled({ perPrincipal: { read: 10 }, burstSeconds: 1, limitsAccount: true })
    assert.equal(admitted(account()), 10)
    assert.equal(admitted(user('u')), 10)
  })

  test('all AccessKeys of a user, sessions of a role and ClientKeys of an access point count together', () => {
    const { admitted } = throttled({ perPrincipal: { read: 10 } })
    assert.equal(admitted(user('u', 'one')), 50)
    assert.equal(admitted(user('u', 'two')), 0)
    assert.equal(admitted(session('r', 'one')), 50)
    for (let count = 2; count < 14; count++) assert.equal(admitted(session('r', String(count))), 0)
    assert.equal(admitted(application('app', 'KAAP.1')), 50)
    assert.equal(admitted(application('app', 'KAAP.2')), 0)
    assert.equal(admitted(session('u', 'one')), 50, 'a role is no user of the same name')
  })

  test('a long body counts as several calls, and the longest is still let in', () => {
    const { admitted, wait, clock } = throttled({ perPrincipal: { symmetric: 10 } })
    assert.equal(admitted(user('u'), 'symmetric', 160 * 1024), 5)
    assert.equal(admitted(user('other'), 'symmetric', 3 * 1024 * 1024), 1)
    assert.equal(wait(user('other'), 'symmetric', 3 * 1024 * 1024), 5000)
    clock.ms += 5000
    assert.equal(wait(user('other'), 'symmetric', 3 * 1024 * 1024), 0)
  })

  test('a refused call costs nothing', () => {
    const { wait, clock } = throttled({ perAccount: { read: 2 }, perPrincipal: { read: 0.2 } })
    assert.equal(wait(user('u')), 0)
    assert.equal(wait(user('u')), 5000)
    assert.equal(wait(user('other')), 0)
    clock.ms += 500
    assert.equal(wait(user('third')), 0)
  })

  test('of one principal so many calls are under way at once, whoever else has any', () => {
    const throttle = new Throttle({ atOncePerPrincipal: 2 })
    const done = throttle.admit(user('u', 'one'), 'read', 0)
    throttle.admit(user('u', 'two'), 'read', 0)
    assert.throws(() => throttle.admit(user('u'), 'symmetric', 0), { code: 'Rejected.Throttling' })
    throttle.admit(user('other'), 'read', 0)
    done()
    throttle.admit(user('u'), 'read', 0)
    assert.throws(() => throttle.admit(user('u'), 'read', 0), { code: 'Rejected.Throttling' })
  })

  test('principals that come and go crowd out nobody who is still at it', () => {
    const memory = { buckets: ledgerMemory(new Uint8Array(16), 256), underWay: ledgerMemory() }
    const { clock, wait } = throttled({ perPrincipal: { read: 0.2 }, memory })
    assert.equal(wait(user('busy')), 0)
    for (let count = 0; count < 4000; count++, clock.ms++) {
      wait(user(String(count)))
      if (count % 20 === 0) assert.ok(wait(user('busy')) > 0)
    }
  })

  test('the fair rates are above those of the service in every class', () => {
    for (const [quota, rate] of Object.entries(serviceRates))
      assert.ok((fairRates[quota as keyof typeof fairRates] ?? 0) >= 2 * rate, quota)
  })
})

test('of several servers each lets in its part', () => {
  const servers = serversMemory()
  const memory = { buckets: ledgerMemory(), underWay: ledgerMemory(), servers }
  const { admitted, clock } = throttled({ perPrincipal: { read: 12 }, burstSeconds: 1, memory })
  assert.equal(admitted(user('u')), 12)
  countServers(servers, 3)
  clock.ms += 10_000
  assert.equal(admitted(user('u')), 4)
  assert.equal(admitted(user('another')), 4)
})
