import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import * as ramApi from '../../api/ram.ts'
import { attachPolicyToUser } from '../ram/attach-policy-to-user.ts'
import { createAccessKey } from '../ram/create-access-key.ts'
import { createPolicy } from '../ram/create-policy.ts'
import { createPolicyVersion } from '../ram/create-policy-version.ts'
import { createUser } from '../ram/create-user.ts'
import { deleteAccessKey } from '../ram/delete-access-key.ts'
import { updateAccessKey } from '../ram/update-access-key.ts'
import type { Store } from '../store.ts'
import { bootstrapAccount } from './bootstrap.ts'
import { findCredential } from './credentials.ts'

const name = { userName: 'alice' }
const policyDocument = (action: string): string =>
  JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] })

async function withAlice() {
  const { kms, store, records } = await testKms()
  const account = actor(kms)
  await account(ramApi.CreateUser, createUser, name)
  const { accessKey } = await account(ramApi.CreateAccessKey, createAccessKey, name)
  return { kms, store, records, account, accessKeyId: accessKey.accessKeyId }
}

/** How often the store is read while `work` runs. */
async function readsDuring(store: Store, work: () => Promise<unknown>): Promise<number> {
  const { get, list } = store
  let reads = 0
  store.get = (...args) => {
    reads++
    return get.apply(store, args)
  }
  store.list = (...args) => {
    reads++
    return list.apply(store, args)
  }
  await work()
  Object.assign(store, { get, list })
  return reads
}

test('a credential that is known is found without asking the store', async () => {
  const { kms, store, account, accessKeyId } = await withAlice()
  const policy = { policyType: 'Custom', policyName: 'p' } as const
  await account(ramApi.CreatePolicy, createPolicy, { policyName: 'p', policyDocument: policyDocument('kms:Encrypt') })
  await account(ramApi.AttachPolicyToUser, attachPolicyToUser, { ...name, ...policy })
  const first = await findCredential(kms, accessKeyId)
  const reads = await readsDuring(store, async () => assert.equal(await findCredential(kms, accessKeyId), first))
  assert.equal(reads, 0)
})

test('a change of AccessKey, user or policy counts from the next call on', async () => {
  const { kms, account, accessKeyId } = await withAlice()
  const actions = async () =>
    (await findCredential(kms, accessKeyId))?.caller.policies.flatMap(({ statements }) =>
      statements.flatMap((statement) => statement.actions),
    )
  assert.deepEqual(await actions(), [])
  await account(ramApi.CreatePolicy, createPolicy, { policyName: 'p', policyDocument: policyDocument('kms:Encrypt') })
  await account(ramApi.AttachPolicyToUser, attachPolicyToUser, { ...name, policyType: 'Custom', policyName: 'p' })
  assert.deepEqual(await actions(), ['kms:Encrypt'])
  const version = { policyName: 'p', policyDocument: policyDocument('kms:Decrypt'), setAsDefault: true }
  await account(ramApi.CreatePolicyVersion, createPolicyVersion, version)
  assert.deepEqual(await actions(), ['kms:Decrypt'])
  const userAccessKeyId = accessKeyId
  await account(ramApi.UpdateAccessKey, updateAccessKey, { ...name, userAccessKeyId, status: 'Inactive' })
  assert.equal((await findCredential(kms, accessKeyId))?.status, 'Inactive')
  await account(ramApi.DeleteAccessKey, deleteAccessKey, { ...name, userAccessKeyId })
  assert.equal(await findCredential(kms, accessKeyId), undefined)
})

test('signature version 1.0 can be forbidden for one AccessKey', async () => {
  const { kms, account, accessKeyId } = await withAlice()
  assert.equal((await findCredential(kms, accessKeyId))?.requireAcs3, false)
  const input = { ...name, userAccessKeyId: accessKeyId, status: 'Active', requireAcs3: true } as const
  await account(ramApi.UpdateAccessKey, updateAccessKey, input)
  assert.equal((await findCredential(kms, accessKeyId))?.requireAcs3, true)
})

test('an AccessKey nobody has is not found', async () => {
  const { kms } = await testKms()
  assert.equal(await findCredential(kms, 'KHAKnobody'), undefined)
  assert.equal(await findCredential(kms, 'STS.nobody'), undefined)
})

test('while sealed no credential is found, not even one that was known', async () => {
  const { kms, records, accessKeyId } = await withAlice()
  await findCredential(kms, accessKeyId)
  records.keyring.seal()
  await assert.rejects(findCredential(kms, accessKeyId), { code: 'ServiceUnavailableTemporary' })
})

test('a new deployment gets one AccessKey of the account and one instance, once', async () => {
  const { kms } = await testKms()
  const made = await bootstrapAccount(kms)
  assert.ok(made)
  const credential = await findCredential(kms, made.accessKeyId)
  assert.equal(credential?.secret.text, made.accessKeySecret)
  assert.equal(credential.caller.identity.type, 'Account')
  assert.equal(await bootstrapAccount(kms), undefined)
})
