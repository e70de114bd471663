import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountCaller, actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { CreateAlias } from '../../api/aliases.ts'
import { CreateKey, DescribeKey, EnableKey, GetKeyPolicy } from '../../api/keys.ts'
import { createAlias } from '../aliases/create-alias.ts'
import { keyOfVersion } from '../cryptography/blob-encryption.ts'
import { createInstance } from '../instances/create-instance.ts'
import { instances } from '../instances/instance.ts'
import type { Kms } from '../kms.ts'
import { createKey } from './create-key.ts'
import { describeKey } from './describe-key.ts'
import { enableKey } from './enable-key.ts'
import { getKeyPolicy } from './get-key-policy.ts'
import { keys } from './key.ts'

const stranger = '9000000000000009'

async function keyWithAlias() {
  const { kms } = await testKms()
  const account = actor(kms)
  const { keyId, arn } = (await account(CreateKey, createKey, {})).keyMetadata
  await account(CreateAlias, createAlias, { aliasName: 'alias/Apollo/WorkKey', keyId })
  const aliasArn = arn.replace(`key/${keyId}`, 'alias/Apollo/WorkKey')
  return { kms, account, keyId, arn, aliasArn }
}
const describe = (kms: Kms, keyId: string, caller = accountCaller(kms)) =>
  actor(kms, caller)(DescribeKey, describeKey, { keyId })

test('a key is found by id, alias, key ARN and alias ARN, and answered by its id', async () => {
  const { kms, keyId, arn, aliasArn } = await keyWithAlias()
  for (const name of [keyId, 'alias/Apollo/WorkKey', arn, aliasArn]) {
    assert.equal((await describe(kms, name)).keyMetadata.keyId, keyId)
  }
})

test('the audit notes the resolved key, of refused calls too', async () => {
  const { kms, keyId } = await keyWithAlias()
  const user = actor(kms, userCaller(kms))
  assert.equal(
    await answerOf(user(DescribeKey, describeKey, { keyId: 'alias/Apollo/WorkKey' })),
    'Forbidden.NoPermission',
  )
  assert.equal(user.notes().keyId, keyId)
})

test('an ARN of another region, service or account names no key', async () => {
  const { kms, keyId, arn, aliasArn } = await keyWithAlias()
  const wrong = [
    arn.replace('cn-hangzhou', 'cn-beijing'),
    aliasArn.replace('cn-hangzhou', 'cn-beijing'),
    arn.replace(':kms:', ':oss:'),
    arn.replace(kms.settings.accountId, stranger),
    `acs:kms:cn-hangzhou:${kms.settings.accountId}:secret/${keyId}`,
    'acs:kms',
  ]
  for (const name of wrong) assert.equal(await answerOf(describe(kms, name)), 'Forbidden.KeyNotFound', name)
})

test('unknown names are told apart for those who may ask', async () => {
  const { kms } = await keyWithAlias()
  assert.equal(await answerOf(describe(kms, 'no-such-key')), 'Forbidden.KeyNotFound')
  assert.equal(await answerOf(describe(kms, 'alias/none')), 'Forbidden.AliasNotFound')
})

test('a stranger learns nothing: what exists and what does not answer alike', async () => {
  const { kms, keyId, arn, aliasArn } = await keyWithAlias()
  const powerless = userCaller(kms)
  for (const name of [keyId, 'no-such-key', 'alias/Apollo/WorkKey', 'alias/none', arn, aliasArn]) {
    assert.equal(await answerOf(describe(kms, name, powerless)), 'Forbidden.NoPermission', name)
  }
  const foreigner = accountCaller(kms, stranger)
  for (const name of [keyId, 'no-such-key', arn, `${arn}x`, aliasArn, `${aliasArn}x`]) {
    assert.equal(await answerOf(describe(kms, name, foreigner)), 'Forbidden.KeyNotFound', name)
  }
})

test('permission is on the key that an alias points at, not on the alias', async () => {
  const { kms, arn, aliasArn } = await keyWithAlias()
  const allowed = (resource: string) => userCaller(kms, [{ Action: 'kms:DescribeKey', Resource: resource }])
  assert.equal(await answerOf(describe(kms, 'alias/Apollo/WorkKey', allowed(arn))), 'ok')
  assert.equal(await answerOf(describe(kms, 'alias/Apollo/WorkKey', allowed(aliasArn))), 'Forbidden.NoPermission')
})

test('operations refuse the names that they do not take', async () => {
  const { account, keyId, arn, aliasArn } = await keyWithAlias()
  const enable = (name: string) => answerOf(account(EnableKey, enableKey, { keyId: name }))
  assert.equal(await enable(keyId), 'ok')
  assert.equal(await enable('alias/Apollo/WorkKey'), 'Unsupported.Alias')
  assert.equal(await enable(aliasArn), 'Unsupported.Alias')
  assert.equal(await enable(arn), 'InvalidParameter')
  assert.equal(await enable(''), 'MissingParameter')
  const policy = (name: string) => answerOf(account(GetKeyPolicy, getKeyPolicy, { keyId: name }))
  assert.equal(await policy(arn), 'Forbidden.KeyPolicyUnSupported')
  assert.equal(await policy('alias/Apollo/WorkKey'), 'Unsupported.Alias')
})

test('the gateway of an instance knows the keys of that instance only', async () => {
  const { kms, account, keyId } = await keyWithAlias()
  const { accountId } = kms.settings
  const createdAt = '2026-01-01T00:00:00Z'
  const instance = { accountId, name: 'one', status: 'Connected', productType: 'software', createdAt } as const
  await kms.records.transaction((transaction) => transaction.insert(instances, 'kst-one', instance))
  const { keyMetadata } = await account(CreateKey, createKey, { dKMSInstanceId: 'kst-one' })
  const inside = { ...accountCaller(kms), instanceId: 'kst-one' }
  assert.equal(await answerOf(describe(kms, keyMetadata.keyId, inside)), 'ok')
  assert.equal(await answerOf(describe(kms, keyId, inside)), 'Forbidden.KeyNotFound')
  assert.equal(
    await answerOf(describe(kms, keyMetadata.keyId, { ...inside, instanceId: 'kst-two' })),
    'Forbidden.KeyNotFound',
  )
})

test('to the gateway of an instance a key of another instance, and its alias, are as unknown as one that does not exist', async () => {
  const { kms, account } = await keyWithAlias()
  const { accountId } = kms.settings
  const [one, two] = [await createInstance(kms, accountId, 'one'), await createInstance(kms, accountId, 'two')]
  const { keyId } = (await account(CreateKey, createKey, { dKMSInstanceId: two.id })).keyMetadata
  await account(CreateAlias, createAlias, { aliasName: 'alias/two', keyId })
  const inScope = { operator: 'StringEquals', key: 'keyhaven:InstanceId', values: [one.id] }
  const anyKey = { effect: 'Allow', actions: ['kms:*'], exceptActions: false } as const
  const statement = { ...anyKey, resources: ['acs:kms:*:*:key/*'], exceptResources: false, conditions: [inScope] }
  const application = { ...userCaller(kms), policies: [{ version: '1', statements: [statement] }] } as const
  const inside = { ...application, instanceId: one.id }
  assert.equal(await answerOf(describe(kms, keyId, inside)), await answerOf(describe(kms, `${keyId}x`, inside)))
  const named = answerOf(describe(kms, 'alias/two', inside))
  assert.equal(await named, await answerOf(describe(kms, 'alias/none', inside)))
  const version = (await kms.records.get(keys, keyId))?.body.primaryVersionId ?? ''
  const call = { kms, caller: inside, operation: DescribeKey, requestId: '', audit: {} }
  assert.equal(await answerOf(keyOfVersion(call, version)), await answerOf(keyOfVersion(call, `${version}x`)))
})
