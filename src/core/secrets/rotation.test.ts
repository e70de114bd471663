import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor, answerOf } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import * as api from '../../api/secrets.ts'
import { createSecret } from './create-secret.ts'
import { rotateSecret } from './rotate-secret.ts'
import { updateSecretRotationPolicy } from './update-secret-rotation-policy.ts'

test('a generic secret does not rotate, neither now nor by itself', async () => {
  const { kms } = await testKms()
  const account = actor(kms)
  const secretName = 'app/db'
  await account(api.CreateSecret, createSecret, { secretName, versionId: 'v1', secretData: 'value' })
  const now = account(api.RotateSecret, rotateSecret, { secretName, versionId: 'v2' })
  const byItself = account(api.UpdateSecretRotationPolicy, updateSecretRotationPolicy, {
    secretName,
    enableAutomaticRotation: false,
  })
  assert.deepEqual(
    [await answerOf(now), await answerOf(byItself)],
    ['Rejected.UnsupportedOperation', 'Rejected.UnsupportedOperation'],
  )
})
