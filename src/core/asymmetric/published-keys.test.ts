import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { CreateKey, CreateKeyVersion, DisableKey, EnableKey, ScheduleKeyDeletion } from '../../api/keys.ts'
import type { RequestOf } from '../../api/operation.ts'
import { createKey } from '../keys/create-key.ts'
import { createKeyVersion } from '../keys/create-key-version.ts'
import { disableKey } from '../keys/disable-key.ts'
import { enableKey } from '../keys/enable-key.ts'
import { scheduleKeyDeletion } from '../keys/schedule-key-deletion.ts'
import { publishedKeys } from './published-keys.ts'

async function fixture() {
  const { kms } = await testKms()
  const as = actor(kms)
  const create = async (request: RequestOf<typeof CreateKey>): Promise<string> =>
    (await as(CreateKey, createKey, request)).keyMetadata.keyId
  const shown = async (): Promise<readonly string[]> =>
    (await publishedKeys(kms)).keys.map(({ kid = '' }) => kid.split('/')[0] ?? '')
  return { kms, as, create, shown }
}
const tags = [{ tagKey: 'keyhaven:jwks', tagValue: 'public' }]
const signing = { keySpec: 'EC_P256', keyUsage: 'SIGN/VERIFY' } as const

test('only keys that sign and bear the tag with its value are published', async () => {
  const { create, shown } = await fixture()
  const published = await create({ ...signing, tags })
  await create(signing)
  await create({ ...signing, tags: [{ tagKey: 'keyhaven:jwks', tagValue: 'private' }] })
  await create({ ...signing, tags: [{ tagKey: 'jwks', tagValue: 'public' }] })
  await create({ keySpec: 'EC_P256', keyUsage: 'ENCRYPT/DECRYPT', tags })
  await create({ keySpec: 'Aliyun_AES_256', tags })
  await create({ keySpec: 'HMAC_SHA_256', keyUsage: 'GENERATE/VERIFY_MAC', tags })
  await create({ keySpec: 'EC_SM2', keyUsage: 'SIGN/VERIFY', tags })
  await create({ ...signing, origin: 'EXTERNAL', tags })
  assert.deepEqual(await shown(), [published])
})

test('every version of a rotated key is, and nothing else about it', async () => {
  const { kms, as, create } = await fixture()
  const keyId = await create({ ...signing, tags, description: 'canary' })
  await as(CreateKeyVersion, createKeyVersion, { keyId })
  const { keys, isTruncated } = await publishedKeys(kms)
  assert.deepEqual([keys.length, isTruncated], [2, false])
  const members = new Set(keys.flatMap((jwk) => Object.keys(jwk)))
  assert.deepEqual(members, new Set(['kty', 'kid', 'use', 'alg', 'crv', 'x', 'y']))
  assert.equal(new Set(keys.map(({ kid }) => kid)).size, 2)
})

test('a key that is disabled or about to be deleted is not, until it is enabled again', async () => {
  const { as, create, shown } = await fixture()
  const keyId = await create({ ...signing, tags })
  await as(DisableKey, disableKey, { keyId })
  assert.deepEqual(await shown(), [])
  await as(EnableKey, enableKey, { keyId })
  assert.deepEqual(await shown(), [keyId])
  await as(ScheduleKeyDeletion, scheduleKeyDeletion, { keyId, pendingWindowInDays: 7 })
  assert.deepEqual(await shown(), [])
})

test('a key with very many versions takes the place of no other: its newest hundred are shown', async () => {
  const { kms, as, create } = await fixture()
  const first = await create({ ...signing, tags })
  let newest = ''
  for (let made = 1; made < 103; made++)
    newest = (await as(CreateKeyVersion, createKeyVersion, { keyId: first })).keyVersion.keyVersionId
  const second = await create({ ...signing, tags })
  const { keys, isTruncated } = await publishedKeys(kms)
  assert.deepEqual([keys.length, isTruncated], [101, true])
  assert.ok(keys.some(({ kid }) => kid === `${first}/${newest}`))
  assert.ok(keys.some(({ kid }) => kid?.startsWith(`${second}/`)))
})
