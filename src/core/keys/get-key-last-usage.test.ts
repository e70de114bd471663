import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor, answerOf } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { CreateKey, GetKeyLastUsage, ScheduleKeyDeletion } from '../../api/keys.ts'
import { createKey } from './create-key.ts'
import { getKeyLastUsage } from './get-key-last-usage.ts'
import { keyLastUse } from './key.ts'
import { scheduleKeyDeletion } from './schedule-key-deletion.ts'

test('the last use of a key is told in every state, also when there was none', async () => {
  const { kms } = await testKms()
  const account = actor(kms)
  const { keyId } = (await account(CreateKey, createKey, { origin: 'EXTERNAL' })).keyMetadata
  const usage = (of = keyId) => account(GetKeyLastUsage, getKeyLastUsage, { keyId: of })
  assert.deepEqual(await usage(), { keyId, trackingStartDate: '2026-11-21T22:00:00Z' })
  kms.lastUses.note([keyLastUse(keyId)], 'Decrypt', Date.UTC(2026, 10, 21, 23, 0, 0, 999))
  await account(ScheduleKeyDeletion, scheduleKeyDeletion, { keyId, pendingWindowInDays: 7 })
  assert.deepEqual(await usage(), {
    ...{ keyId, lastUsedDate: '2026-11-21T23:00:00Z', lastUsedOperation: 'Decrypt' },
    trackingStartDate: '2026-11-21T22:00:00Z',
  })
  assert.equal(await answerOf(usage('none')), 'Forbidden.KeyNotFound')
})
