import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ExpiringCredentials, refreshing } from './refreshing.ts'

const minute = 60_000

/** A source of hourly credentials under the test's control. */
function controlled(lifetimeMs = 60 * minute) {
  let now = 0
  let failing = false
  const waiting: (() => void)[] = []
  const fetches: number[] = []
  const fetch = async (): Promise<ExpiringCredentials> => {
    fetches.push(now)
    await new Promise<void>((resolve) => waiting.push(resolve))
    if (failing) throw new Error('away')
    return { accessKeyId: `id-${fetches.length}`, accessKeySecret: 's', expiresAt: now + lifetimeMs }
  }
  return {
    provider: refreshing(fetch, { now: () => now, random: () => 1 }),
    fetches,
    passTo: (time: number) => {
      now = time
    },
    fail: (isFailing: boolean) => {
      failing = isFailing
    },
    /** Lets the fetches under way end, and everything that hangs on them. */
    answer: async () => {
      for (const resolve of waiting.splice(0)) resolve()
      await new Promise(setImmediate)
    },
  }
}

const first = async (source: ReturnType<typeof controlled>): Promise<void> => {
  const asked = source.provider()
  await source.answer()
  assert.equal((await asked).accessKeyId, 'id-1')
}

describe('credentials that end', () => {
  test('are fetched once for any number of callers', async () => {
    const source = controlled()
    const asked = Array.from({ length: 50 }, () => source.provider())
    await source.answer()
    assert.deepEqual([...new Set((await Promise.all(asked)).map(({ accessKeyId }) => accessKeyId))], ['id-1'])
    assert.equal(source.fetches.length, 1)
  })

  test('are kept until a quarter of an hour before they end, then renewed while the old ones serve', async () => {
    const source = controlled()
    await first(source)
    source.passTo(45 * minute - 1)
    assert.equal((await source.provider()).accessKeyId, 'id-1')
    assert.equal(source.fetches.length, 1)
    source.passTo(45 * minute)
    assert.equal((await source.provider()).accessKeyId, 'id-1')
    assert.equal((await source.provider()).accessKeyId, 'id-1')
    assert.equal(source.fetches.length, 2)
    await source.answer()
    assert.equal((await source.provider()).accessKeyId, 'id-2')
  })

  test('given for a short time are renewed halfway', async () => {
    const source = controlled(15 * minute)
    await first(source)
    source.passTo(7 * minute)
    await source.provider()
    assert.equal(source.fetches.length, 1)
    source.passTo(7.5 * minute)
    await source.provider()
    assert.equal(source.fetches.length, 2)
  })

  test('that cannot be renewed serve on, and are asked for less and less often', async () => {
    const source = controlled()
    await first(source)
    source.fail(true)
    for (const time of [45 * minute, 45 * minute + 1000, 45 * minute + 3000, 45 * minute + 4000, 45 * minute + 8000]) {
      source.passTo(time)
      assert.equal((await source.provider()).accessKeyId, 'id-1')
      await source.answer()
    }
    assert.deepEqual(source.fetches, [0, 45 * minute, 45 * minute + 3000, 45 * minute + 8000])
  })

  test('that have all but ended are waited for, and a failure then reaches every caller', async () => {
    const source = controlled()
    await first(source)
    source.fail(true)
    source.passTo(59 * minute)
    const asked = Promise.allSettled([source.provider(), source.provider()])
    await source.answer()
    for (const outcome of await asked) assert.equal(outcome.status, 'rejected')
    assert.equal(source.fetches.length, 2)
    source.fail(false)
    const again = source.provider()
    await source.answer()
    assert.equal((await again).accessKeyId, 'id-3')
  })
})
