import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { type TestKms, testKms } from '../../../test/kit/kms.ts'
import * as api from '../../api/ram.ts'
import * as groupsApi from '../../api/ram-groups.ts'
import { decide } from '../access/evaluate.ts'
import { findCredential } from '../callers/credentials.ts'
import { addUserToGroup } from './add-user-to-group.ts'
import { attachPolicyToGroup } from './attach-policy-to-group.ts'
import { createAccessKey } from './create-access-key.ts'
import { createGroup } from './create-group.ts'
import { createPolicy } from './create-policy.ts'
import { createPolicyVersion } from './create-policy-version.ts'
import { createUser } from './create-user.ts'
import { deleteGroup } from './delete-group.ts'
import { deletePolicy } from './delete-policy.ts'
import { deleteUser } from './delete-user.ts'
import { detachPolicyFromGroup } from './detach-policy-from-group.ts'
import { getGroup } from './get-group.ts'
import { getPolicyVersion } from './get-policy-version.ts'
import { listGroups } from './list-groups.ts'
import { listGroupsForUser } from './list-groups-for-user.ts'
import { listPoliciesForGroup } from './list-policies-for-group.ts'
import { listUsersForGroup } from './list-users-for-group.ts'
import { removeUserFromGroup } from './remove-user-from-group.ts'
import { setDefaultPolicyVersion } from './set-default-policy-version.ts'
import { updateGroup } from './update-group.ts'
import { updateUser } from './update-user.ts'

let fixture: TestKms
let as: ReturnType<typeof actor>
let accessKeyId: string

const document = (Action: string, Effect = 'Allow'): string =>
  JSON.stringify({ Version: '1', Statement: [{ Effect, Action, Resource: '*' }] })
const use = { policyType: 'Custom', policyName: 'use' } as const
const alice = { userName: 'alice', groupName: 'staff' }

beforeEach(async () => {
  fixture = await testKms()
  as = actor(fixture.kms)
  await as(api.CreateUser, createUser, { userName: 'alice' })
  accessKeyId = (await as(api.CreateAccessKey, createAccessKey, { userName: 'alice' })).accessKey.accessKeyId
  await as(api.CreatePolicy, createPolicy, { policyName: 'use', policyDocument: document('kms:Encrypt') })
  await as(groupsApi.CreateGroup, createGroup, { groupName: 'staff', comments: 'everybody' })
})

/** Whether alice may encrypt at her next call. */
async function may(): Promise<boolean> {
  const credential = await findCredential(fixture.kms, accessKeyId)
  assert.ok(credential)
  const caller = { ...credential.caller, sourceAddress: '192.0.2.1', secureTransport: true }
  const resource = { arn: 'acs:kms:cn-hangzhou:1000000000000001:key/1', accountId: '1000000000000001' }
  return decide({ caller, action: 'kms:Encrypt', resource, now: fixture.kms.now() }).allowed
}

describe('what a group gives', () => {
  test('is had by its users at once, and no longer than they are in it', async () => {
    assert.equal(await may(), false)
    await as(groupsApi.AttachPolicyToGroup, attachPolicyToGroup, { ...use, groupName: 'staff' })
    assert.equal(await may(), false)
    await as(groupsApi.AddUserToGroup, addUserToGroup, alice)
    assert.equal(await may(), true)
    await as(groupsApi.RemoveUserFromGroup, removeUserFromGroup, alice)
    assert.equal(await may(), false)
    await as(groupsApi.AddUserToGroup, addUserToGroup, alice)
    await as(groupsApi.DetachPolicyFromGroup, detachPolicyFromGroup, { ...use, groupName: 'staff' })
    assert.equal(await may(), false)
  })

  test('stays when group or user is renamed, and a Deny in it holds', async () => {
    await as(groupsApi.AttachPolicyToGroup, attachPolicyToGroup, { ...use, groupName: 'staff' })
    await as(groupsApi.AddUserToGroup, addUserToGroup, alice)
    const before = (await as(groupsApi.GetGroup, getGroup, { groupName: 'staff' })).group
    const renamed = await as(groupsApi.UpdateGroup, updateGroup, { groupName: 'staff', newGroupName: 'crew' })
    assert.equal(renamed.group.groupId, before.groupId)
    assert.equal(await may(), true)
    await as(api.UpdateUser, updateUser, { userName: 'alice', newUserName: 'anna' })
    assert.equal(await may(), true)
    const { users } = await as(groupsApi.ListUsersForGroup, listUsersForGroup, { groupName: 'crew' })
    assert.deepEqual(
      users.user.map(({ userName }) => userName),
      ['anna'],
    )
    await as(api.CreatePolicyVersion, createPolicyVersion, {
      ...{ policyName: 'use', policyDocument: document('kms:*', 'Deny'), setAsDefault: true },
    })
    assert.equal(await may(), false)
  })

  test('a new group of the name of a deleted one gives nothing to who was in that', async () => {
    await as(groupsApi.AddUserToGroup, addUserToGroup, alice)
    await as(groupsApi.RemoveUserFromGroup, removeUserFromGroup, alice)
    await as(groupsApi.DeleteGroup, deleteGroup, { groupName: 'staff' })
    await as(groupsApi.CreateGroup, createGroup, { groupName: 'staff' })
    await as(groupsApi.AttachPolicyToGroup, attachPolicyToGroup, { ...use, groupName: 'staff' })
    assert.equal(await may(), false)
  })
})

test('groups are listed from both ends', async () => {
  await as(groupsApi.AddUserToGroup, addUserToGroup, alice)
  await as(groupsApi.AttachPolicyToGroup, attachPolicyToGroup, { ...use, groupName: 'staff' })
  const { groups } = await as(groupsApi.ListGroups, listGroups, {})
  assert.deepEqual(
    groups.group.map(({ groupName, comments }) => [groupName, comments]),
    [['staff', 'everybody']],
  )
  const of = await as(groupsApi.ListGroupsForUser, listGroupsForUser, { userName: 'alice' })
  assert.deepEqual(of.groups.group, [
    { groupId: groups.group[0]?.groupId, groupName: 'staff', comments: 'everybody', joinDate: '2026-11-21T22:00:00Z' },
  ])
  const held = await as(groupsApi.ListPoliciesForGroup, listPoliciesForGroup, { groupName: 'staff' })
  assert.deepEqual(
    held.policies.policy.map(({ policyName }) => policyName),
    ['use'],
  )
})

test('what still hangs together is not deleted', async () => {
  await as(groupsApi.AddUserToGroup, addUserToGroup, alice)
  await as(groupsApi.AttachPolicyToGroup, attachPolicyToGroup, { ...use, groupName: 'staff' })
  assert.equal(await answerOf(as(groupsApi.AddUserToGroup, addUserToGroup, alice)), 'EntityAlreadyExists.User.Group')
  assert.equal(await answerOf(as(api.DeletePolicy, deletePolicy, { policyName: 'use' })), 'DeleteConflict.Policy.User')
  const remove = () => answerOf(as(groupsApi.DeleteGroup, deleteGroup, { groupName: 'staff' }))
  assert.equal(await remove(), 'DeleteConflict.Group.User')
  const other = actor(fixture.kms)
  await other(api.CreateUser, createUser, { userName: 'bob' })
  await other(groupsApi.AddUserToGroup, addUserToGroup, { userName: 'bob', groupName: 'staff' })
  const bob = () => answerOf(as(api.DeleteUser, deleteUser, { userName: 'bob' }))
  assert.equal(await bob(), 'DeleteConflict.User.Group')
  for (const userName of ['alice', 'bob']) {
    await as(groupsApi.RemoveUserFromGroup, removeUserFromGroup, { userName, groupName: 'staff' })
  }
  assert.equal(await bob(), 'ok')
  assert.equal(
    await answerOf(as(groupsApi.RemoveUserFromGroup, removeUserFromGroup, alice)),
    'EntityNotExist.User.Group',
  )
  assert.equal(await remove(), 'DeleteConflict.Group.Policy')
  await as(groupsApi.DetachPolicyFromGroup, detachPolicyFromGroup, { ...use, groupName: 'staff' })
  assert.equal(await remove(), 'ok')
  assert.equal(await answerOf(as(groupsApi.GetGroup, getGroup, { groupName: 'staff' })), 'EntityNotExist.Group')
})

test('two who join a group at once are both in it, and counted', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `user${index}`)
  for (const userName of names) await as(api.CreateUser, createUser, { userName })
  await Promise.all(
    names.map((userName) => actor(fixture.kms)(groupsApi.AddUserToGroup, addUserToGroup, { ...alice, userName })),
  )
  const { users } = await as(groupsApi.ListUsersForGroup, listUsersForGroup, { groupName: 'staff' })
  assert.equal(users.user.length, names.length)
  for (const userName of names) await as(groupsApi.RemoveUserFromGroup, removeUserFromGroup, { ...alice, userName })
  assert.equal(await answerOf(as(groupsApi.DeleteGroup, deleteGroup, { groupName: 'staff' })), 'ok')
})

test('who may add users to one group gains no other', async () => {
  await as(groupsApi.CreateGroup, createGroup, { groupName: 'admins' })
  const admin = { policyType: 'System', policyName: 'AdministratorAccess' } as const
  await as(groupsApi.AttachPolicyToGroup, attachPolicyToGroup, { ...admin, groupName: 'admins' })
  const only = userCaller(fixture.kms, [
    {
      Action: 'ram:AddUserToGroup',
      Resource: ['acs:ram::1000000000000001:group/staff', 'acs:ram::1000000000000001:user/*'],
    },
  ])
  const climb = actor(fixture.kms, only)
  assert.equal(await answerOf(climb(groupsApi.AddUserToGroup, addUserToGroup, alice)), 'ok')
  const others = [
    climb(groupsApi.AddUserToGroup, addUserToGroup, { ...alice, groupName: 'admins' }),
    climb(groupsApi.AttachPolicyToGroup, attachPolicyToGroup, { ...admin, groupName: 'staff' }),
    climb(groupsApi.UpdateGroup, updateGroup, { groupName: 'admins', newGroupName: 'staff2' }),
    climb(groupsApi.RemoveUserFromGroup, removeUserFromGroup, alice),
  ]
  for (const other of others) assert.equal(await answerOf(other), 'NoPermission')
})

test('any version of a policy is read, and put in force again', async () => {
  await as(groupsApi.AttachPolicyToGroup, attachPolicyToGroup, { ...use, groupName: 'staff' })
  await as(groupsApi.AddUserToGroup, addUserToGroup, alice)
  const version = { policyName: 'use', policyDocument: document('kms:Decrypt'), setAsDefault: true }
  await as(api.CreatePolicyVersion, createPolicyVersion, version)
  assert.equal(await may(), false)
  const { policyVersion } = await as(api.GetPolicyVersion, getPolicyVersion, { ...use, versionId: 'v1' })
  assert.deepEqual([policyVersion.isDefaultVersion, policyVersion.policyDocument], [false, document('kms:Encrypt')])
  await as(api.SetDefaultPolicyVersion, setDefaultPolicyVersion, { policyName: 'use', versionId: 'v1' })
  assert.equal(await may(), true)
  const unknown = { policyName: 'use', versionId: 'v9' }
  const answer = await answerOf(as(api.SetDefaultPolicyVersion, setDefaultPolicyVersion, unknown))
  assert.equal(answer, 'EntityNotExist.Policy.Version')
})
