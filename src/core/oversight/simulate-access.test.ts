import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { type OpenapiFixture, openapiFixture } from '../../../test/kit/openapi.ts'
import { ramApi } from '../../api/operation.ts'
import { SimulateAccess } from '../../api/oversight.ts'
import { simulateAccess } from './simulate-access.ts'

let fixture: OpenapiFixture
let keyId = ''
let instance = ''
beforeEach(async () => {
  fixture = await openapiFixture((await testKms()).kms)
  const { KmsInstances } = await fixture.succeed('ListKmsInstances')
  instance = KmsInstances.KmsInstance[0].KmsInstanceId
  keyId = (await fixture.succeed('CreateKey', { DKMSInstanceId: instance })).KeyMetadata.KeyId
  await ram('CreateUser', { UserName: 'alice' })
})

const ram = (action: string, parameters: Record<string, string>) =>
  fixture.succeed(action, parameters, { version: ramApi.version })
const arn = (rest: string, service = 'ram') => `acs:${service}::${fixture.kms.settings.accountId}:${rest}`
const simulate = (caller: string, operation: string, more: Record<string, string> = {}) =>
  actor(fixture.kms)(SimulateAccess, simulateAccess, { caller, operation, resource: keyId, ...more })

async function attach(name: string, ...Statement: object[]): Promise<void> {
  await ram('CreatePolicy', { PolicyName: name, PolicyDocument: JSON.stringify({ Version: '1', Statement }) })
  await ram('AttachPolicyToUser', { PolicyName: name, PolicyType: 'Custom', UserName: 'alice' })
}

test('which statement of which identity policy decides is told, and the call itself ends alike', async () => {
  const alice = arn('user/alice')
  assert.deepEqual(await simulate(alice, 'kms:Encrypt').then(({ decision, matched }) => [decision, matched]), [
    'ImplicitDeny',
    [],
  ])
  await attach(
    'use',
    { Effect: 'Allow', Action: 'kms:DescribeKey', Resource: '*' },
    { Sid: 'enc', Effect: 'Allow', Action: 'kms:*crypt', Resource: '*' },
  )
  await attach('guard', {
    ...{ Effect: 'Deny', Action: 'kms:Decrypt', Resource: '*' },
    Condition: { NotIpAddress: { 'acs:SourceIp': ['192.0.2.0/24'] } },
  })
  const allowed = await simulate(alice, 'kms:Encrypt')
  assert.equal(allowed.decision, 'Allow')
  assert.deepEqual(allowed.decidedBy, {
    ...{ policyType: 'Identity', policyName: 'use', statementIndex: 2, sid: 'enc', effect: 'Allow' },
  })
  const denied = await simulate(alice, 'kms:Decrypt', { sourceAddress: '203.0.113.1' })
  assert.deepEqual([denied.decision, denied.decidedBy?.policyName, denied.matched.length], ['ExplicitDeny', 'guard', 2])
  assert.equal((await simulate(alice, 'kms:Decrypt')).decision, 'Allow')

  const { AccessKey } = await ram('CreateAccessKey', { UserName: 'alice' })
  const as = { accessKeyId: AccessKey.AccessKeyId, accessKeySecret: AccessKey.AccessKeySecret }
  for (const [action, parameters] of [
    ['Encrypt', { KeyId: keyId, Plaintext: 'x' }],
    ['DisableKey', { KeyId: keyId }],
  ] as const) {
    const { decision } = await simulate(AccessKey.AccessKeyId, `kms:${action}`)
    assert.equal((await fixture.call(action, parameters, { as })).status === 200, decision === 'Allow', action)
  }
})

test('the policy of a key decides where it says something', async () => {
  const Policy = JSON.stringify({
    Version: '1',
    Statement: [{ Effect: 'Allow', Principal: { RAM: [arn('user/alice')] }, Action: ['kms:Encrypt'], Resource: ['*'] }],
  })
  await fixture.succeed('SetKeyPolicy', { KeyId: keyId, PolicyName: 'default', Policy })
  const { decision, decidedBy } = await simulate(arn('user/alice'), 'kms:Encrypt')
  assert.deepEqual([decision, decidedBy?.policyType, decidedBy?.policyName], ['Allow', 'Resource', 'default'])
  assert.equal((await simulate(arn('user/alice'), 'kms:Decrypt')).decision, 'ImplicitDeny')
})

test('of an application the network rule and the permissions of its policies decide', async () => {
  await fixture.succeed('CreateNetworkRule', { Name: 'office', Type: 'Private', SourcePrivateIp: '["10.0.0.0/8"]' })
  await fixture.succeed('CreatePolicy', {
    ...{ Name: 'app-policy', KmsInstance: instance, Resources: `["key/${keyId}"]` },
    Permissions: '["RbacPermission/Template/CryptoServiceKeyUser"]',
    AccessControlRules: '{"NetworkRules":["office"]}',
  })
  await fixture.succeed('CreateApplicationAccessPoint', { Name: 'app', Policies: '["app-policy"]' })
  const app = arn('applicationaccesspoint/app', 'kms')
  const inside = await simulate(app, 'kms:Encrypt', { sourceAddress: '10.1.2.3', instanceId: instance })
  assert.deepEqual([inside.decision, inside.decidedBy?.policyName], ['Allow', 'app-policy'])
  const outside = await simulate(app, 'kms:Encrypt', { sourceAddress: '192.0.2.1', instanceId: instance })
  assert.deepEqual(
    [outside.decision, outside.policyType, outside.decidedBy],
    ['ImplicitDeny', 'NetworkRule', undefined],
  )
  const other = await simulate(app, 'kms:CreateKey', { sourceAddress: '10.1.2.3', instanceId: instance })
  assert.equal(other.decision, 'ImplicitDeny')
})

test('the account needs no policy; what is unknown is said; who has no right asks nothing', async () => {
  assert.equal((await simulate(arn('root'), 'kms:CreateKey')).decision, 'Allow')
  for (const [caller, code] of [
    [arn('user/nobody'), 'Forbidden.ResourceNotFound'],
    ['acs:ram::9000000000000009:root', 'Forbidden.ResourceNotFound'],
    ['acs:ram::1:group/x', 'InvalidParameter'],
    ['LTAInone', 'Forbidden.ResourceNotFound'],
  ] as const)
    assert.equal(await answerOf(simulate(caller, 'kms:Encrypt')), code, caller)
  assert.equal(await answerOf(simulate(arn('root'), 'kms:Encrypt', { resource: 'none' })), 'Forbidden.ResourceNotFound')
  const input = { caller: arn('root'), operation: 'kms:Encrypt', resource: keyId }
  const stranger = actor(fixture.kms, userCaller(fixture.kms))(SimulateAccess, simulateAccess, input)
  assert.equal(await answerOf(stranger), 'Forbidden.NoPermission')
})
