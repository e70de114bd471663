import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountCaller, actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { CreateKey, DescribeKey, GetKeyPolicy, SetKeyPolicy } from '../../api/keys.ts'
import { instances } from '../instances/instance.ts'
import { createKey } from './create-key.ts'
import { describeKey } from './describe-key.ts'
import { getKeyPolicy } from './get-key-policy.ts'
import { setKeyPolicy } from './set-key-policy.ts'

async function instanceKey() {
  const { kms } = await testKms()
  const { accountId } = kms.settings
  const createdAt = '2026-01-01T00:00:00Z'
  const instance = { accountId, name: 'one', status: 'Connected', productType: 'software', createdAt } as const
  await kms.records.transaction((transaction) => transaction.insert(instances, 'kst-one', instance))
  const account = actor(kms)
  const { keyId, arn } = (await account(CreateKey, createKey, { dKMSInstanceId: 'kst-one' })).keyMetadata
  const get = async () => (await account(GetKeyPolicy, getKeyPolicy, { keyId })).policy
  const set = (policy: string) => account(SetKeyPolicy, setKeyPolicy, { keyId, policy })
  const allow = (principal: string, action: string) =>
    JSON.stringify({
      Version: '1',
      Statement: [{ Effect: 'Allow', Principal: { RAM: [principal] }, Action: [action], Resource: ['*'] }],
    })
  return { kms, accountId, account, keyId, arn, get, set, allow }
}

test('a policy is read back as it was written', async () => {
  const { accountId, get, set, allow } = await instanceKey()
  const policy = allow(`acs:ram::${accountId}:user/someone`, 'kms:DescribeKey')
  await set(policy)
  assert.equal(await get(), policy)
})

test('a policy lets a user in that has no policy of its own', async () => {
  const { kms, accountId, keyId, set, allow } = await instanceKey()
  const user = actor(kms, userCaller(kms))
  assert.equal(await answerOf(user(DescribeKey, describeKey, { keyId })), 'Forbidden.NoPermission')
  await set(allow(`acs:ram::${accountId}:user/someone`, 'kms:DescribeKey'))
  assert.equal(await answerOf(user(DescribeKey, describeKey, { keyId })), 'ok')
  assert.equal(await answerOf(user(GetKeyPolicy, getKeyPolicy, { keyId })), 'Forbidden.NoPermission')
})

test('setting the default policy that is shown changes nothing for anybody', async () => {
  const { kms, keyId, get, set } = await instanceKey()
  const shown = await get()
  await set(shown)
  assert.equal(await get(), shown)
  const user = actor(kms, userCaller(kms))
  assert.equal(await answerOf(user(DescribeKey, describeKey, { keyId })), 'Forbidden.NoPermission')
})

test('another account gets in by ARN when the policy names it', async () => {
  const { kms, keyId, arn, set, allow } = await instanceKey()
  const foreigner = actor(kms, accountCaller(kms, '9000000000000009'))
  await set(allow('acs:ram::9000000000000009:root', 'kms:DescribeKey'))
  assert.equal(await answerOf(foreigner(DescribeKey, describeKey, { keyId: arn })), 'ok')
  assert.equal(await answerOf(foreigner(DescribeKey, describeKey, { keyId })), 'Forbidden.KeyNotFound')
})

test('a policy that denies everything to everybody stops users and ClientKeys, and its owner takes it back', async () => {
  const { kms, accountId, account, keyId, set, get } = await instanceKey()
  const statement = { Principal: { RAM: [`acs:ram::${accountId}:*`] }, Action: ['kms:*'], Resource: ['*'] }
  const deny = JSON.stringify({ Version: '1', Statement: [{ Effect: 'Deny', ...statement }] })
  const before = await get()
  const user = actor(kms, userCaller(kms, [{ Action: 'kms:*', Resource: '*' }]))
  const application = actor(kms, {
    ...userCaller(kms, [{ Action: 'kms:*', Resource: '*' }]),
    identity: { type: 'ApplicationAccessPoint', id: 'KAAP.1', name: 'shop' },
    authentication: 'ClientKey',
  })
  assert.equal(await answerOf(application(DescribeKey, describeKey, { keyId })), 'ok')
  await set(deny)
  for (const as of [account, user, application]) {
    assert.equal(await answerOf(as(DescribeKey, describeKey, { keyId })), 'Forbidden.NoPermission')
  }
  assert.equal(await answerOf(user(SetKeyPolicy, setKeyPolicy, { keyId, policy: before })), 'Forbidden.NoPermission')
  assert.equal(await get(), deny)
  await set(before)
  assert.equal(await answerOf(account(DescribeKey, describeKey, { keyId })), 'ok')
})

test('a policy that allows everything to the account lets no ClientKey in', async () => {
  const { kms, accountId, keyId, set, allow } = await instanceKey()
  await set(allow(`acs:ram::${accountId}:*`, 'kms:Describe*'))
  const identity = { type: 'ApplicationAccessPoint', id: 'KAAP.1', name: 'shop' } as const
  const application = actor(kms, { ...userCaller(kms), identity, authentication: 'ClientKey' })
  assert.equal(await answerOf(application(DescribeKey, describeKey, { keyId })), 'Forbidden.NoPermission')
})

test('what is no policy is refused and changes nothing', async () => {
  const { get, set } = await instanceKey()
  const before = await get()
  for (const policy of ['', '{}', 'no JSON', '{"Version":"1","Statement":[{"Effect":"Maybe"}]}']) {
    await assert.rejects(set(policy), { code: 'InvalidParameter', parameter: 'Policy' }, policy)
  }
  assert.equal(await get(), before)
})

test('only the policy named default exists', async () => {
  const { account, keyId } = await instanceKey()
  const policyName = 'other'
  assert.equal(await answerOf(account(GetKeyPolicy, getKeyPolicy, { keyId, policyName })), 'Forbidden.ResourceNotFound')
})

test('a default key has no policy', async () => {
  const { account } = await instanceKey()
  const { keyId } = (await account(CreateKey, createKey, {})).keyMetadata
  assert.equal(await answerOf(account(GetKeyPolicy, getKeyPolicy, { keyId })), 'Forbidden.KeyPolicyUnSupported')
  const answer = await answerOf(account(SetKeyPolicy, setKeyPolicy, { keyId, policy: '{}' }))
  assert.equal(answer, 'Forbidden.KeyPolicyUnSupported')
})
