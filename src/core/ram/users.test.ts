import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import * as api from '../../api/ram.ts'
import { findCredential } from '../callers/credentials.ts'
import { accessKeyLastUse } from './access-key.ts'
import { attachPolicyToUser } from './attach-policy-to-user.ts'
import { createAccessKey } from './create-access-key.ts'
import { createUser } from './create-user.ts'
import { deleteAccessKey } from './delete-access-key.ts'
import { deleteUser } from './delete-user.ts'
import { detachPolicyFromUser } from './detach-policy-from-user.ts'
import { getAccessKeyLastUsed } from './get-access-key-last-used.ts'
import { getUser } from './get-user.ts'
import { listAccessKeys } from './list-access-keys.ts'
import { listPoliciesForUser } from './list-policies-for-user.ts'
import { listUsers } from './list-users.ts'
import { updateAccessKey } from './update-access-key.ts'
import { updateUser } from './update-user.ts'

async function withAlice() {
  const { kms } = await testKms()
  const account = actor(kms)
  const { user } = await account(api.CreateUser, createUser, { userName: 'alice', comments: 'backup job' })
  return { kms, account, user }
}

test('a new user has an id, the particulars given, and nothing else', async () => {
  const { account, user } = await withAlice()
  assert.match(user.userId, /^2\d{17}$/)
  assert.deepEqual((await account(api.GetUser, getUser, { userName: 'alice' })).user, {
    ...{ userId: user.userId, userName: 'alice', comments: 'backup job', displayName: '', mobilePhone: '', email: '' },
    ...{ createDate: '2026-11-21T22:00:00Z', updateDate: '2026-11-21T22:00:00Z' },
  })
  assert.equal(await answerOf(account(api.CreateUser, createUser, { userName: 'alice' })), 'EntityAlreadyExists.User')
  assert.equal(await answerOf(account(api.GetUser, getUser, { userName: 'bob' })), 'EntityNotExist.User')
})

test('the secret of an AccessKey is shown once, and signs for the user', async () => {
  const { kms, account, user } = await withAlice()
  const { accessKey } = await account(api.CreateAccessKey, createAccessKey, { userName: 'alice' })
  assert.match(accessKey.accessKeySecret, /^[A-Za-z0-9]{30}$/)
  assert.match(accessKey.accessKeyId, /^KHAK[A-Za-z0-9]{20}$/)
  const { accessKeys } = await account(api.ListAccessKeys, listAccessKeys, { userName: 'alice' })
  const { accessKeySecret, ...shown } = accessKey
  assert.deepEqual(accessKeys.accessKey, [shown])
  const credential = await findCredential(kms, accessKey.accessKeyId)
  assert.equal(credential?.secret.text, accessKeySecret)
  assert.deepEqual(credential.caller.identity, { type: 'RAMUser', id: user.userId, name: 'alice' })
})

test('the last use of an AccessKey is told, of the account’s own too, and goes with it', async () => {
  const { kms, account } = await withAlice()
  for (const whose of [{ userName: 'alice' }, {}]) {
    const { accessKeyId } = (await account(api.CreateAccessKey, createAccessKey, whose)).accessKey
    const input = { ...whose, userAccessKeyId: accessKeyId }
    const lastUsed = async () =>
      (await account(api.GetAccessKeyLastUsed, getAccessKeyLastUsed, input)).accessKeyLastUsed.lastUsedDate
    assert.equal(await lastUsed(), undefined)
    kms.lastUses.note([accessKeyLastUse(accessKeyId)], 'Encrypt', Date.UTC(2026, 10, 21, 23))
    await kms.lastUses.flush()
    assert.equal(await lastUsed(), '2026-11-21T23:00:00Z')
    await account(api.CreateAccessKey, createAccessKey, whose)
    await account(api.DeleteAccessKey, deleteAccessKey, input)
    assert.equal(await kms.lastUses.of(accessKeyLastUse(accessKeyId)), undefined)
  }
})

test('a user can have two AccessKeys', async () => {
  const { account } = await withAlice()
  const create = () => answerOf(account(api.CreateAccessKey, createAccessKey, { userName: 'alice' }))
  assert.deepEqual([await create(), await create(), await create()], ['ok', 'ok', 'LimitExceeded.User.AccessKey'])
})

test('a user is deleted only after its AccessKeys and policies', async () => {
  const { account } = await withAlice()
  const name = { userName: 'alice' }
  const policy = { policyType: 'System', policyName: 'AliyunKMSFullAccess' } as const
  const { accessKey } = await account(api.CreateAccessKey, createAccessKey, name)
  await account(api.AttachPolicyToUser, attachPolicyToUser, { ...name, ...policy })
  const remove = () => answerOf(account(api.DeleteUser, deleteUser, name))
  assert.equal(await remove(), 'DeleteConflict.User.AccessKey')
  await account(api.DeleteAccessKey, deleteAccessKey, { ...name, userAccessKeyId: accessKey.accessKeyId })
  assert.equal(await remove(), 'DeleteConflict.User.Policy')
  await account(api.DetachPolicyFromUser, detachPolicyFromUser, { ...name, ...policy })
  assert.equal(await remove(), 'ok')
  assert.equal(await remove(), 'EntityNotExist.User')
})

test('a renamed user keeps id, AccessKeys and policies', async () => {
  const { kms, account, user } = await withAlice()
  const { accessKey } = await account(api.CreateAccessKey, createAccessKey, { userName: 'alice' })
  const policy = { policyType: 'System', policyName: 'AliyunKMSFullAccess' } as const
  await account(api.AttachPolicyToUser, attachPolicyToUser, { userName: 'alice', ...policy })
  await account(api.UpdateUser, updateUser, { userName: 'alice', newUserName: 'alicia', newEmail: 'a@example.com' })
  const { user: renamed } = await account(api.GetUser, getUser, { userName: 'alicia' })
  assert.deepEqual([renamed.userId, renamed.email, renamed.comments], [user.userId, 'a@example.com', 'backup job'])
  assert.deepEqual((await findCredential(kms, accessKey.accessKeyId))?.caller.identity, {
    ...{ type: 'RAMUser', id: user.userId, name: 'alicia' },
  })
  const { policies } = await account(api.ListPoliciesForUser, listPoliciesForUser, { userName: 'alicia' })
  assert.equal(policies.policy[0]?.policyName, 'AliyunKMSFullAccess')
  await account(api.CreateUser, createUser, { userName: 'bob' })
  const toBob = account(api.UpdateUser, updateUser, { userName: 'alicia', newUserName: 'bob' })
  assert.equal(await answerOf(toBob), 'EntityAlreadyExists.User')
})

test('an AccessKey of another user, or of the account, is not found under this one', async () => {
  const { account } = await withAlice()
  await account(api.CreateUser, createUser, { userName: 'bob' })
  const { accessKey } = await account(api.CreateAccessKey, createAccessKey, { userName: 'bob' })
  const disable = (userName?: string) =>
    answerOf(
      account(api.UpdateAccessKey, updateAccessKey, {
        ...(userName === undefined ? {} : { userName }),
        userAccessKeyId: accessKey.accessKeyId,
        status: 'Inactive',
      }),
    )
  assert.equal(await disable('alice'), 'EntityNotExist.User.AccessKey')
  assert.equal(await disable(), 'EntityNotExist.User.AccessKey')
  assert.equal(await disable('bob'), 'ok')
})

test('a user permitted to manage its own AccessKeys cannot touch those of others', async () => {
  const { kms, account } = await withAlice()
  await account(api.CreateUser, createUser, { userName: 'someone' })
  const own = { Action: 'ram:*AccessKey*', Resource: 'acs:ram:*:*:user/someone' }
  const someone = actor(kms, userCaller(kms, [own]))
  const { accessKeys } = await someone(api.ListAccessKeys, listAccessKeys, {})
  assert.deepEqual(accessKeys.accessKey, [])
  assert.equal(await answerOf(someone(api.CreateAccessKey, createAccessKey, {})), 'ok')
  const forAlice = someone(api.CreateAccessKey, createAccessKey, { userName: 'alice' })
  assert.equal(await answerOf(forAlice), 'NoPermission')
})

test('a list goes on where its marker points', async () => {
  const { account } = await withAlice()
  for (const userName of ['bob', 'carol']) await account(api.CreateUser, createUser, { userName })
  const first = await account(api.ListUsers, listUsers, { maxItems: 2 })
  assert.deepEqual([first.users.user.map(({ userName }) => userName), first.isTruncated], [['alice', 'bob'], true])
  const { marker = '' } = first
  const rest = await account(api.ListUsers, listUsers, { maxItems: 2, marker })
  assert.deepEqual([rest.users.user.map(({ userName }) => userName), rest.isTruncated], [['carol'], false])
  assert.equal(rest.marker, undefined)
  assert.equal(await answerOf(account(api.ListUsers, listUsers, { marker: 'x' })), 'InvalidParameter')
})

test('the account keeps an active AccessKey of its own', async () => {
  const { kms } = await testKms()
  const account = actor(kms)
  const create = async () => (await account(api.CreateAccessKey, createAccessKey, {})).accessKey.accessKeyId
  const [first, second] = [await create(), await create()]
  const disable = (userAccessKeyId: string) =>
    answerOf(account(api.UpdateAccessKey, updateAccessKey, { userAccessKeyId, status: 'Inactive' }))
  const remove = (userAccessKeyId: string) =>
    answerOf(account(api.DeleteAccessKey, deleteAccessKey, { userAccessKeyId }))
  assert.equal(await disable(first), 'ok')
  assert.equal(await disable(second), 'DeleteConflict.Account.AccessKey')
  assert.equal(await remove(second), 'DeleteConflict.Account.AccessKey')
  assert.equal(await remove(first), 'ok')
})

test('AccessKeys of the account itself are for the account, whatever its users and roles are permitted', async () => {
  const { kms } = await withAlice()
  const everything = userCaller(kms, [{ Action: '*', Resource: '*' }])
  const identity = { type: 'AssumedRoleUser', id: '3:x', role: 'admin', session: 'x' } as const
  const session = actor(kms, { ...everything, identity })
  assert.equal(await answerOf(session(api.CreateAccessKey, createAccessKey, {})), 'MissingParameter')
  assert.equal(await answerOf(session(api.ListAccessKeys, listAccessKeys, {})), 'MissingParameter')
  assert.equal(await answerOf(session(api.CreateAccessKey, createAccessKey, { userName: 'alice' })), 'ok')
})
