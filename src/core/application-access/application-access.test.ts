import assert from 'node:assert/strict'
import { createPrivateKey, sign, verify, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { actor, answerOf } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import * as api from '../../api/application-access.ts'
import type { RequestOf } from '../../api/operation.ts'
import { readPkcs12 } from '../../crypto/pkcs12.ts'
import type { Caller } from '../access/caller.ts'
import { decide, type Resource } from '../access/evaluate.ts'
import { findClientKey } from '../callers/client-keys.ts'
import { createInstance } from '../instances/create-instance.ts'
import { createApplicationAccessPoint } from './create-application-access-point.ts'
import { createClientKey } from './create-client-key.ts'
import { createNetworkRule } from './create-network-rule.ts'
import { createPolicy } from './create-policy.ts'
import { deleteApplicationAccessPoint } from './delete-application-access-point.ts'
import { deleteClientKey } from './delete-client-key.ts'
import { deleteNetworkRule } from './delete-network-rule.ts'
import { deletePolicy } from './delete-policy.ts'
import { describeApplicationAccessPoint } from './describe-application-access-point.ts'
import { describeNetworkRule } from './describe-network-rule.ts'
import { describePolicy } from './describe-policy.ts'
import { getClientKey } from './get-client-key.ts'
import { listApplicationAccessPoints } from './list-application-access-points.ts'
import { listClientKeys } from './list-client-keys.ts'
import { listNetworkRules } from './list-network-rules.ts'
import { listPolicies } from './list-policies.ts'
import { updateApplicationAccessPoint } from './update-application-access-point.ts'
import { updateNetworkRule } from './update-network-rule.ts'
import { updatePolicy } from './update-policy.ts'

const keyUser = 'RbacPermission/Template/CryptoServiceKeyUser'
const secretUser = 'RbacPermission/Template/CryptoServiceSecretUser'
const password = 'Test-Pass~2016'

/** A rule `office`, a policy `crypto` for the keys of the default instance, and an access point `app` with both. */
async function fixture(policy: Partial<RequestOf<typeof api.CreatePolicy>> = {}) {
  const { kms, advance } = await testKms()
  const { accountId } = kms.settings
  const instance = await createInstance(kms, accountId, 'first')
  const account = actor(kms)
  await account(api.CreateNetworkRule, createNetworkRule, {
    ...{ name: 'office', type: 'Private', sourcePrivateIp: ['10.1.0.0/16', '192.168.7.7'] },
  })
  await account(api.CreatePolicy, createPolicy, {
    name: 'crypto',
    permissions: [keyUser],
    resources: ['key/key-1', 'secret/password'],
    accessControlRules: { networkRules: ['office'] },
    ...policy,
  })
  const point = { name: 'app', policies: ['crypto'] }
  await account(api.CreateApplicationAccessPoint, createApplicationAccessPoint, point)
  const newKey = (more: Partial<RequestOf<typeof api.CreateClientKey>> = {}) =>
    account(api.CreateClientKey, createClientKey, { aapName: 'app', password, ...more })
  return { kms, advance, accountId, instance, account, newKey }
}
type Fixture = Awaited<ReturnType<typeof fixture>>

/** Whether the holder of a ClientKey may do something now. */
async function may(
  { kms, accountId, instance }: Fixture,
  clientKeyId: string,
  more: { action?: string; rest?: string; source?: string; instanceId?: string } = {},
): Promise<boolean> {
  const { action = 'kms:Encrypt', rest = 'key/key-1', source = '10.1.2.3', instanceId = instance.id } = more
  const found = await findClientKey(kms, clientKeyId)
  assert.ok(found)
  const caller: Caller = { ...found.caller, sourceAddress: source, secureTransport: true }
  const resource: Resource = { arn: `acs:kms:cn-hangzhou:${accountId}:${rest}`, accountId, instanceId }
  return decide({ caller, action, resource, now: kms.now() }).allowed
}

test('a ClientKey is a PKCS #12 file whose key signs for the certificate that is kept', async () => {
  const { kms, account, newKey } = await fixture()
  const made = await newKey()
  assert.match(made.clientKeyId, /^KAAP\.[0-9a-f]{8}-[0-9a-f-]{27}$/)
  assert.deepEqual([made.notBefore, made.notAfter], ['2026-11-21T22:00:00Z', '2031-11-21T22:00:00Z'])
  const file = readPkcs12(Buffer.from(made.privateKeyData, 'base64'), password)
  const found = await findClientKey(kms, made.clientKeyId)
  const key = createPrivateKey({ key: Buffer.from(file.privateKey), format: 'der', type: 'pkcs8' })
  assert.ok(found)
  assert.ok(verify('sha256', Buffer.from('text'), found.publicKey, sign('sha256', Buffer.from('text'), key)))
  const shown = await account(api.GetClientKey, getClientKey, { clientKeyId: made.clientKeyId })
  assert.equal(new X509Certificate(shown.publicKeyData).subject, `CN=${made.clientKeyId}`)
  assert.deepEqual((await account(api.ListClientKeys, listClientKeys, { aapName: 'app' })).clientKeys, [shown])
  assert.deepEqual((await account(api.ListClientKeys, listClientKeys, {})).clientKeys, [shown])
})

test('a ClientKey may do what permission, resource and network rule allow together, on its instance', async () => {
  const world = await fixture()
  const { clientKeyId } = await world.newKey()
  assert.equal(await may(world, clientKeyId), true)
  assert.equal(await may(world, clientKeyId, { action: 'kms:AsymmetricSign' }), true)
  assert.equal(await may(world, clientKeyId, { action: 'kms:ScheduleKeyDeletion' }), false)
  assert.equal(await may(world, clientKeyId, { rest: 'key/key-2' }), false)
  assert.equal(await may(world, clientKeyId, { source: '192.168.7.7' }), true)
  assert.equal(await may(world, clientKeyId, { source: '10.2.0.1' }), false)
  assert.equal(await may(world, clientKeyId, { instanceId: 'kst-other' }), false)
})

test('resources of the other kind are for the other permission', async () => {
  const reading = { action: 'kms:GetSecretValue', rest: 'secret/password' }
  const keysOnly = await fixture()
  assert.equal(await may(keysOnly, (await keysOnly.newKey()).clientKeyId, reading), false)
  const both = await fixture({ permissions: [keyUser, secretUser] })
  const { clientKeyId } = await both.newKey()
  assert.equal(await may(both, clientKeyId, reading), true)
  assert.equal(await may(both, clientKeyId, { action: 'kms:GetSecretValue' }), false)
})

test('without a network rule every address may call; a rule without addresses lets nobody in', async () => {
  const open = await fixture({ accessControlRules: { networkRules: [] } })
  assert.equal(await may(open, (await open.newKey()).clientKeyId, { source: '203.0.113.9' }), true)
  const closed = await fixture()
  const { clientKeyId } = await closed.newKey()
  await closed.account(api.UpdateNetworkRule, updateNetworkRule, { name: 'office', sourcePrivateIp: [] })
  assert.equal(await may(closed, clientKeyId), false)
})

test('changes of rule, policy and access point count from the next request on', async () => {
  const world = await fixture()
  const { account } = world
  const { clientKeyId } = await world.newKey()
  await account(api.UpdateNetworkRule, updateNetworkRule, { name: 'office', sourcePrivateIp: ['10.9.0.0/16'] })
  assert.equal(await may(world, clientKeyId), false)
  assert.equal(await may(world, clientKeyId, { source: '10.9.1.1' }), true)
  await account(api.UpdatePolicy, updatePolicy, { name: 'crypto', resources: ['key/*'] })
  assert.equal(await may(world, clientKeyId, { source: '10.9.1.1', rest: 'key/key-2' }), true)
  await account(api.CreatePolicy, createPolicy, { name: 'none', permissions: [secretUser], resources: ['secret/*'] })
  await account(api.UpdateApplicationAccessPoint, updateApplicationAccessPoint, { name: 'app', policies: ['none'] })
  assert.equal(await may(world, clientKeyId, { source: '10.9.1.1' }), false)
})

test('a deleted ClientKey, or one whose access point was deleted, is not found any more', async () => {
  const { kms, account, newKey } = await fixture()
  const [one, two] = [await newKey(), await newKey()]
  await account(api.DeleteClientKey, deleteClientKey, { clientKeyId: one.clientKeyId })
  assert.equal(await findClientKey(kms, one.clientKeyId), undefined)
  assert.ok(await findClientKey(kms, two.clientKeyId))
  await account(api.DeleteApplicationAccessPoint, deleteApplicationAccessPoint, { name: 'app' })
  await account(api.CreateApplicationAccessPoint, createApplicationAccessPoint, { name: 'app', policies: ['crypto'] })
  assert.equal(await findClientKey(kms, two.clientKeyId), undefined)
  assert.equal(await answerOf(account(api.GetClientKey, getClientKey, two)), 'Forbidden.ResourceNotFound')
})

test('an access point has three ClientKeys at most', async () => {
  const { newKey } = await fixture()
  for (let made = 1; made <= 3; made++) await newKey()
  assert.equal(await answerOf(newKey()), 'Rejected.LimitExceeded')
})

test('a weak password or a validity that makes no sense is refused', async () => {
  const { newKey } = await fixture()
  for (const weak of ['Short-1', 'onlyletters', '1234567890', 'with space 1', `${'a1'.repeat(32)}b`]) {
    assert.equal(await answerOf(newKey({ password: weak })), 'InvalidParameter', weak)
  }
  const refused = [
    { notBefore: '2026-01-01T00:00:00Z' },
    { notBefore: '2027-01-01T00:00:00Z', notAfter: '2026-12-01T00:00:00Z' },
    { notBefore: '2020-01-01T00:00:00Z', notAfter: '2021-01-01T00:00:00Z' },
    { notBefore: '2026-12-01', notAfter: '2027-12-01' },
    { notBefore: '2026-12-01T00:00:00Z', notAfter: '2030-02-30T00:00:00Z' },
    { notBefore: '2026-12-01T00:00Z', notAfter: '2027-12-01T00:00Z' },
  ]
  for (const validity of refused) assert.equal(await answerOf(newKey(validity)), 'InvalidParameter')
  const { notAfter } = await newKey({ notBefore: '2026-12-01T00:00:00Z', notAfter: '2027-12-01T00:00:00Z' })
  assert.equal(notAfter, '2027-12-01T00:00:00Z')
})

test('a network rule takes addresses and blocks, and nothing else', async () => {
  const { account } = await fixture()
  const create = (range: string) =>
    answerOf(
      account(api.CreateNetworkRule, createNetworkRule, {
        ...{ name: `rule-${range.replace(/\W/g, '-')}`, type: 'Private', sourcePrivateIp: [range] },
      }),
    )
  for (const range of ['10.0.0.1', '172.16.0.0/12', '10.10.10.10/24', '71.71.71.71', '0.0.0.0/0', '2001:db8::/32']) {
    assert.equal(await create(range), 'ok', range)
  }
  for (const range of ['10.0.0.0/33', '10.0.0', 'office', '10.0.0.1-10.0.0.9', '']) {
    assert.equal(await create(range), 'InvalidParameter', range)
  }
})

test('a policy that does not exist grants nothing until it does, and nothing any more once it is deleted', async () => {
  const world = await fixture({ accessControlRules: { networkRules: [] } })
  const { account, newKey } = world
  const point = { name: 'app', policies: ['later'] }
  await account(api.UpdateApplicationAccessPoint, updateApplicationAccessPoint, point)
  const { clientKeyId } = await newKey()
  assert.equal(await may(world, clientKeyId), false)
  const policy = { name: 'later', permissions: [keyUser], resources: ['key/key-1'] }
  await account(api.CreatePolicy, createPolicy, policy)
  assert.equal(await may(world, clientKeyId), true)
  assert.equal(await may(world, clientKeyId, { rest: 'key/key-2' }), false)
  await account(api.DeletePolicy, deletePolicy, { name: 'later' })
  assert.equal(await may(world, clientKeyId), false)
})

test('a network rule that does not exist lets nobody in until it does, and nobody any more once it is deleted', async () => {
  const world = await fixture({ accessControlRules: { networkRules: ['later'] } })
  const { account, newKey } = world
  const { clientKeyId } = await newKey()
  assert.equal(await may(world, clientKeyId), false)
  const rule = { name: 'later', type: 'Private', sourcePrivateIp: ['10.1.0.0/16'] } as const
  await account(api.CreateNetworkRule, createNetworkRule, rule)
  assert.equal(await may(world, clientKeyId), true)
  await account(api.DeleteNetworkRule, deleteNetworkRule, { name: 'later' })
  assert.equal(await may(world, clientKeyId), false)
})

test('a wildcard in a resource stands for any characters, of one kind only', async () => {
  const world = await fixture({ permissions: [keyUser, secretUser], resources: ['key/key-a*', 'secret/app/*/db'] })
  const { clientKeyId } = await world.newKey()
  const reading = { action: 'kms:GetSecretValue' }
  const table: readonly [rest: string, more: object, expected: boolean][] = [
    ['key/key-a1', {}, true],
    ['key/key-b1', {}, false],
    ['secret/app/shop/db', reading, true],
    ['secret/app/shop/cache', reading, false],
    ['key/key-a1', reading, false],
  ]
  for (const [rest, more, expected] of table)
    assert.equal(await may(world, clientKeyId, { ...more, rest }), expected, rest)
})

test('the scope shared is about every key and secret of the account, in whatever instance', async () => {
  const permissions = [keyUser, secretUser]
  const world = await fixture({ kmsInstance: 'shared', permissions, resources: ['key/*', 'secret/*'] })
  const { clientKeyId } = await world.newKey()
  for (const instanceId of [world.instance.id, 'kst-other']) {
    assert.equal(await may(world, clientKeyId, { instanceId }), true)
    assert.equal(await may(world, clientKeyId, { instanceId, action: 'kms:GetSecretValue', rest: 'secret/a' }), true)
  }
  assert.equal(await may(world, clientKeyId, { source: '10.2.0.1' }), false)
})

test('what is taken is not created, and what is unknown is named with its kind', async () => {
  const { account } = await fixture()
  const again = { name: 'app', policies: ['crypto'] }
  const point = account(api.CreateApplicationAccessPoint, createApplicationAccessPoint, again)
  assert.equal(await answerOf(point), 'Rejected.ResourceExist')
  const absent: readonly [work: Promise<unknown>, kind: string][] = [
    [account(api.UpdatePolicy, updatePolicy, { name: 'none' }), 'policy'],
    [account(api.DeleteNetworkRule, deleteNetworkRule, { name: 'none' }), 'network rule'],
    [account(api.CreateClientKey, createClientKey, { aapName: 'none', password }), 'application access point'],
    [account(api.GetClientKey, getClientKey, { clientKeyId: 'none' }), 'ClientKey'],
  ]
  for (const [work, kind] of absent) {
    const message = `Resource not found. There is no ${kind} "none".`
    await assert.rejects(work, { code: 'Forbidden.ResourceNotFound', message })
  }
})

test('a policy says what the service knows: its permissions, keys and secrets, an instance that exists', async () => {
  const { account, instance } = await fixture()
  const create = (more: Partial<RequestOf<typeof api.CreatePolicy>>) =>
    answerOf(
      account(api.CreatePolicy, createPolicy, { name: 'p', permissions: [keyUser], resources: ['key/*'], ...more }),
    )
  assert.equal(await create({ permissions: ['RbacPermission/Template/Everything'] }), 'InvalidParameter')
  for (const resource of ['alias/x', 'key/', '*', 'key/a b', `secret/${'a'.repeat(193)}`]) {
    assert.equal(await create({ resources: [resource] }), 'InvalidParameter', resource)
  }
  assert.equal(await create({ kmsInstance: 'kst-none' }), 'Forbidden.DKMSInstanceNotFound')
  assert.equal(await create({ kmsInstance: instance.id, resources: [`secret/${'a'.repeat(192)}`] }), 'ok')
})

test('what was created is described as it was, and listed', async () => {
  const { account, accountId, instance } = await fixture({ description: 'for the app' })
  const arn = (rest: string) => `acs:kms:cn-hangzhou:${accountId}:${rest}`
  assert.deepEqual(await account(api.DescribeNetworkRule, describeNetworkRule, { name: 'office' }), {
    ...{ arn: arn('network/office'), type: 'Private', description: '' },
    sourcePrivateIp: '["10.1.0.0/16","192.168.7.7"]',
  })
  assert.deepEqual(await account(api.DescribePolicy, describePolicy, { name: 'crypto' }), {
    ...{ arn: arn('policy/crypto'), name: 'crypto', kmsInstance: instance.id, description: 'for the app' },
    ...{ permissions: [keyUser], resources: ['key/key-1', 'secret/password'] },
    accessControlRules: '{"NetworkRules":["office"]}',
  })
  assert.deepEqual(await account(api.DescribeApplicationAccessPoint, describeApplicationAccessPoint, { name: 'app' }), {
    ...{ arn: arn('applicationaccesspoint/app'), name: 'app', authenticationMethod: 'ClientKey', description: '' },
    policies: '["crypto"]',
  })
  const page = { pageNumber: 1, pageSize: 20, totalCount: 1 }
  assert.deepEqual(await account(api.ListNetworkRules, listNetworkRules, {}), {
    ...{ networkRules: { networkRule: [{ name: 'office', type: 'Private' }] }, ...page },
  })
  assert.deepEqual(await account(api.ListPolicies, listPolicies, {}), {
    ...{ policies: { policy: [{ name: 'crypto' }] }, ...page },
  })
  assert.deepEqual(await account(api.ListApplicationAccessPoints, listApplicationAccessPoints, {}), {
    applicationAccessPoints: { applicationAccessPoint: [{ name: 'app', authenticationMethod: 'ClientKey' }] },
    ...page,
  })
})
