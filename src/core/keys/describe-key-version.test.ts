import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor, answerOf } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { CreateKey, DescribeKeyVersion } from '../../api/keys.ts'
import { createKey } from './create-key.ts'
import { describeKeyVersion } from './describe-key-version.ts'

test('a version is described by its own key only', async () => {
  const { kms } = await testKms()
  const account = actor(kms)
  const [one, other] = [await account(CreateKey, createKey, {}), await account(CreateKey, createKey, {})]
  const keyVersionId = one.keyMetadata.primaryKeyVersion ?? ''
  const describe = (keyId: string) => account(DescribeKeyVersion, describeKeyVersion, { keyId, keyVersionId })
  assert.deepEqual((await describe(one.keyMetadata.keyId)).keyVersion, {
    keyId: one.keyMetadata.keyId,
    keyVersionId,
    creationDate: '2026-11-21T22:00:00Z',
  })
  assert.equal(await answerOf(describe(other.keyMetadata.keyId)), 'Forbidden.KeyVersionNotFound')
})
