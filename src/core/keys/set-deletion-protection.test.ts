import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { CreateKey, DescribeKey, ScheduleKeyDeletion, SetDeletionProtection } from '../../api/keys.ts'
import type { RequestOf } from '../../api/operation.ts'
import { instances } from '../instances/instance.ts'
import { createKey } from './create-key.ts'
import { describeKey } from './describe-key.ts'
import { scheduleKeyDeletion } from './schedule-key-deletion.ts'
import { setDeletionProtection } from './set-deletion-protection.ts'

async function fixture() {
  const { kms } = await testKms()
  const account = actor(kms)
  const { keyId, arn } = (await account(CreateKey, createKey, {})).keyMetadata
  return {
    ...{ kms, account, keyId, arn },
    protect: (input: Partial<RequestOf<typeof SetDeletionProtection>>) =>
      account(SetDeletionProtection, setDeletionProtection, { enableDeletionProtection: true, ...input }),
    shown: async () => {
      const { keyMetadata } = await account(DescribeKey, describeKey, { keyId })
      return [keyMetadata.deletionProtection, keyMetadata.deletionProtectionDescription]
    },
  }
}

test('a protected key cannot be scheduled for deletion until the protection ends', async () => {
  const { account, keyId, protect } = await fixture()
  const attempt = () => account(ScheduleKeyDeletion, scheduleKeyDeletion, { keyId, pendingWindowInDays: 7 })
  const schedule = () => answerOf(attempt())
  await protect({ keyId })
  assert.equal(await schedule(), 'Rejected.UnsupportedOperation')
  await assert.rejects(attempt(), /deletion protection/)
  await protect({ keyId, enableDeletionProtection: false })
  assert.equal(await schedule(), 'ok')
})

test('the description is kept only with the protection', async () => {
  const { keyId, arn, protect, shown } = await fixture()
  assert.deepEqual(await shown(), ['Disabled', undefined])
  await protect({ protectedResourceArn: arn, deletionProtectionDescription: 'in use' })
  assert.deepEqual(await shown(), ['Enabled', 'in use'])
  await protect({ keyId, enableDeletionProtection: false, deletionProtectionDescription: 'ignored' })
  assert.deepEqual(await shown(), ['Disabled', undefined])
})

test('exactly one resource is named, and it exists', async () => {
  const { keyId, arn, protect } = await fixture()
  assert.equal(await answerOf(protect({})), 'MissingParameter')
  assert.equal(await answerOf(protect({ keyId, protectedResourceArn: arn })), 'InvalidParameter')
  assert.equal(await answerOf(protect({ protectedResourceArn: keyId })), 'InvalidParameter')
  assert.equal(await answerOf(protect({ protectedResourceArn: `${arn}x` })), 'Forbidden.KeyNotFound')
  assert.equal(await answerOf(protect({ kmsInstanceId: 'kst-none' })), 'Forbidden.DKMSInstanceNotFound')
})

test('an instance is protected by id or ARN, by those who may', async () => {
  const { kms, account, protect } = await fixture()
  const { accountId } = kms.settings
  const createdAt = '2026-01-01T00:00:00Z'
  const instance = { accountId, name: 'one', status: 'Connected', productType: 'software', createdAt } as const
  await kms.records.transaction((transaction) => transaction.insert(instances, 'kst-one', instance))
  await protect({ kmsInstanceId: 'kst-one', deletionProtectionDescription: 'ours' })
  assert.equal(account.notes().resource, 'kst-one')
  const stored = async () => (await kms.records.get(instances, 'kst-one'))?.body.deletionProtection
  assert.deepEqual(await stored(), { description: 'ours' })
  const protectedResourceArn = `acs:kms:cn-hangzhou:${accountId}:keystore/kst-one`
  const off = { protectedResourceArn, enableDeletionProtection: false }
  const user = actor(kms, userCaller(kms))
  assert.equal(await answerOf(user(SetDeletionProtection, setDeletionProtection, off)), 'Forbidden.NoPermission')
  await protect(off)
  assert.equal(await stored(), undefined)
})
