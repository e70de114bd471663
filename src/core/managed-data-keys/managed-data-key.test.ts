import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import * as api from '../../api/cryptography.ts'
import { createManagedDataKey } from './create-managed-data-key.ts'
import { getManagedDataKey } from './get-managed-data-key.ts'

test('a version is reached by the name of its own data key only', async () => {
  const { kms } = await testKms()
  const account = actor(kms)
  await account(api.CreateManagedDataKey, createManagedDataKey, { dataKeyName: 'a' })
  const { dataKeyVersionId } = await account(api.CreateManagedDataKey, createManagedDataKey, { dataKeyName: 'a/b' })
  const resource = `acs:kms:*:*:secret/kms-datakeyversion!a`
  const reader = actor(kms, userCaller(kms, [{ Action: 'kms:GetManagedDataKey', Resource: resource }]))
  const get = (name: string, version?: string) =>
    answerOf(
      reader(api.GetManagedDataKey, getManagedDataKey, {
        dataKeyName: name,
        ...(version === undefined ? {} : { dataKeyVersionId: version }),
      }),
    )
  assert.equal(await get('a'), 'ok')
  assert.equal(await get('a/b'), 'Forbidden.NoPermission')
  assert.equal(await get('a', `b/${dataKeyVersionId}`), 'Forbidden.ResourceNotFound')
})
