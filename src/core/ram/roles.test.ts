import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountCaller, actor, answerOf } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import * as api from '../../api/ram.ts'
import { attachPolicyToRole } from './attach-policy-to-role.ts'
import { createRole } from './create-role.ts'
import { getRole } from './get-role.ts'
import { listPoliciesForRole } from './list-policies-for-role.ts'
import { listRoles } from './list-roles.ts'

async function withRole() {
  const { kms } = await testKms()
  const account = actor(kms)
  const assumeRolePolicyDocument = JSON.stringify({
    Version: '1',
    Statement: [
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: [`acs:ram::${kms.settings.accountId}:root`] } },
    ],
  })
  const { role } = await account(api.CreateRole, createRole, { roleName: 'app', assumeRolePolicyDocument })
  return { kms, account, role, assumeRolePolicyDocument }
}

test('a role is shown as it was made, with whom it trusts', async () => {
  const { account, role, assumeRolePolicyDocument } = await withRole()
  const shown = (await account(api.GetRole, getRole, { roleName: 'app' })).role
  assert.deepEqual(shown, { ...role, assumeRolePolicyDocument, updateDate: role.createDate })
  assert.match(shown.roleId, /^3\d{17}$/)
  assert.equal(await answerOf(account(api.GetRole, getRole, { roleName: 'other' })), 'EntityNotExist.Role')
})

test('roles are listed, those of another account are not', async () => {
  const { kms, account, role } = await withRole()
  const { roles, isTruncated } = await account(api.ListRoles, listRoles, {})
  assert.deepEqual(
    [roles.role.map(({ roleId, roleName }) => [roleId, roleName]), isTruncated],
    [[[role.roleId, 'app']], false],
  )
  const stranger = actor(kms, accountCaller(kms, '9000000000000009'))
  assert.deepEqual((await stranger(api.ListRoles, listRoles, {})).roles.role, [])
})

test('the policies of a role are listed with the time of their attaching', async () => {
  const { account } = await withRole()
  const role = { roleName: 'app' }
  assert.deepEqual((await account(api.ListPoliciesForRole, listPoliciesForRole, role)).policies.policy, [])
  const policy = { policyType: 'System', policyName: 'AliyunKMSReadOnlyAccess' } as const
  await account(api.AttachPolicyToRole, attachPolicyToRole, { ...role, ...policy })
  const { policies } = await account(api.ListPoliciesForRole, listPoliciesForRole, role)
  assert.deepEqual(
    policies.policy.map(({ policyName, policyType, attachDate }) => ({ policyName, policyType, attachDate })),
    [{ ...policy, attachDate: '2026-11-21T22:00:00Z' }],
  )
})
