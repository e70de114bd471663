import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor, answerOf } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import {
  CreateKey,
  CreateKeyVersion,
  DescribeKey,
  DisableKey,
  EnableKey,
  ListKeyVersions,
  UpdateRotationPolicy,
} from '../../api/keys.ts'
import type { Settings } from '../kms.ts'
import { createKey } from './create-key.ts'
import { createKeyVersion } from './create-key-version.ts'
import { describeKey } from './describe-key.ts'
import { disableKey } from './disable-key.ts'
import { enableKey } from './enable-key.ts'
import { listKeyVersions } from './list-key-versions.ts'
import { parseRotationInterval } from './rotation.ts'
import { updateRotationPolicy } from './update-rotation-policy.ts'

const day = 86_400_000

async function fixture(settings: Partial<Settings> = {}) {
  const { kms: plain, advance } = await testKms()
  const kms = { ...plain, settings: { ...plain.settings, ...settings } }
  const account = actor(kms)
  const create = async (keySpec: 'Aliyun_AES_256' | 'EC_P256' | 'HMAC_SM3', origin?: 'EXTERNAL') =>
    (await account(CreateKey, createKey, { keySpec, ...(origin ? { origin } : {}) })).keyMetadata.keyId
  return {
    ...{ kms, account, advance, create },
    describe: async (keyId: string) => (await account(DescribeKey, describeKey, { keyId })).keyMetadata,
    version: (keyId: string) => account(CreateKeyVersion, createKeyVersion, { keyId }),
    rotate: (keyId: string, rotationInterval?: string, enableAutomaticRotation = true) =>
      account(UpdateRotationPolicy, updateRotationPolicy, { keyId, enableAutomaticRotation, rotationInterval }),
    versions: async (keyId: string) =>
      (await account(ListKeyVersions, listKeyVersions, { keyId })).keyVersions.keyVersion.map(
        (version) => version.keyVersionId,
      ),
  }
}

test('an interval is a number with or without a unit, from 7 to 730 days', () => {
  const accepted = {
    '7d': 604_800,
    '168h': 604_800,
    '10080m': 604_800,
    '604800s': 604_800,
    '605800': 605_800,
    '730d': 63_072_000,
  }
  for (const [text, seconds] of Object.entries(accepted)) assert.equal(parseRotationInterval(text), seconds)
  for (const text of ['6d', '604799s', '731d', '1.5d', '-7d', '7D', '7w', ' 7d', '7d ', 'd', '9999999999s', '1e6']) {
    assert.throws(
      () => parseRotationInterval(text),
      { code: 'InvalidParameter', message: 'The specified parameter RotationInterval is not valid.' },
      text,
    )
  }
  for (const text of [undefined, '']) assert.throws(() => parseRotationInterval(text), { code: 'MissingParameter' })
})

test('a new version of a symmetric key becomes the primary one, older ones stay', async () => {
  const { create, version, describe, versions, advance } = await fixture()
  const keyId = await create('Aliyun_AES_256')
  const [first] = await versions(keyId)
  advance(day)
  const { keyVersion } = await version(keyId)
  assert.deepEqual(await versions(keyId), [first, keyVersion.keyVersionId])
  const metadata = await describe(keyId)
  assert.equal(metadata.primaryKeyVersion, keyVersion.keyVersionId)
  assert.equal(metadata.lastRotationDate, keyVersion.creationDate)
  assert.equal(Date.parse(keyVersion.creationDate) - Date.parse(metadata.creationDate), day)
})

test('an asymmetric key gets versions but no primary one', async () => {
  const { create, version, describe, versions } = await fixture()
  const keyId = await create('EC_P256')
  await version(keyId)
  assert.equal((await versions(keyId)).length, 2)
  assert.equal((await describe(keyId)).primaryKeyVersion, undefined)
})

test('an HMAC key has one version for good', async () => {
  const { create, version } = await fixture()
  assert.equal(await answerOf(version(await create('HMAC_SM3'))), 'Rejected.UnsupportedOperation')
})

test('where the seven-day rule is on, it holds for asymmetric keys only', async () => {
  const { create, version, advance } = await fixture({ sevenDaysBetweenVersions: true })
  const asymmetric = await create('EC_P256')
  const symmetric = await create('Aliyun_AES_256')
  advance(7 * day - 1000)
  assert.equal(await answerOf(version(asymmetric)), 'Rejected.UnsupportedOperation')
  assert.equal(await answerOf(version(symmetric)), 'ok')
  advance(1000)
  assert.equal(await answerOf(version(asymmetric)), 'ok')
})

test('the account has as many versions as its limit says', async () => {
  const limits = { ...(await testKms()).kms.settings.limits, keyVersions: 2 }
  const { create, version } = await fixture({ limits })
  const keyId = await create('Aliyun_AES_256')
  await version(keyId)
  assert.equal(await answerOf(version(keyId)), 'Rejected.LimitExceeded')
  assert.equal(await answerOf(create('EC_P256')), 'Rejected.LimitExceeded')
})

test('the rotation policy shows in the metadata, and is suspended while the key is disabled', async () => {
  const { account, create, rotate, describe } = await fixture()
  const keyId = await create('Aliyun_AES_256')
  await rotate(keyId, '605800s')
  const on = await describe(keyId)
  assert.deepEqual([on.automaticRotation, on.rotationInterval], ['Enabled', '605800s'])
  assert.equal(Date.parse(on.nextRotationDate ?? '') - Date.parse(on.lastRotationDate), 605_800_000)
  await account(DisableKey, disableKey, { keyId })
  const suspended = await describe(keyId)
  assert.equal(suspended.automaticRotation, 'Suspended')
  assert.equal(suspended.nextRotationDate, on.nextRotationDate)
  await account(EnableKey, enableKey, { keyId })
  assert.equal((await describe(keyId)).automaticRotation, 'Enabled')
  await rotate(keyId, '', false)
  const off = await describe(keyId)
  assert.deepEqual(
    [off.automaticRotation, off.rotationInterval, off.nextRotationDate],
    ['Disabled', undefined, undefined],
  )
})

test('an interval so short that its time has passed rotates at once, a longer one does not', async () => {
  const { create, rotate, versions, advance } = await fixture()
  const keyId = await create('Aliyun_AES_256')
  await rotate(keyId, '30d')
  advance(10 * day)
  await rotate(keyId, '11d')
  assert.equal((await versions(keyId)).length, 1)
  await rotate(keyId, '10d')
  assert.equal((await versions(keyId)).length, 2)
})

test('asymmetric and HMAC keys have no rotation policy', async () => {
  const { create, rotate } = await fixture()
  for (const spec of ['EC_P256', 'HMAC_SM3'] as const) {
    assert.equal(await answerOf(rotate(await create(spec), '7d')), 'Rejected.UnsupportedOperation')
  }
})
