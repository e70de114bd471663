import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor, answerOf } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import * as api from '../../api/ram.ts'
import { attachPolicyToRole } from './attach-policy-to-role.ts'
import { attachPolicyToUser } from './attach-policy-to-user.ts'
import { createPolicy } from './create-policy.ts'
import { createPolicyVersion } from './create-policy-version.ts'
import { createRole } from './create-role.ts'
import { createUser } from './create-user.ts'
import { deletePolicy } from './delete-policy.ts'
import { deletePolicyVersion } from './delete-policy-version.ts'
import { deleteRole } from './delete-role.ts'
import { detachPolicyFromUser } from './detach-policy-from-user.ts'
import { getPolicy } from './get-policy.ts'
import { listPolicies } from './list-policies.ts'
import { listPolicyVersions } from './list-policy-versions.ts'
import { systemPolicies } from './system-policies.ts'
import { updateRole } from './update-role.ts'

const policyDocument = (action: string): string =>
  JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] })
const name = { policyName: 'backup' }

async function withPolicy() {
  const { kms } = await testKms()
  const account = actor(kms)
  await account(api.CreatePolicy, createPolicy, { ...name, policyDocument: policyDocument('kms:Encrypt') })
  return { kms, account }
}
const custom = { ...name, policyType: 'Custom' } as const

test('a document that does not parse makes no policy', async () => {
  const { kms } = await testKms()
  const bad = actor(kms)(api.CreatePolicy, createPolicy, { ...name, policyDocument: '{"Version":"2"}' })
  assert.equal(await answerOf(bad), 'InvalidParameter.PolicyDocument')
})

test('the names of built-in policies are taken', async () => {
  const { kms } = await testKms()
  const input = { policyName: 'AdministratorAccess', policyDocument: policyDocument('kms:*') }
  assert.equal(await answerOf(actor(kms)(api.CreatePolicy, createPolicy, input)), 'EntityAlreadyExists.Policy')
})

test('a policy is deleted only when nobody has it', async () => {
  const { account } = await withPolicy()
  await account(api.CreateUser, createUser, { userName: 'alice' })
  const attach = () => answerOf(account(api.AttachPolicyToUser, attachPolicyToUser, { ...custom, userName: 'alice' }))
  assert.equal(await attach(), 'ok')
  assert.equal(await attach(), 'EntityAlreadyExists.User.Policy')
  assert.equal((await account(api.GetPolicy, getPolicy, custom)).policy.attachmentCount, 1)
  assert.equal(await answerOf(account(api.DeletePolicy, deletePolicy, name)), 'DeleteConflict.Policy.User')
  const detach = () =>
    answerOf(account(api.DetachPolicyFromUser, detachPolicyFromUser, { ...custom, userName: 'alice' }))
  assert.deepEqual([await detach(), await detach()], ['ok', 'EntityNotExist.User.Policy'])
  assert.equal(await answerOf(account(api.DeletePolicy, deletePolicy, name)), 'ok')
  assert.equal(await answerOf(account(api.GetPolicy, getPolicy, custom)), 'EntityNotExist.Policy')
})

test('a new version takes force only when asked to, and the one in force cannot be deleted', async () => {
  const { account } = await withPolicy()
  const add = (setAsDefault: boolean) =>
    account(api.CreatePolicyVersion, createPolicyVersion, {
      ...{ ...name, policyDocument: policyDocument('kms:Decrypt'), setAsDefault },
    })
  assert.deepEqual((await add(false)).policyVersion.isDefaultVersion, false)
  assert.equal((await account(api.GetPolicy, getPolicy, custom)).policy.defaultVersion, 'v1')
  assert.equal((await add(true)).policyVersion.versionId, 'v3')
  const { policy } = await account(api.GetPolicy, getPolicy, custom)
  assert.deepEqual([policy.defaultVersion, policy.policyDocument], ['v3', policyDocument('kms:Decrypt')])
  const remove = (versionId: string) =>
    answerOf(account(api.DeletePolicyVersion, deletePolicyVersion, { ...name, versionId }))
  assert.equal(await remove('v3'), 'DeleteConflict.Policy.Version.Default')
  assert.deepEqual([await remove('v2'), await remove('v2')], ['ok', 'EntityNotExist.Policy.Version'])
})

test('a policy keeps five versions, and drops the oldest out of force when asked to', async () => {
  const { account } = await withPolicy()
  const add = (rotateStrategy: 'None' | 'DeleteOldestNonDefaultVersionWhenLimitExceeded' = 'None') =>
    answerOf(
      account(api.CreatePolicyVersion, createPolicyVersion, {
        ...{ ...name, policyDocument: policyDocument('kms:Decrypt'), rotateStrategy },
      }),
    )
  for (let version = 2; version <= 5; version++) assert.equal(await add(), 'ok')
  assert.equal(await add(), 'LimitExceeded.Policy.Version')
  assert.equal(await add('DeleteOldestNonDefaultVersionWhenLimitExceeded'), 'ok')
  const { policyVersions } = await account(api.ListPolicyVersions, listPolicyVersions, custom)
  assert.deepEqual(
    policyVersions.policyVersion.map(({ versionId }) => versionId),
    ['v1', 'v3', 'v4', 'v5', 'v6'],
  )
})

test('built-in policies come first in a list, and pages run across the border', async () => {
  const { account } = await withPolicy()
  const all = await account(api.ListPolicies, listPolicies, {})
  const names = all.policies.policy.map(({ policyName }) => policyName)
  assert.deepEqual(names, [...systemPolicies.keys(), 'backup'])
  const border = systemPolicies.size - 1
  const page = await account(api.ListPolicies, listPolicies, { maxItems: 2, marker: String(border) })
  assert.deepEqual(
    [page.policies.policy.map(({ policyName }) => policyName), page.isTruncated],
    [names.slice(-2), false],
  )
  const own = await account(api.ListPolicies, listPolicies, { policyType: 'Custom' })
  assert.deepEqual(own.policies.policy.length, 1)
  const system = await account(api.ListPolicies, listPolicies, { policyType: 'System' })
  assert.deepEqual(system.policies.policy.length, systemPolicies.size)
})

test('a role with a policy is not deleted, and its trust policy is checked', async () => {
  const { kms, account } = await withPolicy()
  const trust = (action: string) =>
    JSON.stringify({
      Version: '1',
      Statement: [
        { Effect: 'Allow', Action: action, Principal: { RAM: [`acs:ram::${kms.settings.accountId}:user/alice`] } },
      ],
    })
  const role = { roleName: 'app' }
  const bad = account(api.CreateRole, createRole, { ...role, assumeRolePolicyDocument: trust('kms:Encrypt') })
  assert.equal(await answerOf(bad), 'InvalidParameter.PolicyDocument')
  const made = await account(api.CreateRole, createRole, { ...role, assumeRolePolicyDocument: trust('sts:AssumeRole') })
  assert.equal(made.role.arn, `acs:ram::${kms.settings.accountId}:role/app`)
  await account(api.AttachPolicyToRole, attachPolicyToRole, { ...custom, ...role })
  assert.equal(await answerOf(account(api.DeleteRole, deleteRole, role)), 'DeleteConflict.Role.Policy')
  const longer = await account(api.UpdateRole, updateRole, { ...role, newMaxSessionDuration: 7200 })
  assert.deepEqual(
    [longer.role.maxSessionDuration, longer.role.assumeRolePolicyDocument],
    [7200, trust('sts:AssumeRole')],
  )
})
