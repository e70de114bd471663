import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import * as api from '../../api/secrets.ts'
import { createSecret } from './create-secret.ts'
import { deleteSecret } from './delete-secret.ts'
import { getSecretLastUsage } from './get-secret-last-usage.ts'
import { secretId, secretLastUse, secrets } from './secret.ts'

test('the last use of a secret is told to whoever may describe it, also while it waits for deletion', async () => {
  const { kms } = await testKms()
  const account = actor(kms)
  const secretName = 'app'
  await account(api.CreateSecret, createSecret, { secretName, versionId: 'v1', secretData: 'x' })
  const secret = await kms.records.get(secrets, secretId(kms.settings.accountId, secretName))
  assert.ok(secret)
  kms.lastUses.note([secretLastUse(secret.body)], 'GetSecretValue', Date.UTC(2026, 10, 21, 23))
  await account(api.DeleteSecret, deleteSecret, { secretName, recoveryWindowInDays: 7 })
  const usage = (as = account) => as(api.GetSecretLastUsage, getSecretLastUsage, { secretName })
  const Resource = `acs:kms:*:*:secret/${secretName}`
  const describing = actor(kms, userCaller(kms, [{ Action: 'kms:DescribeSecret', Resource }]))
  const reading = actor(kms, userCaller(kms, [{ Action: 'kms:GetSecretValue', Resource }]))
  assert.deepEqual(await usage(describing), {
    ...{ secretName, lastUsedDate: '2026-11-21T23:00:00Z', lastUsedOperation: 'GetSecretValue' },
    trackingStartDate: '2026-11-21T22:00:00Z',
  })
  assert.equal(await answerOf(usage(reading)), 'Forbidden.NoPermission')
})
