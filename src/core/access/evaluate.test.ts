import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Caller, Identity } from './caller.ts'
import { decide, type Resource } from './evaluate.ts'
import { parseIdentityPolicy, parseResourcePolicy, parseSessionPolicy } from './policy.ts'
import { defaultResourcePolicy, storedResourcePolicy } from './resource-policy.ts'

const accountId = '1234567890123456'
const foreign = '6543210987654321'
const now = new Date('2026-03-01T12:00:00Z')
const alice: Identity = { type: 'RAMUser', id: '2000000000000001', name: 'alice' }
const root: Identity = { type: 'Account', id: accountId, name: 'root' }
const key: Resource = { arn: `acs:kms:cn-hangzhou:${accountId}:key/k1`, accountId, tags: { team: 'Apollo' } }
const rule = (more: object) => ({ Effect: 'Allow', Action: 'kms:Encrypt', Resource: '*', ...more })
const policy = (...statements: object[]): string => JSON.stringify({ Version: '1', Statement: statements })
const keyPolicy = (...statements: object[]) => parseResourcePolicy(policy(...statements), { accountId })
const forPrincipal = (name: string, more: object = {}) => rule({ Principal: { RAM: [`acs:ram::${name}`] }, ...more })

function caller(statements: object[], more: Partial<Caller> = {}): Caller {
  const policies = statements.length > 0 ? [parseIdentityPolicy(policy(...statements))] : []
  const base = { accountId, identity: alice, accessKeyId: 'KHAK1', authentication: 'AccessKey' as const, policies }
  return { ...base, sourceAddress: '10.1.2.3', secureTransport: true, ...more }
}
const may = (who: Caller, resource = key, action = 'kms:Encrypt'): boolean =>
  decide({ caller: who, resource, action, now }).allowed

test('nothing is allowed unless a policy allows it, and an explicit deny wins over every allow', () => {
  assert.equal(may(caller([])), false)
  assert.equal(may(caller([rule({})])), true)
  assert.equal(may(caller([rule({ Action: 'kms:*' }), rule({ Effect: 'Deny', Action: 'kms:Enc*' })])), false)
  assert.equal(may(caller([rule({ Effect: 'Deny', Action: 'kms:Enc*' }), rule({ Action: 'kms:*' })])), false)
})

test('actions match in any letter case, resources exactly, both with wildcards', () => {
  assert.equal(may(caller([rule({ Action: 'KMS:encrypt' })])), true)
  assert.equal(may(caller([rule({ Action: 'kms:?ncrypt' })])), true)
  assert.equal(may(caller([rule({ Action: 'kms:Encrypt?' })])), false)
  assert.equal(may(caller([rule({ Resource: `acs:kms:*:${accountId}:key/k?` })])), true)
  assert.equal(may(caller([rule({ Resource: 'acs:kms:*:*:KEY/k1' })])), false)
  assert.equal(may(caller([rule({ Resource: 'acs:kms:*:*:key/k10' })])), false)
})

test('NotAction and NotResource mean everything else', () => {
  assert.equal(may(caller([{ Effect: 'Allow', NotAction: 'ram:*', Resource: '*' }])), true)
  assert.equal(may(caller([{ Effect: 'Allow', NotAction: 'kms:*', Resource: '*' }])), false)
  assert.equal(may(caller([{ Effect: 'Allow', Action: 'kms:*', NotResource: 'acs:kms:*:*:key/*' }])), false)
})

test('conditions narrow a statement', () => {
  const under = (condition: object, more: Partial<Caller> = {}): boolean =>
    may(caller([rule({ Condition: condition })], more))
  assert.equal(under({ IpAddress: { 'acs:SourceIp': ['192.168.0.0/16', '10.1.0.0/16'] } }), true)
  assert.equal(under({ IpAddress: { 'acs:SourceIp': '10.2.0.0/16' } }), false)
  assert.equal(under({ NotIpAddress: { 'acs:SourceIp': ['192.168.0.0/16', '10.1.0.0/16'] } }), false)
  assert.equal(under({ IpAddress: { 'acs:SourceIp': '2001:db8::/32' } }, { sourceAddress: '2001:db8::7' }), true)
  assert.equal(under({ IpAddress: { 'acs:SourceIp': '10.1.0.0/16' } }, { sourceAddress: '::ffff:10.1.2.3' }), true)
  assert.equal(under({ Bool: { 'acs:SecureTransport': 'true' } }, { secureTransport: false }), false)
  assert.equal(under({ Bool: { 'acs:SecureTransport': true } }), true)
  assert.equal(under({ DateLessThan: { 'acs:CurrentTime': '2026-03-01T20:00:01+08:00' } }), true)
  assert.equal(under({ DateLessThan: { 'acs:CurrentTime': '2026-03-01T20:00:00+08:00' } }), false)
  assert.equal(under({ StringEquals: { 'kms:tag/team': ['Gemini', 'Apollo'] } }), true)
  assert.equal(under({ StringEqualsIgnoreCase: { 'kms:tag/team': 'apollo' } }), true)
  assert.equal(under({ StringLike: { 'kms:tag/team': 'Ap*o' } }), true)
  assert.equal(under({ StringEquals: { 'kms:tag/toString': 'x' } }), false)
})

test('a key the request lacks fails a condition, unless the operator is a negated one', () => {
  const vpc = (operator: string) => may(caller([rule({ Condition: { [operator]: { 'acs:SourceVpc': 'vpc-1' } } })]))
  assert.equal(vpc('StringEquals'), false)
  assert.equal(vpc('StringNotEquals'), true)
})

test('every operator block and every key of a condition has to hold', () => {
  const both = { IpAddress: { 'acs:SourceIp': '10.0.0.0/8' }, Bool: { 'acs:SecureTransport': 'false' } }
  assert.equal(may(caller([rule({ Condition: both })])), false)
})

test('within an account the identity policy or the key policy is enough, and a deny of either refuses', () => {
  const byKey = { ...key, policy: keyPolicy(forPrincipal(`${accountId}:user/alice`)) }
  assert.equal(may(caller([]), byKey), true)
  assert.equal(may(caller([rule({ Effect: 'Deny' })]), byKey), false)
  const others = { ...key, policy: keyPolicy(forPrincipal(`${accountId}:user/bob`)) }
  assert.equal(may(caller([]), others), false)
  assert.equal(may(caller([rule({})]), others), true)
  const denied = { ...key, policy: keyPolicy(forPrincipal(`${accountId}:*`, { Effect: 'Deny' })) }
  assert.equal(may(caller([rule({})]), denied), false)
})

test('another account needs an allow of both sides', () => {
  const open = { ...key, policy: keyPolicy(forPrincipal(`${foreign}:user/alice`)) }
  assert.equal(may(caller([rule({})], { accountId: foreign }), open), true)
  assert.equal(may(caller([], { accountId: foreign }), open), false)
  assert.equal(may(caller([rule({})], { accountId: foreign })), false)
})

test('the account itself may do everything with its own keys but what their policy denies', () => {
  const who = caller([], { identity: root })
  assert.equal(may(who), true)
  assert.equal(may(who, { ...key, policy: keyPolicy(forPrincipal(`${accountId}:root`, { Effect: 'Deny' })) }), false)
  assert.equal(may(caller([], { identity: root, accountId: foreign })), false)
})

test('a session policy narrows what the role has and grants nothing itself', () => {
  const role: Identity = { type: 'AssumedRoleUser', id: '3:s', role: 'app', session: 's' }
  const sessionPolicy = parseSessionPolicy(policy(rule({})))
  const who = (statements: object[]) => caller(statements, { identity: role, sessionPolicy })
  assert.equal(may(who([rule({ Action: 'kms:*' })])), true)
  assert.equal(may(who([rule({ Action: 'kms:*' })]), key, 'kms:Decrypt'), false)
  assert.equal(may(who([])), false)
  const open = { ...key, policy: keyPolicy(forPrincipal(`${accountId}:role/app`, { Action: 'kms:*' })) }
  assert.equal(may(who([]), open), true)
  assert.equal(may(who([]), open, 'kms:Decrypt'), false)
})

test('what administrators do cannot be granted to another account by a key policy', () => {
  const open = { ...key, policy: keyPolicy(forPrincipal(`${foreign}:user/alice`, { Action: 'kms:*' })) }
  const who = caller([rule({ Action: 'kms:*' })], { accountId: foreign })
  assert.equal(may(who, open, 'kms:Decrypt'), true)
  assert.equal(may(who, open, 'kms:ScheduleKeyDeletion'), false)
})

test('the default key policy serves the users of the account, and no application access point', () => {
  const instanceKey = { ...key, policy: storedResourcePolicy(accountId, defaultResourcePolicy(accountId)) }
  assert.equal(may(caller([]), instanceKey), true)
  const point: Identity = { type: 'ApplicationAccessPoint', id: 'KAAP.1', name: 'app' }
  assert.equal(may(caller([], { identity: point }), instanceKey), false)
})

test('a refusal says which sort of policy refused and whether explicitly', () => {
  const decision = decide({ caller: caller([rule({ Effect: 'Deny' })]), resource: key, action: 'kms:Encrypt', now })
  assert.deepEqual(decision, { allowed: false, reason: 'ExplicitDeny', policyType: 'AccountLevelIdentityBasedPolicy' })
})

test('a hostile pattern costs no more than pattern times text', () => {
  const pattern = `acs:kms:::${'*a'.repeat(1500)}*b`
  const resource = { ...key, arn: `acs:kms:::${'a'.repeat(3000)}` }
  const started = process.hrtime.bigint()
  assert.equal(may(caller([rule({ Resource: pattern })]), resource), false)
  assert.ok(process.hrtime.bigint() - started < 1_000_000_000n)
})
