import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Operation, serviceCodes } from '../../api/operation.ts'
import { operations } from '../../api/operations.ts'
import { decide } from '../access/evaluate.ts'
import { parseIdentityPolicy } from '../access/policy.ts'
import { documentInForce } from './policy.ts'
import { systemPolicies } from './system-policies.ts'

const accountId = '1000000000000001'

/** Whether a user who has nothing but the policy may do all that the operation needs. */
const may = (policyName: string, operation: Operation): boolean =>
  operation.actions.every((action) => mayDo(policyName, action))

function mayDo(policyName: string, action: string): boolean {
  const policy = systemPolicies.get(policyName)
  assert.ok(policy, policyName)
  return decide({
    caller: {
      ...{ accountId, accessKeyId: '', authentication: 'AccessKey', sourceAddress: '192.0.2.1', secureTransport: true },
      identity: { type: 'RAMUser', id: '2', name: 'alice' },
      policies: [parseIdentityPolicy(documentInForce(policy))],
    },
    action,
    resource: { arn: `acs:kms:cn-hangzhou:${accountId}:key/k`, accountId },
    now: new Date(0),
  }).allowed
}

const ofService = (code: string): readonly Operation[] =>
  operations.filter(({ api, actions }) => serviceCodes[api.product] === code && actions.length > 0)

/** Policies that say `*`; every other one is made for a purpose. */
const full = new Set(['AdministratorAccess', 'AliyunKMSFullAccess', 'AliyunRAMFullAccess'])

/** What no policy with a purpose includes, and why. */
const withFullAccessOnly: readonly { readonly of: (operation: Operation) => boolean; readonly why: string }[] = [
  {
    of: ({ resource, access }) => resource === 'instance' && access === 'manage',
    why: 'releasing or rebinding an instance touches the keys of everybody in it',
  },
  {
    of: ({ resource, access }) => resource === 'application access' && access === 'manage',
    why: 'who makes a ClientKey hands out the use of every key',
  },
  {
    of: ({ api, resource, access }) => api.product === 'Kms' && resource === 'account' && access === 'manage',
    why: 'it is about the contract with the service',
  },
  {
    of: ({ api, resource, access }) => api.product === 'Keyhaven' && resource === 'account' && access === 'manage',
    why: 'it is about everybody in the account: their sessions, what they did, what they may',
  },
  {
    of: ({ api, access }) => serviceCodes[api.product] === 'ram' && access === 'manage',
    why: 'who gives rights can give himself all of them',
  },
]

test('every operation is allowed by a built-in policy that is made for it, or it is said why by none', () => {
  const purposes = [...systemPolicies.keys()].filter((name) => !full.has(name))
  const needing = operations.filter(({ actions }) => actions.length > 0)
  const uncovered = needing.filter((operation) => !purposes.some((name) => may(name, operation)))
  const unexplained = uncovered.filter((operation) => !withFullAccessOnly.some(({ of }) => of(operation)))
  assert.deepEqual(
    unexplained.map(({ name }) => name),
    [],
  )
  const idle = withFullAccessOnly.filter(({ of }) => !uncovered.some(of))
  assert.deepEqual(
    idle.map(({ why }) => why),
    [],
    'every explanation is about an operation that there is',
  )
})

test('full access includes every operation of its service and none of another', () => {
  const of: readonly (readonly [policyName: string, code: string])[] = [
    ['AliyunKMSFullAccess', 'kms'],
    ['AliyunRAMFullAccess', 'ram'],
  ]
  for (const [policyName, code] of of) {
    for (const operation of operations.filter(({ actions }) => actions.length > 0)) {
      assert.equal(may(policyName, operation), ofService(code).includes(operation), `${policyName} ${operation.name}`)
    }
  }
  for (const operation of operations) assert.ok(may('AdministratorAccess', operation), operation.name)
})

test('who looks changes and uses nothing; who manages does not use; who uses does not manage', () => {
  const never: readonly (readonly [policyName: string, access: readonly Operation['access'][]])[] = [
    ['AliyunKMSReadOnlyAccess', ['manage', 'use']],
    ['AliyunKMSCryptoAdminAccess', ['use']],
    ['AliyunKMSCryptoUserAccess', ['manage']],
    ['AliyunKMSSecretAdminAccess', ['use']],
    ['AliyunKMSSecretUserAccess', ['manage']],
    ['AliyunRAMReadOnlyAccess', ['manage', 'use']],
  ]
  for (const [policyName, access] of never) {
    const allowed = operations
      .filter((operation) => operation.actions.length > 0 && access.includes(operation.access))
      .filter((operation) => operation.actions.some((action) => mayDo(policyName, action)))
      .map(({ name }) => name)
    assert.deepEqual(allowed, [], policyName)
  }
})

test('an operation that is added is in the policies without anybody listing it', () => {
  const keyOperations = ofService('kms').filter(({ resource }) => resource === 'key' || resource === 'key container')
  for (const operation of keyOperations) {
    assert.equal(may('AliyunKMSReadOnlyAccess', operation), operation.access === 'look', operation.name)
    assert.equal(may('AliyunKMSCryptoAdminAccess', operation), operation.access !== 'use', operation.name)
    assert.equal(may('AliyunKMSCryptoUserAccess', operation), operation.access !== 'manage', operation.name)
  }
})

test('what draws the line is as the cloud draws it', () => {
  const table: readonly (readonly [policyName: string, action: string, expected: boolean])[] = [
    ['AliyunKMSReadOnlyAccess', 'kms:DescribeKey', true],
    ['AliyunKMSReadOnlyAccess', 'kms:Decrypt', false],
    ['AliyunKMSCryptoAdminAccess', 'kms:ScheduleKeyDeletion', true],
    ['AliyunKMSCryptoAdminAccess', 'kms:ImportKeyMaterial', true],
    ['AliyunKMSCryptoAdminAccess', 'kms:GenerateDataKey', false],
    ['AliyunKMSCryptoAdminAccess', 'kms:GetManagedDataKey', false],
    ['AliyunKMSCryptoUserAccess', 'kms:ReEncryptFrom', true],
    ['AliyunKMSCryptoUserAccess', 'kms:GetManagedDataKey', true],
    ['AliyunKMSCryptoUserAccess', 'kms:DisableKey', false],
    ['AliyunKMSSecretAdminAccess', 'kms:TagResource', true],
    ['AliyunKMSSecretUserAccess', 'kms:Decrypt', true],
    ['AliyunSTSAssumeRoleAccess', 'sts:AssumeRole', true],
  ]
  for (const [policyName, action, expected] of table) {
    assert.equal(mayDo(policyName, action), expected, `${policyName} ${action}`)
  }
})
