import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ClientError, ServiceError } from './errors.ts'
import { type AttemptEvent, type RetryCall, systemClock, withRetry } from './retry.ts'

/** A clock that moves only by sleeping. */
function fixedClock(random = 1) {
  const sleeps: number[] = []
  let time = 1000
  return {
    sleeps,
    now: () => time,
    random: () => random,
    sleep: async (milliseconds: number) => {
      sleeps.push(milliseconds)
      time += milliseconds
    },
  }
}

const service = (code: string, retryAfterMs?: number): ServiceError =>
  new ServiceError({ code, message: '', status: 500, requestId: 'R', retryAfterMs })

const call = (clock: RetryCall['clock'], more: Partial<RetryCall> = {}): RetryCall => ({
  operation: 'Encrypt',
  idempotent: true,
  deadline: 1_000_000,
  options: {},
  clock,
  ...more,
})

/** An attempt that fails with each of `errors` in turn, then succeeds. */
function failing(...errors: Error[]) {
  const attempt = async (): Promise<number> => {
    attempts++
    const error = errors.shift()
    if (error) throw error
    return attempts
  }
  let attempts = 0
  return { attempt, count: () => attempts }
}

describe('waiting', () => {
  test('grows exponentially up to a bound and ends after five attempts', async () => {
    const clock = fixedClock()
    const away = service('ServiceUnavailableTemporary')
    const { attempt, count } = failing(...Array<Error>(9).fill(away))
    await assert.rejects(withRetry(call(clock), attempt), away)
    assert.equal(count(), 5)
    assert.deepEqual(clock.sleeps, [400, 800, 1600, 3200])
    const bounded = fixedClock()
    const { attempt: other } = failing(...Array<Error>(9).fill(away))
    await assert.rejects(withRetry(call(bounded, { options: { attempts: 8, maxDelayMs: 1000 } }), other))
    assert.deepEqual(bounded.sleeps, [400, 800, 1000, 1000, 1000, 1000, 1000])
  })

  test('takes a random part of the bound, down to nothing', async () => {
    for (const [random, expected] of [
      [0, 0],
      [0.25, 100],
    ] as const) {
      const clock = fixedClock(random)
      await withRetry(call(clock), failing(service('InternalFailure')).attempt)
      assert.deepEqual(clock.sleeps, [expected])
    }
  })

  test('is as long as the service asks for', async () => {
    const clock = fixedClock()
    await withRetry(call(clock), failing(service('Rejected.Throttling', 1234)).attempt)
    assert.deepEqual(clock.sleeps, [1234])
  })

  test('that would pass the deadline is not begun', async () => {
    const clock = fixedClock()
    const error = service('Rejected.Throttling', 5000)
    await assert.rejects(withRetry(call(clock, { deadline: 6000 }), failing(error).attempt), error)
    assert.deepEqual(clock.sleeps, [])
  })

  test('ends at once when the signal fires', async () => {
    const aborting = new AbortController()
    const waiting = withRetry(
      call(systemClock, {
        signal: aborting.signal,
        deadline: systemClock.now() + 60_000,
        options: { baseDelayMs: 9000 },
      }),
      failing(service('Rejected.Throttling', 30_000)).attempt,
    )
    setImmediate(() => aborting.abort(new Error('enough')))
    await assert.rejects(waiting, { code: 'aborted' })
    await assert.rejects(systemClock.sleep(1000, aborting.signal), { code: 'aborted' })
  })
})

describe('another attempt', () => {
  const cases: [string, Error, { idempotent: boolean; repeated: boolean }][] = [
    ['throttling', service('Rejected.Throttling'), { idempotent: false, repeated: true }],
    ['throttling of the gateway', service('Throttling.User'), { idempotent: false, repeated: true }],
    ['an internal failure', service('InternalFailure'), { idempotent: true, repeated: true }],
    ['an internal failure', service('InternalFailure'), { idempotent: false, repeated: false }],
    ['a refusal', service('Forbidden.NoPermission'), { idempotent: true, repeated: false }],
    ['an unknown code', service('Some.NewCode'), { idempotent: true, repeated: false }],
    ['a broken connection', new ClientError('network', ''), { idempotent: true, repeated: true }],
    ['a broken connection', new ClientError('network', ''), { idempotent: false, repeated: false }],
    ['a refused connection', new ClientError('network', '', { notSent: true }), { idempotent: false, repeated: true }],
    ['a lost answer', new ClientError('timeout', ''), { idempotent: true, repeated: true }],
    ['a lost answer', new ClientError('timeout', ''), { idempotent: false, repeated: false }],
    ['a bad gateway', new ClientError('badResponse', '', { status: 502 }), { idempotent: true, repeated: true }],
    ['a bad gateway', new ClientError('badResponse', '', { status: 502 }), { idempotent: false, repeated: false }],
    ['nonsense', new ClientError('badResponse', '', { status: 200 }), { idempotent: true, repeated: false }],
    ['a bad certificate', new ClientError('certificate', ''), { idempotent: true, repeated: false }],
    ['an abort', new ClientError('aborted', ''), { idempotent: true, repeated: false }],
    ['a fault of the program', new TypeError('bug'), { idempotent: true, repeated: false }],
  ]
  for (const [what, error, { idempotent, repeated }] of cases)
    test(`${repeated ? 'follows' : 'does not follow'} ${what} of ${idempotent ? 'an idempotent' : 'a once-only'} call`, async () => {
      const { attempt, count } = failing(error)
      const outcome = withRetry(call(fixedClock(), { idempotent }), attempt)
      if (repeated) await outcome
      else await assert.rejects(outcome, error)
      assert.equal(count(), repeated ? 2 : 1)
    })

  test('is never made when retry is off, nor when the caller vetoes it', async () => {
    const error = service('Rejected.Throttling')
    for (const options of [false, { retryWhen: () => false }] as const) {
      const { attempt, count } = failing(error)
      await assert.rejects(withRetry(call(fixedClock(), { options }), attempt), error)
      assert.equal(count(), 1)
    }
  })

  test('is reported with its number, its error and the wait before the next one', async () => {
    const events: AttemptEvent[] = []
    const error = service('Rejected.Throttling')
    const options = { onAttempt: (event: AttemptEvent) => void events.push(event) }
    await withRetry(call(fixedClock(), { options }), failing(error).attempt)
    assert.deepEqual(events, [
      { operation: 'Encrypt', attempt: 1, durationMs: 0, error, retryInMs: 400 },
      { operation: 'Encrypt', attempt: 2, durationMs: 0 },
    ])
  })
})
