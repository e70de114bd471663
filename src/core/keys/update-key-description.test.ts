import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor, answerOf } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { CreateKey, DescribeKey, ScheduleKeyDeletion, UpdateKeyDescription } from '../../api/keys.ts'
import { createKey } from './create-key.ts'
import { describeKey } from './describe-key.ts'
import { scheduleKeyDeletion } from './schedule-key-deletion.ts'
import { updateKeyDescription } from './update-key-description.ts'

test('a description is replaced, by an empty one too, until the key is to be deleted', async () => {
  const { kms } = await testKms()
  const account = actor(kms)
  const { keyId } = (await account(CreateKey, createKey, { description: 'first' })).keyMetadata
  const update = (description: string) =>
    answerOf(account(UpdateKeyDescription, updateKeyDescription, { keyId, description }))
  const shown = async () => (await account(DescribeKey, describeKey, { keyId })).keyMetadata.description
  assert.deepEqual([await update('second'), await shown()], ['ok', 'second'])
  assert.deepEqual([await update(''), await shown()], ['ok', ''])
  await account(ScheduleKeyDeletion, scheduleKeyDeletion, { keyId, pendingWindowInDays: 7 })
  assert.deepEqual([await update('third'), await shown()], ['Rejected.PendingDeletion', ''])
})
