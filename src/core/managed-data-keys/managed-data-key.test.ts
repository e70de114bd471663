import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import * as api from '../../api/cryptography.ts'
import { createManagedDataKey } from './create-managed-data-key.ts'
import { createManagedDataKeyVersion } from './create-managed-data-key-version.ts'
import { getManagedDataKey } from './get-managed-data-key.ts'
import { listManagedDataKeyVersions } from './list-managed-data-key-versions.ts'

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

test('a new version has the length of the first, and is the one that is asked for as the latest', async () => {
  const { kms } = await testKms()
  const account = actor(kms)
  const dataKeyName = 'a'
  const first = await account(api.CreateManagedDataKey, createManagedDataKey, { dataKeyName, numberOfBytes: 24 })
  const second = await account(api.CreateManagedDataKeyVersion, createManagedDataKeyVersion, { dataKeyName })
  assert.equal(second.dataKeyVersionName, `kms-datakeyversion!a!${second.dataKeyVersionId}`)
  const get = (useLatest: boolean) => account(api.GetManagedDataKey, getManagedDataKey, { dataKeyName, useLatest })
  const [oldest, latest] = [await get(false), await get(true)]
  assert.deepEqual(
    [oldest.dataKeyVersionId, latest.dataKeyVersionId, latest.plaintext.length],
    [first.dataKeyVersionId, second.dataKeyVersionId, 24],
  )
  assert.notDeepEqual(oldest.plaintext, latest.plaintext)
})

test('versions are listed oldest first, a page at a time', async () => {
  const { kms } = await testKms()
  const account = actor(kms)
  const dataKeyName = 'a'
  const made = [await account(api.CreateManagedDataKey, createManagedDataKey, { dataKeyName })]
  for (let n = 0; n < 2; n++) {
    made.push(await account(api.CreateManagedDataKeyVersion, createManagedDataKeyVersion, { dataKeyName }))
  }
  const page = async (pageNumber: number) => {
    const input = { dataKeyName, pageNumber, pageSize: 2 }
    return account(api.ListManagedDataKeyVersions, listManagedDataKeyVersions, input)
  }
  const pages = [await page(1), await page(2), await page(3)]
  assert.deepEqual(
    pages.map(({ managedDataKeyVersions: { managedDataKeyVersion } }) => managedDataKeyVersion.length),
    [2, 1, 0],
  )
  assert.deepEqual(
    pages.flatMap(({ managedDataKeyVersions: { managedDataKeyVersion } }) =>
      managedDataKeyVersion.map(({ dataKeyVersionId }) => dataKeyVersionId),
    ),
    made.map(({ dataKeyVersionId }) => dataKeyVersionId),
  )
  assert.ok(pages.every(({ totalCount }) => totalCount === 3))
})
