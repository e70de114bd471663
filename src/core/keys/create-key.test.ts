import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { CreateKey, DescribeKey, ListKeyVersions } from '../../api/keys.ts'
import type { RequestOf } from '../../api/operation.ts'
import { keySpecs } from '../../crypto/algorithms.ts'
import { loadKeyMaterial } from '../../crypto/key-material.ts'
import { type Instance, instances } from '../instances/instance.ts'
import type { Kms } from '../kms.ts'
import { createKey } from './create-key.ts'
import { describeKey } from './describe-key.ts'
import { keyVersions } from './key.ts'
import { listKeyVersions } from './list-key-versions.ts'

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

async function fixture() {
  const { kms } = await testKms()
  const account = actor(kms)
  return { kms, account, create: (input: RequestOf<typeof CreateKey>) => account(CreateKey, createKey, input) }
}

function addInstance(kms: Kms, id: string, more: Partial<Instance> = {}) {
  const usual = { status: 'Connected', productType: 'software', createdAt: '2026-01-01T00:00:00Z' } as const
  const instance: Instance = { accountId: kms.settings.accountId, name: id, ...usual, ...more }
  return kms.records.transaction((transaction) => transaction.insert(instances, id, instance))
}

test('a default key has the metadata that the service shows of a new one', async () => {
  const { kms, create } = await fixture()
  const { keyMetadata } = await create({ description: 'for backups' })
  const now = `${kms.now().toISOString().slice(0, 19)}Z`
  const { keyId, primaryKeyVersion, ...rest } = keyMetadata
  assert.match(keyId, guid)
  assert.match(primaryKeyVersion ?? '', guid)
  assert.deepEqual(rest, {
    arn: `acs:kms:cn-hangzhou:${kms.settings.accountId}:key/${keyId}`,
    creationDate: now,
    creator: kms.settings.accountId,
    description: 'for backups',
    keySpec: 'Aliyun_AES_256',
    keyUsage: 'ENCRYPT/DECRYPT',
    keyState: 'Enabled',
    origin: 'Aliyun_KMS',
    protectionLevel: 'SOFTWARE',
    lastRotationDate: now,
    automaticRotation: 'Disabled',
    deleteDate: '',
    materialExpireTime: '',
    dKMSInstanceId: undefined,
  })
})

for (const entry of keySpecs.values()) {
  for (const keyUsage of entry.usages) {
    test(`a new ${entry.spec} key for ${keyUsage} holds material of its spec`, async () => {
      const { kms, create, account } = await fixture()
      const { keyMetadata } = await create({ keySpec: entry.spec as 'RSA_2048', keyUsage })
      assert.equal(keyMetadata.keyUsage, keyUsage)
      const isAsymmetric = entry.kind !== 'symmetric' && entry.kind !== 'hmac'
      assert.equal(keyMetadata.primaryKeyVersion === undefined, isAsymmetric)
      const { keyVersions: listed } = await account(ListKeyVersions, listKeyVersions, { keyId: keyMetadata.keyId })
      const [only] = listed.keyVersion
      assert.equal(listed.keyVersion.length, 1)
      const version = await kms.records.get(keyVersions, only?.keyVersionId ?? '')
      assert.ok(version)
      assert.equal(version.body.publicKey !== undefined, isAsymmetric)
      const material = await kms.sealing.open(keyVersions, version)
      assert.equal(loadKeyMaterial(entry, material).kind, entry.kind)
    })
  }
}

test('the usage left out is signing where the spec can sign, else the only one it has', async () => {
  const { create } = await fixture()
  const usageOf = async (keySpec: RequestOf<typeof CreateKey>['keySpec']) =>
    (await create({ keySpec })).keyMetadata.keyUsage
  assert.equal(await usageOf('Aliyun_SM4'), 'ENCRYPT/DECRYPT')
  assert.equal(await usageOf('EC_SM2'), 'SIGN/VERIFY')
  assert.equal(await usageOf('EC_P256'), 'SIGN/VERIFY')
  assert.equal(await usageOf('HMAC_SHA_256'), 'GENERATE/VERIFY_MAC')
})

test('a key for imported material waits for it without a version', async () => {
  const { create, account } = await fixture()
  const { keyMetadata } = await create({ origin: 'EXTERNAL', keySpec: 'RSA_2048' })
  assert.equal(keyMetadata.keyState, 'PendingImport')
  assert.equal(keyMetadata.primaryKeyVersion, undefined)
  assert.equal(keyMetadata.lastRotationDate, '')
  const { totalCount } = await account(ListKeyVersions, listKeyVersions, { keyId: keyMetadata.keyId })
  assert.equal(totalCount, 0)
})

test('combinations that do not exist are refused with the name of the parameter', async () => {
  const { create } = await fixture()
  const refusals: [RequestOf<typeof CreateKey>, string][] = [
    [{ keyUsage: 'SIGN/VERIFY' }, 'KeyUsage'],
    [{ keySpec: 'HMAC_SM3', keyUsage: 'ENCRYPT/DECRYPT' }, 'KeyUsage'],
    [{ keySpec: 'RSA_2048', enableAutomaticRotation: true, rotationInterval: '365d' }, 'EnableAutomaticRotation'],
    [{ origin: 'EXTERNAL', enableAutomaticRotation: true, rotationInterval: '365d' }, 'EnableAutomaticRotation'],
    [{ enableAutomaticRotation: true, rotationInterval: '6d' }, 'RotationInterval'],
    [{ keyStorageMechanism: 'HsmInternal' }, 'KeyStorageMechanism'],
    [{ tags: [{ tagKey: 'acs:x', tagValue: '' }] }, 'Tags'],
  ]
  for (const [input, parameter] of refusals) {
    await assert.rejects(create(input), { code: 'InvalidParameter', parameter })
  }
  await assert.rejects(create({ enableAutomaticRotation: true }), {
    code: 'MissingParameter',
    parameter: 'RotationInterval',
  })
})

test('rotation can be on from the start; without it the interval is ignored', async () => {
  const { create } = await fixture()
  const { keyMetadata } = await create({ enableAutomaticRotation: true, rotationInterval: '7d' })
  assert.equal(keyMetadata.automaticRotation, 'Enabled')
  assert.equal(keyMetadata.rotationInterval, '604800s')
  assert.equal(Date.parse(keyMetadata.nextRotationDate ?? '') - Date.parse(keyMetadata.creationDate), 604_800_000)
  assert.equal((await create({ rotationInterval: 'soon' })).keyMetadata.rotationInterval, undefined)
})

test('a key of an instance has the long ids, the level of the instance and a policy of its own', async () => {
  const { kms, create } = await fixture()
  await addInstance(kms, 'kst-soft')
  await addInstance(kms, 'kst-hard', { productType: 'hardware' })
  const { keyMetadata } = await create({ dKMSInstanceId: 'kst-soft', protectionLevel: 'HSM' })
  assert.match(keyMetadata.keyId, /^key-[a-z0-9]{21}$/)
  assert.match(keyMetadata.primaryKeyVersion ?? '', new RegExp(`^${keyMetadata.keyId}-[a-z0-9]{10}$`))
  assert.equal(keyMetadata.primaryKeyVersion?.length, 36)
  assert.equal(keyMetadata.protectionLevel, 'SOFTWARE')
  assert.equal(keyMetadata.dKMSInstanceId, 'kst-soft')
  assert.equal((await create({ dKMSInstanceId: 'kst-hard' })).keyMetadata.protectionLevel, 'HSM')
})

test('a key inside hardware does not rotate, one kept in the database of the instance does', async () => {
  const { kms, create } = await fixture()
  await addInstance(kms, 'kst-hard', { productType: 'hardware' })
  const rotating = { dKMSInstanceId: 'kst-hard', enableAutomaticRotation: true, rotationInterval: '30d' } as const
  assert.equal(await answerOf(create(rotating)), 'InvalidParameter')
  assert.equal(await answerOf(create({ ...rotating, keyStorageMechanism: 'HsmEncryptedDatabase' })), 'ok')
})

test('an instance must exist, belong to the account and be connected', async () => {
  const { kms, create } = await fixture()
  await addInstance(kms, 'kst-new', { status: 'Uninitialized' })
  await addInstance(kms, 'kst-foreign', { accountId: '9000000000000009' })
  const answer = (dKMSInstanceId: string) => answerOf(create({ dKMSInstanceId }))
  assert.equal(await answer('kst-none'), 'Forbidden.DKMSInstanceNotFound')
  assert.equal(await answer('kst-foreign'), 'Forbidden.DKMSInstanceNotFound')
  assert.equal(await answer('kst-new'), 'Forbidden.DKMSInstanceStateInvalid')
})

test('a default key takes no policy', async () => {
  const { create } = await fixture()
  assert.equal(await answerOf(create({ policy: '{}' })), 'Forbidden.KeyPolicyUnSupported')
})

test('the account has as many keys as its limit says', async () => {
  const { kms } = await testKms()
  const settings = { ...kms.settings, limits: { ...kms.settings.limits, keys: 2 } }
  const account = actor({ ...kms, settings })
  const answers = [1, 2, 3].map(() => () => answerOf(account(CreateKey, createKey, {})))
  const given: string[] = []
  for (const create of answers) given.push(await create())
  assert.deepEqual(given, ['ok', 'ok', 'Rejected.LimitExceeded'])
})

test('creating needs the permission on the container of keys', async () => {
  const { kms } = await fixture()
  const as = (Resource: string) => actor(kms, userCaller(kms, [{ Action: 'kms:CreateKey', Resource }]))
  assert.equal(await answerOf(as('acs:kms:*:*:key/*')(CreateKey, createKey, {})), 'Forbidden.NoPermission')
  const user = as('acs:kms:*:*:key')
  const { keyMetadata } = await user(CreateKey, createKey, {})
  assert.equal(user.notes().keyId, keyMetadata.keyId)
  assert.equal(await answerOf(user(DescribeKey, describeKey, { keyId: keyMetadata.keyId })), 'Forbidden.NoPermission')
})
