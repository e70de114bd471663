import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { KmsError } from '../../core/errors.ts'
import { type Seal, UnsealFailure } from '../../core/sealing/seal.ts'
import { StoreUnavailable } from '../../core/store.ts'
import { AutoUnseal } from './auto-unseal.ts'

const seal: Seal = { name: 'kms', wrap: () => Promise.reject(), unwrap: () => Promise.reject() }

/** Tries that end as they are told to, the last one again and again, and timers that are moved by hand. */
function attempts(t: TestContext, ...outcomes: readonly (UnsealFailure['reason'] | Error | undefined)[]) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const lines: string[] = []
  const signals = new Set<AbortSignal>()
  let tries = 0
  const autoUnseal = new AutoUnseal({
    log: { write: (level, message) => lines.push(`${level} ${message}`) },
    open: async (_seal, signal) => {
      signals.add(signal)
      const reason = outcomes[Math.min(tries++, outcomes.length - 1)]
      if (reason instanceof Error) throw reason
      if (reason !== undefined) throw new UnsealFailure(reason, `it is ${reason}`)
    },
  })
  const pass = async (milliseconds: number): Promise<number> => {
    t.mock.timers.tick(milliseconds)
    await turn()
    return tries
  }
  const listeners = (): number => [...signals].flatMap((signal) => getEventListeners(signal, 'abort')).length
  return { autoUnseal, lines, pass, listeners }
}

test('what is away is asked again, ever less often, until it opens', async (t) => {
  const { autoUnseal, lines, pass, listeners } = attempts(t, ...Array(10).fill('unavailable'), undefined)
  await autoUnseal.run(seal)
  assert.deepEqual([autoUnseal.isTrying, autoUnseal.problem], [true, 'it is unavailable'])
  for (const [index, waitMs] of [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000].entries()) {
    assert.equal(await pass(waitMs - 1), index + 1)
    assert.equal(await pass(1), index + 2)
  }
  assert.deepEqual(lines, ['warn sealed until who keeps the root key can be asked'])
  // the signal lives as long as that is away
  assert.equal(listeners(), 0)
  await pass(30_000)
  assert.deepEqual([autoUnseal.isTrying, autoUnseal.problem], [false, undefined])
  assert.equal(lines.at(-1), 'info unsealed')
  assert.equal(await pass(100_000), 11)
})

test('a wrong PIN is never tried again, though the server stays up', async (t) => {
  const { autoUnseal, lines, pass } = attempts(t, 'wrong-pin')
  await autoUnseal.run(seal)
  assert.deepEqual([autoUnseal.isTrying, autoUnseal.problem], [false, 'it is wrong-pin'])
  assert.deepEqual(lines, ['warn sealed until an operator opens it'])
  assert.equal(await pass(1_000_000), 1)
})

test('a PIN that turns out wrong at a later try ends the trying', async (t) => {
  const { autoUnseal, pass } = attempts(t, 'unavailable', 'wrong-pin')
  await autoUnseal.run(seal)
  assert.equal(await pass(250), 2)
  assert.equal(autoUnseal.isTrying, false)
  assert.equal(await pass(1_000_000), 2)
})

test('what another try does not help is told, at once or when it turns out', async (t) => {
  for (const reason of ['wrong-secret', 'misconfigured'] as const) {
    const { autoUnseal } = attempts(t, reason)
    await assert.rejects(autoUnseal.run(seal), { reason })
    t.mock.timers.reset()
  }
  const later = attempts(t, 'unavailable', 'wrong-secret')
  await later.autoUnseal.run(seal)
  assert.equal(await later.pass(250), 2)
  assert.deepEqual([later.autoUnseal.isTrying, later.lines.at(-1)], [false, 'error it stays sealed'])
  assert.equal(await later.pass(1_000_000), 2)
})

test('once stopped it does not try again', async (t) => {
  const { autoUnseal, pass } = attempts(t, 'unavailable')
  await autoUnseal.run(seal)
  autoUnseal.stop()
  assert.deepEqual([autoUnseal.isTrying, autoUnseal.problem], [false, undefined])
  assert.equal(await pass(1_000_000), 1)
})

test('a database that is away during a try ends no trying', async (t) => {
  const away = new StoreUnavailable('away', { isReadable: false })
  const { autoUnseal, lines, pass } = attempts(
    ...([t, 'unavailable', away, new KmsError('ServiceUnavailableTemporary'), undefined] as const),
  )
  await autoUnseal.run(seal)
  await pass(250)
  await pass(500)
  assert.equal(autoUnseal.isTrying, true)
  assert.equal(await pass(1000), 4)
  assert.deepEqual([autoUnseal.isTrying, lines.at(-1)], [false, 'info unsealed'])
})

test('a database that is away at the first try ends no trying either, as after a change of the root key', async (t) => {
  const { autoUnseal, lines, pass } = attempts(t, new StoreUnavailable('away', { isReadable: false }), undefined)
  await autoUnseal.run(seal)
  assert.deepEqual([autoUnseal.isTrying, lines], [true, ['warn sealed until the database answers']])
  assert.equal(await pass(250), 2)
  assert.deepEqual([autoUnseal.isTrying, lines.at(-1)], [false, 'info unsealed'])
})
