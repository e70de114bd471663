import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountCaller, actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import type { Input } from '../../api/operation.ts'
import * as ramApi from '../../api/ram.ts'
import { AssumeRole, GetCallerIdentity } from '../../api/sts.ts'
import type { Caller } from '../access/caller.ts'
import { decide } from '../access/evaluate.ts'
import { findCredential, matchesToken } from '../callers/credentials.ts'
import { KmsError } from '../errors.ts'
import { attachPolicyToRole } from '../ram/attach-policy-to-role.ts'
import { createRole } from '../ram/create-role.ts'
import { deleteRole } from '../ram/delete-role.ts'
import { detachPolicyFromRole } from '../ram/detach-policy-from-role.ts'
import { assumeRole } from './assume-role.ts'
import { getCallerIdentity } from './get-caller-identity.ts'
import { deleteExpiredSessions, sessions } from './session.ts'

const fullAccess = { policyType: 'System', policyName: 'AliyunKMSFullAccess' } as const

/** A role `app` with all of KMS, which trusts `trusted`, and the user `someone` who may assume any role. */
async function fixture(trusted = 'user/someone', statements?: readonly object[]) {
  const { kms, advance } = await testKms()
  const { accountId } = kms.settings
  const account = actor(kms)
  const principals = { RAM: [`acs:ram::${accountId}:${trusted}`] }
  const assumeRolePolicyDocument = JSON.stringify({
    Version: '1',
    Statement: statements ?? [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principals }],
  })
  await account(ramApi.CreateRole, createRole, { roleName: 'app', assumeRolePolicyDocument })
  await account(ramApi.AttachPolicyToRole, attachPolicyToRole, { roleName: 'app', ...fullAccess })
  const someone = userCaller(kms, [{ Action: 'sts:AssumeRole', Resource: '*' }])
  const roleArn = `acs:ram::${accountId}:role/app`
  const assume = (input: Partial<Input<typeof AssumeRole>> = {}, caller: Caller = someone) =>
    actor(kms, caller)(AssumeRole, assumeRole, { roleArn, roleSessionName: 'laptop', ...input })
  return { kms, advance, accountId, account, assume, roleArn }
}

const asCaller = (found: Awaited<ReturnType<typeof findCredential>>): Caller => {
  assert.ok(found)
  return { ...found.caller, sourceAddress: '192.0.2.1', secureTransport: true }
}

test('a session has credentials of its own, a hashed token and what the role may do', async () => {
  const { kms, assume, accountId } = await fixture()
  const { credentials, assumedRoleUser } = await assume({ durationSeconds: 900 })
  assert.match(credentials.accessKeyId, /^STS\.[A-Za-z0-9]{24}$/)
  assert.match(credentials.securityToken, /^[A-Za-z0-9]{64}$/)
  assert.equal(credentials.expiration, '2026-11-21T22:15:00Z')
  assert.equal(assumedRoleUser.arn, `acs:ram::${accountId}:assumed-role/app/laptop`)
  const found = await findCredential(kms, credentials.accessKeyId)
  assert.equal(found?.secret.text, credentials.accessKeySecret)
  assert.ok(found.session)
  assert.equal(matchesToken(found.session, credentials.securityToken), true)
  assert.equal(matchesToken(found.session, `${credentials.securityToken}x`), false)
  const stored = JSON.stringify(await kms.records.get(sessions, credentials.accessKeyId))
  assert.equal(stored.includes(credentials.securityToken), false)
  const identity = await actor(kms, asCaller(found))(GetCallerIdentity, getCallerIdentity, {})
  assert.deepEqual(identity, {
    ...{ accountId, arn: assumedRoleUser.arn, identityType: 'AssumedRoleUser' },
    ...{ principalId: assumedRoleUser.assumedRoleId, roleId: assumedRoleUser.assumedRoleId.split(':')[0] },
  })
})

test('a session policy narrows the session', async () => {
  const { kms, assume, accountId } = await fixture()
  const statement = { Effect: 'Allow', Action: 'kms:Encrypt', Resource: '*' }
  const { credentials } = await assume({ policy: JSON.stringify({ Version: '1', Statement: [statement] }) })
  const caller = asCaller(await findCredential(kms, credentials.accessKeyId))
  const resource = { arn: `acs:kms:cn-hangzhou:${accountId}:key/k`, accountId }
  const may = (action: string) => decide({ caller, action, resource, now: kms.now() }).allowed
  assert.deepEqual([may('kms:Encrypt'), may('kms:Decrypt')], [true, false])
  assert.equal(await answerOf(assume({ policy: '{}' })), 'InvalidParameter.PolicyGrammar')
})

test('both are needed: the trust of the role and the permission of the caller', async () => {
  const { kms, assume, roleArn } = await fixture()
  const bob: Caller = { ...userCaller(kms, [{ Action: 'sts:*', Resource: roleArn }]) }
  const named = (name: string): Caller => ({ ...bob, identity: { type: 'RAMUser', id: '2', name } })
  assert.equal(await answerOf(assume({}, named('someone'))), 'ok')
  assert.equal(await answerOf(assume({}, named('bob'))), 'NoPermission')
  assert.equal(await answerOf(assume({}, userCaller(kms))), 'NoPermission')
  await assert.rejects(assume({}, named('bob')), (error) => {
    return error instanceof KmsError && error.accessDenied?.PolicyType === 'AssumeRolePolicy'
  })
})

test('trusting the root of the account means everybody in it', async () => {
  const { assume } = await fixture('root')
  assert.equal(await answerOf(assume()), 'ok')
})

test('the account itself assumes no roles, whomever they trust', async () => {
  const { kms, assume } = await fixture('root')
  const message = /^Roles may not be assumed by root accounts\./
  await assert.rejects(assume({}, accountCaller(kms)), { code: 'NoPermission', message })
})

test('a role that trusts cloud servers is opened by who may pass it to one, and by nobody else', async () => {
  const trust = (statement: object) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement })
  const ecs = trust({ Principal: { Service: ['ecs.aliyuncs.com', 'fc.aliyuncs.com'] } })
  const { kms, assume, roleArn, accountId } = await fixture('user/someone', [ecs])
  const may = (...statements: NonNullable<Parameters<typeof userCaller>[1]>) =>
    answerOf(assume({}, userCaller(kms, [{ Action: 'sts:AssumeRole', Resource: '*' }, ...statements])))
  assert.equal(await may(), 'NoPermission')
  assert.equal(await may({ Action: 'ram:PassRole', Resource: roleArn }), 'ok')
  assert.equal(await may({ Action: 'ram:PassRole', Resource: `${roleArn}2` }), 'NoPermission')
  const toService = (name: string) => ({ Condition: { StringEquals: { 'acs:Service': name } } })
  assert.equal(await may({ Action: 'ram:PassRole', Resource: '*', ...toService('ecs.aliyuncs.com') }), 'ok')
  assert.equal(await may({ Action: 'ram:PassRole', Resource: '*', ...toService('fc.aliyuncs.com') }), 'NoPermission')
  const passing = { Action: 'ram:PassRole', Resource: '*' }
  const everybody = { Principal: { RAM: [`acs:ram::${accountId}:root`] } }
  const denied = await fixture('user/someone', [ecs, trust({ ...everybody, Effect: 'Deny' })])
  const passer = userCaller(denied.kms, [{ Action: 'sts:AssumeRole', Resource: '*' }, passing])
  assert.equal(await answerOf(denied.assume({}, passer)), 'NoPermission')
  const others = await fixture('user/someone', [trust({ Principal: { Service: ['fc.aliyuncs.com'] } })])
  assert.equal(await answerOf(others.assume({}, passer)), 'NoPermission')
})

test('a trust policy may ask for an ExternalId', async () => {
  const condition = { StringEquals: { 'sts:ExternalId': 'tenant-7' } }
  const principal = { RAM: ['acs:ram::1000000000000001:root'] }
  const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal, Condition: condition }
  const { assume } = await fixture('user/someone', [trust])
  assert.equal(await answerOf(assume()), 'NoPermission')
  assert.equal(await answerOf(assume({ externalId: 'tenant-8' })), 'NoPermission')
  assert.equal(await answerOf(assume({ externalId: 'tenant-7' })), 'ok')
})

test('a source identity needs permission and trust, passes on to further sessions, and cannot be changed', async () => {
  const principal = { RAM: ['acs:ram::1000000000000001:root'] }
  const both = { Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'], Principal: principal }
  const sourceIdentity = 'alice'
  const plain = await fixture('root')
  const setter = userCaller(plain.kms, [{ Action: 'sts:*', Resource: '*' }])
  assert.equal(await answerOf(plain.assume({ sourceIdentity }, setter)), 'NoPermission')
  const { kms, assume, account } = await fixture('user/someone', [both])
  assert.equal(await answerOf(assume({ sourceIdentity })), 'NoPermission')
  const first = await assume({ sourceIdentity }, setter)
  assert.equal(first.sourceIdentity, 'alice')
  const chaining = { policyType: 'System', policyName: 'AliyunSTSAssumeRoleAccess' } as const
  await account(ramApi.AttachPolicyToRole, attachPolicyToRole, { roleName: 'app', ...chaining })
  const session = asCaller(await findCredential(kms, first.credentials.accessKeyId))
  assert.equal((await assume({}, session)).sourceIdentity, 'alice')
  assert.equal((await assume({ sourceIdentity }, session)).sourceIdentity, 'alice')
  assert.equal(await answerOf(assume({ sourceIdentity: 'bob' }, session)), 'NoPermission')
})

test('a role of nobody, a wrong name or a wrong duration is refused by its own code', async () => {
  const { assume, roleArn } = await fixture()
  assert.equal(await answerOf(assume({ roleArn: 'app' })), 'InvalidParameter.RoleArn')
  assert.equal(await answerOf(assume({ roleArn: `${roleArn}2` })), 'EntityNotExist.Role')
  assert.equal(await answerOf(assume({ roleSessionName: 'a b' })), 'InvalidParameter.RoleSessionName')
  assert.equal(await answerOf(assume({ durationSeconds: 899 })), 'InvalidParameter.DurationSeconds')
  assert.equal(await answerOf(assume({ durationSeconds: 3601 })), 'InvalidParameter.DurationSeconds')
  assert.equal(await answerOf(assume({ policy: ' '.repeat(2049) })), 'InvalidParameter.PolicySize')
})

test('a session ends with its role, and a new role of the name does not revive it', async () => {
  const { kms, account, assume } = await fixture('root')
  const { credentials } = await assume()
  assert.ok(await findCredential(kms, credentials.accessKeyId))
  await account(ramApi.DetachPolicyFromRole, detachPolicyFromRole, { roleName: 'app', ...fullAccess })
  assert.deepEqual((await findCredential(kms, credentials.accessKeyId))?.caller.policies, [])
  await account(ramApi.DeleteRole, deleteRole, { roleName: 'app' })
  assert.equal(await findCredential(kms, credentials.accessKeyId), undefined)
  const assumeRolePolicyDocument = JSON.stringify({
    Version: '1',
    Statement: [{ Effect: 'Deny', Action: 'sts:AssumeRole', Principal: { RAM: ['acs:ram::12345:root'] } }],
  })
  await account(ramApi.CreateRole, createRole, { roleName: 'app', assumeRolePolicyDocument })
  assert.equal(await findCredential(kms, credentials.accessKeyId), undefined)
})

test('expired sessions are kept for a day, so that their users learn why, and then deleted', async () => {
  const { kms, advance, assume } = await fixture()
  const { credentials } = await assume({ durationSeconds: 900 })
  advance(15 * 60_000)
  assert.equal(await deleteExpiredSessions(kms), 0)
  assert.ok(await findCredential(kms, credentials.accessKeyId))
  advance(24 * 3600_000)
  assert.equal(await deleteExpiredSessions(kms), 1)
  assert.equal(await findCredential(kms, credentials.accessKeyId), undefined)
})

test('however many sessions have expired, all of them go, past those that end later that day', async () => {
  const { kms, assume, advance } = await fixture()
  const open = async (count: number, durationSeconds: number) => {
    for (let done = 0; done < count; done++) await assume({ durationSeconds })
  }
  await open(501, 3600)
  await open(501, 900)
  advance(24 * 3600_000 + 900_000)
  assert.equal(await deleteExpiredSessions(kms), 501)
  assert.equal(await deleteExpiredSessions(kms), 0)
  advance(3600_000)
  assert.equal(await deleteExpiredSessions(kms), 501)
})

test('a role that is denied by name is denied however its ARN is spelt', async () => {
  const { kms, assume, accountId } = await fixture()
  const caller = userCaller(kms, [
    { Action: 'sts:AssumeRole', Resource: '*' },
    { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: 'acs:ram::*:role/app' },
  ])
  for (const roleArn of [`acs:ram::${accountId}:role/app`, `ACS:ram::${accountId}:Role/app`]) {
    assert.equal(await answerOf(assume({ roleArn }, caller)), 'NoPermission', roleArn)
  }
  assert.equal(await answerOf(assume({ roleArn: `ACS:ram::${accountId}:Role/app` })), 'ok')
})
