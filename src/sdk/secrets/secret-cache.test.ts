import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import type { Client } from '../client.ts'
import { ClientError, ServiceError } from '../errors.ts'
import type { InstanceClient } from '../instance-client.ts'
import type { TransferClient } from '../transfer-client.ts'
import { SecretCache, type SecretCacheOptions, type SecretSource } from './secret-cache.ts'
import type { SecretAnswer } from './secret-value.ts'
import { fromProperty, untilRotation } from './time-to-live.ts'

const refusal = (code: string, status: number) => new ServiceError({ code, message: code, status, requestId: 'R' })
const away = new ClientError('network', 'connection refused')

/** A service with one secret, whose answers and failures the test decides, and a clock that it moves. */
function fixture(options: SecretCacheOptions = {}) {
  const state = {
    now: Date.parse('2026-11-21T22:00:00Z'),
    asked: 0,
    version: 1,
    failure: undefined as Error | undefined,
  }
  const more: Partial<SecretAnswer> = {}
  const errors: unknown[] = []
  const source: SecretSource = {
    getSecretValue: async ({ secretName }) => {
      state.asked++
      if (state.failure) throw state.failure
      const secretData = JSON.stringify({ password: `p${state.version}`, port: 5432, ttl: 60 })
      const type = { secretType: 'Generic', secretDataType: 'text' }
      return { secretName, versionId: `v${state.version}`, secretData, ...type, ...more }
    },
  }
  const cache = new SecretCache(source, {
    now: () => new Date(state.now),
    onError: (_name, error) => errors.push(error),
    ...options,
  })
  const password = async () => (await cache.get('db')).member('password')
  const pass = (seconds: number) => {
    state.now += seconds * 1000
  }
  return { state, more, errors, cache, password, pass }
}
/** Lets what runs in the background come to its end. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('a cache of secrets', () => {
  test('asks once for callers at the same moment, and not again while a value is fresh', async () => {
    const { state, password, pass } = fixture()
    assert.deepEqual(await Promise.all([password(), password(), password()]), ['p1', 'p1', 'p1'])
    pass(2800)
    await password()
    assert.equal(state.asked, 1)
  })

  test('renews a value in the background before its time is over', async () => {
    const { state, password, pass } = fixture({ ttlSeconds: 100 })
    await password()
    state.version = 2
    pass(80)
    assert.equal(await password(), 'p1')
    await settle()
    assert.equal(await password(), 'p2')
    assert.equal(state.asked, 2)
  })

  test('serves the last value while the service cannot be asked, for so long and no longer', async () => {
    const { state, password, pass, errors } = fixture({ ttlSeconds: 100, staleSeconds: 1000 })
    await password()
    state.failure = away
    pass(90)
    assert.equal(await password(), 'p1')
    await settle()
    assert.deepEqual(errors, [away])
    pass(11)
    assert.equal(await password(), 'p1')
    const asked = state.asked
    assert.equal(await password(), 'p1')
    assert.equal(state.asked, asked, 'soon after a failure nobody waits for the next')
    pass(1000)
    await assert.rejects(password(), away)
    state.failure = undefined
    assert.equal(await password(), 'p1')
  })

  for (const code of ['ServiceUnavailableTemporary', 'Rejected.Throttling', 'InternalFailure'])
    test(`${code} is no refusal`, async () => {
      const { state, password, pass } = fixture({ ttlSeconds: 1 })
      await password()
      state.failure = refusal(code, code === 'Rejected.Throttling' ? 429 : 503)
      pass(2)
      assert.equal(await password(), 'p1')
    })

  for (const code of ['Forbidden.NoPermission', 'Forbidden.ResourceNotFound', 'Rejected.ResourceInDeleteWindow'])
    test(`${code} is never covered up by an old value`, async () => {
      const { state, password, pass } = fixture({ ttlSeconds: 100 })
      await password()
      state.failure = refusal(code, 403)
      pass(85)
      await password()
      await settle()
      await assert.rejects(password(), state.failure)
    })

  test('with staleSeconds 0 an old value is never served', async () => {
    const { state, password, pass } = fixture({ ttlSeconds: 1, staleSeconds: 0 })
    await password()
    state.failure = away
    pass(2)
    await assert.rejects(password(), away)
  })

  test('holds copies: what a caller wipes is still there for the next', async () => {
    const { cache, password } = fixture()
    const secret = await cache.get('db')
    secret.wipe()
    assert.ok(secret.bytes.every((byte) => byte === 0))
    assert.equal(await password(), 'p1')
  })

  test('wipes what it holds when it is closed, and serves nothing more', async () => {
    const { cache, password, state } = fixture()
    await password()
    cache.close()
    await assert.rejects(password(), /closed/)
    assert.equal(state.asked, 1)
  })

  test('is a cache over each of our clients', () => {
    // Compiles: their answers are what it reads.
    const over = (source: Client | InstanceClient | TransferClient) => new SecretCache(source)
    assert.equal(over.length, 1)
  })

  test('refuses times that are none', () => {
    assert.throws(() => fixture({ ttlSeconds: -1 }), { code: 'configuration', parameter: 'ttlSeconds' })
    assert.throws(() => fixture({ staleSeconds: Number.NaN }), { code: 'configuration', parameter: 'staleSeconds' })
  })
})

describe('withSecret', () => {
  const denied = Object.assign(new Error('password authentication failed'), { code: '28P01' })

  test('asks anew and tries once more when a password is no longer accepted', async () => {
    const { state, cache } = fixture()
    await cache.get('db')
    state.version = 2
    const used: string[] = []
    const answer = await cache.withSecret('db', (secret) => {
      used.push(secret.member('password'))
      if (used.length === 1) throw denied
      return 'rows'
    })
    assert.deepEqual([answer, used, state.asked], ['rows', ['p1', 'p2'], 2])
  })

  test('takes a version that another caller has brought already, without asking', async () => {
    const { state, cache } = fixture()
    await cache.get('db')
    await cache.withSecret('db', async (secret) => {
      if (secret.versionId !== 'v1') return
      state.version = 2
      await cache.refresh('db')
      throw denied
    })
    assert.equal(state.asked, 2)
  })

  test('does not try again with the same version, nor after any other error', async () => {
    const { cache } = fixture()
    let uses = 0
    const failing = (error: Error) =>
      cache.withSecret('db', () => {
        uses++
        throw error
      })
    await assert.rejects(failing(denied), denied)
    await assert.rejects(failing(new Error('syntax error')), /syntax error/)
    assert.equal(uses, 2)
  })

  test('waits for the next version of a managed secret, which may be rotating at that moment, and not for ever', async () => {
    const waits: number[] = []
    const { state, cache, more } = fixture({
      sleep: async (milliseconds) => {
        waits.push(milliseconds)
        if (waits.length === 3) state.version = 2
      },
    })
    Object.assign(more, { secretType: 'Rds' })
    let uses = 0
    await cache.withSecret('db', () => {
      if (++uses === 1) throw denied
    })
    assert.deepEqual([uses, waits], [2, [100, 200, 400]])
    await assert.rejects(
      cache.withSecret('db', () => {
        throw denied
      }),
      denied,
    )
    assert.equal(
      waits.slice(3).reduce((sum, wait) => sum + wait, 0),
      5000,
    )
  })

  test('knows the refusals of common servers', async () => {
    const { cache, state } = fixture()
    const refusals = [
      denied,
      Object.assign(new Error('Access denied'), { code: 'ER_ACCESS_DENIED_ERROR', errno: 1045 }),
      new Error('WRONGPASS invalid username-password pair'),
      refusal('InvalidAccessKeyId.NotFound', 404),
    ]
    for (const error of refusals) {
      let uses = 0
      await cache.withSecret('db', () => {
        if (++uses === 1) {
          state.version++
          throw error
        }
      })
      assert.equal(uses, 2, error.message)
    }
  })
})

describe('the time to live', () => {
  test('ends with the next rotation, or after the rotation interval', async () => {
    const { more, state, password, pass } = fixture({ timeToLive: untilRotation(10) })
    Object.assign(more, { nextRotationDate: '2026-11-21T22:05:00Z', rotationInterval: '604800s' })
    await password()
    pass(240)
    assert.equal(state.asked, 1)
    pass(71)
    Object.assign(more, { nextRotationDate: undefined })
    await password()
    assert.equal(state.asked, 2)
    pass(400_000)
    await password()
    assert.equal(state.asked, 2)
  })

  test('can stand in the value', async () => {
    const { state, password, pass } = fixture({ timeToLive: fromProperty('ttl') })
    await password()
    pass(61)
    await password()
    assert.equal(state.asked, 2)
  })
})

describe('a value', () => {
  test('does not show when it is printed', async () => {
    const { cache } = fixture()
    const secret = await cache.get('db')
    assert.match(secret.text, /p1/)
    for (const shown of [inspect(secret, { depth: 9, showHidden: true }), JSON.stringify(secret), String(secret)])
      assert.doesNotMatch(shown, /p1|112,\s?49|7b 22/)
  })

  test('has members by path; what is missing is an error that quotes nothing', async () => {
    const { cache, more } = fixture()
    Object.assign(more, { secretData: '{"a":{"b":"deep"},"port":5432}' })
    const secret = await cache.get('db')
    assert.deepEqual([secret.member('a.b'), secret.member('port')], ['deep', '5432'])
    for (const path of ['a', 'c', 'a.b.c', '__proto__', 'toString'])
      assert.throws(() => secret.member(path), /^ClientError: The secret db has no text at/)
    Object.assign(more, { secretData: 'hunter2' })
    const text = await cache.refresh('db')
    assert.throws(() => text.json, /^ClientError: The secret db holds no JSON\.$/)
  })

  test('of binary type is the bytes that its Base64 stands for', async () => {
    const { cache, more } = fixture()
    Object.assign(more, { secretData: 'AAH/', secretDataType: 'binary' })
    assert.deepEqual([...(await cache.get('db')).bytes], [0, 1, 255])
  })
})
