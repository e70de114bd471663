import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServiceError } from './errors.ts'
import type { RetryClock } from './retry.ts'
import { keyDeleted, secretRotated, waitFor } from './waiting.ts'

/** A clock that jumps over each wait, and knows how long they were. */
function jumping(): RetryClock & { readonly waits: number[] } {
  const waits: number[] = []
  return {
    waits,
    now: () => waits.reduce((sum, wait) => sum + wait, 0),
    random: () => 1,
    sleep: async (milliseconds) => void waits.push(milliseconds),
  }
}

/** Answers with each of these in turn, the last one again and again. */
const answers = <Value>(...values: readonly Value[]): (() => Promise<Value>) => {
  let index = 0
  return async () => values[Math.min(index++, values.length - 1)] as Value
}

test('the time between two questions doubles up to its bound', async () => {
  const clock = jumping()
  const question = answers(undefined, undefined, undefined, undefined, 'yes')
  assert.equal(await waitFor(question, { firstDelayMs: 10, maxDelayMs: 35 }, clock), 'yes')
  assert.deepEqual(clock.waits, [10, 20, 35, 35])
})

test('time runs out before a question that would come too late', async () => {
  const clock = jumping()
  await assert.rejects(waitFor(answers(undefined), { firstDelayMs: 10, timeoutMs: 40 }, clock), { code: 'timeout' })
  assert.deepEqual(clock.waits, [10, 20])
})

test('a signal ends the waiting, before the question and during a wait', async () => {
  const aborted = AbortSignal.abort(new Error('enough'))
  await assert.rejects(waitFor(answers(1), { signal: aborted }), { code: 'aborted' })
  const controller = new AbortController()
  const waiting = waitFor(async () => void setImmediate(() => controller.abort()), { signal: controller.signal })
  await assert.rejects(waiting, { code: 'aborted' })
})

const gone = new ServiceError({ code: 'Forbidden.KeyNotFound', message: '', status: 404, requestId: 'r' })
/** A client whose key has these states one after the other. */
const keyWith = (...states: readonly (string | Error)[]) => {
  const next = answers(...states)
  const describeKey = async () => {
    const keyState = await next()
    if (typeof keyState !== 'string') throw keyState
    return { keyMetadata: { keyState } }
  }
  return { describeKey } as unknown as Parameters<typeof keyDeleted>[0]
}

test('a key is waited for until there is none', async () => {
  const clock = jumping()
  await keyDeleted(keyWith('PendingDeletion', 'PendingDeletion', gone), 'k', {}, clock)
  assert.equal(clock.waits.length, 2)
})

test('a key that will never be deleted is not waited for', async () => {
  const refusal = { code: 'invalidRequest', parameter: 'keyId' }
  await assert.rejects(keyDeleted(keyWith('PendingDeletion', 'Enabled'), 'k', {}, jumping()), refusal)
})

const secretWith = (...versions: readonly string[]) => {
  const next = answers(...versions)
  const listSecretVersionIds = async () => ({
    versionIds: {
      versionId: [
        { versionId: 'v0', versionStages: { versionStage: ['ACSPrevious'] } },
        { versionId: await next(), versionStages: { versionStage: ['mine', 'ACSCurrent'] } },
      ],
    },
  })
  return { listSecretVersionIds } as unknown as Parameters<typeof secretRotated>[0]
}

test('a secret is rotated when its current version is another', async () => {
  assert.equal(await secretRotated(secretWith('v1', 'v1', 'v2'), 's', {}, jumping()), 'v2')
  assert.equal(await secretRotated(secretWith('v2'), 's', { formerVersionId: 'v1' }, jumping()), 'v2')
})

test('a wrong argument is named', async () => {
  await assert.rejects(waitFor(5 as never), { code: 'invalidRequest', parameter: 'question' })
  await assert.rejects(waitFor(answers(1), { timeoutMs: 'soon' } as never), { parameter: 'timeoutMs' })
  await assert.rejects(waitFor(answers(1), null as never), { parameter: 'options' })
})
