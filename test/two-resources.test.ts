import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CreateAlias } from '../src/api/aliases.ts'
import * as accessApi from '../src/api/application-access.ts'
import * as asymmetricApi from '../src/api/asymmetric.ts'
import { Encrypt } from '../src/api/cryptography.ts'
import { CreateKey, ListKeyVersions } from '../src/api/keys.ts'
import type { Operation } from '../src/api/operation.ts'
import { operations } from '../src/api/operations.ts'
import * as ramApi from '../src/api/ram.ts'
import * as groupsApi from '../src/api/ram-groups.ts'
import { CreateSecret } from '../src/api/secrets.ts'
import { createAlias } from '../src/core/aliases/create-alias.ts'
import { createApplicationAccessPoint } from '../src/core/application-access/create-application-access-point.ts'
import { createPolicy as createAccessPolicy } from '../src/core/application-access/create-policy.ts'
import { asymmetricEncrypt } from '../src/core/asymmetric/asymmetric-encrypt.ts'
import { encrypt } from '../src/core/cryptography/encrypt.ts'
import { createInstance } from '../src/core/instances/create-instance.ts'
import { createKey } from '../src/core/keys/create-key.ts'
import { listKeyVersions } from '../src/core/keys/list-key-versions.ts'
import type { Kms } from '../src/core/kms.ts'
import { addUserToGroup } from '../src/core/ram/add-user-to-group.ts'
import { attachPolicyToGroup } from '../src/core/ram/attach-policy-to-group.ts'
import { attachPolicyToRole } from '../src/core/ram/attach-policy-to-role.ts'
import { attachPolicyToUser } from '../src/core/ram/attach-policy-to-user.ts'
import { createGroup } from '../src/core/ram/create-group.ts'
import { createPolicy } from '../src/core/ram/create-policy.ts'
import { createRole } from '../src/core/ram/create-role.ts'
import { createUser } from '../src/core/ram/create-user.ts'
import { createSecret } from '../src/core/secrets/create-secret.ts'
import { openapiOperations } from '../src/gateway/openapi/operations.ts'
import { accountCaller, actor, answerOf, userCaller } from './kit/calls.ts'
import { testKms } from './kit/kms.ts'

/*
 * Every operation that touches two things, with the resources that it is decided on. Where the cloud publishes a list
 * ("RAM authorization" of each RAM operation; "Use RAM to control access to KMS resources"), it is this one, unless
 * `beyond` says what is asked here besides.
 */
interface Row {
  readonly operation: string
  readonly when?: string
  /** one grant each: action, and resource without region and account */
  readonly needs: (world: World) => readonly Grant[]
  readonly input: (world: World) => Readonly<Record<string, unknown>>
  readonly beyond?: string
}
type Grant = readonly [action: string, resource: string]

const account = '1000000000000001'
const keyArn = (keyId: string): string => `acs:kms:cn-hangzhou:${account}:key/${keyId}`
const kmsArn = (rest: string): string => `acs:kms:cn-hangzhou:${account}:${rest}`
const ramArn = (rest: string): string => `acs:ram::${account}:${rest}`
const systemPolicy = (name: string): string => `acs:ram::system:policy/${name}`

interface World {
  readonly kms: Kms
  readonly first: string
  readonly second: string
  readonly ciphertext: Uint8Array
  readonly asymmetric: { readonly keyId: string; readonly keyVersionId: string; readonly ciphertext: Uint8Array }
}

async function newWorld(): Promise<World> {
  const { kms } = await testKms()
  const as = actor(kms, accountCaller(kms))
  const key = async (input = {}) => (await as(CreateKey, createKey, input)).keyMetadata.keyId
  const [first, second, keyId] = [
    await key(),
    await key(),
    await key({ keySpec: 'RSA_2048', keyUsage: 'ENCRYPT/DECRYPT' }),
  ]
  await as(CreateAlias, createAlias, { aliasName: 'alias/a', keyId: first })
  const { ciphertextBlob } = await as(Encrypt, encrypt, { keyId: first, plaintext: 'c2VjcmV0' })
  const { keyVersions } = await as(ListKeyVersions, listKeyVersions, { keyId })
  const keyVersionId = keyVersions.keyVersion[0]?.keyVersionId ?? ''
  const wrapped = await as(asymmetricApi.AsymmetricEncrypt, asymmetricEncrypt, {
    ...{ keyId, keyVersionId, algorithm: 'RSAES_OAEP_SHA_256', plaintext: new Uint8Array(16) },
  })
  await as(CreateSecret, createSecret, { ...value, secretName: 'sealed', encryptionKeyId: first })
  await identities(kms)
  await access(kms)
  const asymmetric = { keyId, keyVersionId, ciphertext: wrapped.ciphertextBlob }
  return { kms, first, second, ciphertext: ciphertextBlob, asymmetric }
}

async function identities(kms: Kms): Promise<void> {
  const as = actor(kms, accountCaller(kms))
  const statement = { Effect: 'Allow', Action: 'kms:*', Resource: '*' }
  const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: [ramArn('root')] } }
  const document = (one: object): string => JSON.stringify({ Version: '1', Statement: [one] })
  for (const userName of ['alice', 'carol']) await as(ramApi.CreateUser, createUser, { userName })
  await as(ramApi.CreateRole, createRole, { roleName: 'app', assumeRolePolicyDocument: document(trust) })
  for (const policyName of ['held', 'free']) {
    await as(ramApi.CreatePolicy, createPolicy, { policyName, policyDocument: document(statement) })
  }
  const held = { policyType: 'Custom', policyName: 'held' } as const
  await as(ramApi.AttachPolicyToUser, attachPolicyToUser, { ...held, userName: 'alice' })
  await as(groupsApi.CreateGroup, createGroup, { groupName: 'staff' })
  await as(groupsApi.AttachPolicyToGroup, attachPolicyToGroup, { ...held, groupName: 'staff' })
  await as(groupsApi.AddUserToGroup, addUserToGroup, { userName: 'carol', groupName: 'staff' })
  await as(ramApi.AttachPolicyToRole, attachPolicyToRole, { ...held, roleName: 'app' })
}

async function access(kms: Kms): Promise<void> {
  const as = actor(kms, accountCaller(kms))
  await createInstance(kms, account, 'default')
  const permissions = ['RbacPermission/Template/CryptoServiceKeyUser']
  for (const name of ['one', 'two']) {
    await as(accessApi.CreatePolicy, createAccessPolicy, { name, permissions, resources: ['key/*'] })
  }
  await as(accessApi.CreateApplicationAccessPoint, createApplicationAccessPoint, { name: 'shop', policies: ['one'] })
}

const value = { versionId: 'v1', secretData: 'hidden', secretDataType: 'text' } as const

const custom = (policyName: string) => ({ policyType: 'Custom', policyName })
const system = { policyType: 'System', policyName: 'AdministratorAccess' }

const holders = {
  User: ['user/alice', 'userName'],
  Group: ['group/staff', 'groupName'],
  Role: ['role/app', 'roleName'],
} as const

const attachments: readonly Row[] = (['User', 'Group', 'Role'] as const).flatMap((kind) => {
  const [holder, field] = holders[kind]
  const name = { [field]: holder.split('/')[1] }
  const attach = `ram:AttachPolicyTo${kind}`
  const detach = `ram:DetachPolicyFrom${kind}`
  const row = (operation: string, when: string, policy: string, input: object): Row => ({
    ...{ operation: operation.replace(':', ' ').replace('ram', 'Ram'), when },
    needs: () => [
      [operation, ramArn(holder)],
      [operation, policy],
    ],
    input: () => ({ ...name, ...input }),
  })
  return [
    row(attach, 'a policy of the account', ramArn('policy/free'), custom('free')),
    row(attach, 'a built-in policy', systemPolicy('AdministratorAccess'), system),
    row(detach, 'a policy of the account', ramArn('policy/held'), custom('held')),
  ]
})

const rows: readonly Row[] = [
  ...attachments,
  ...(['AddUserToGroup', 'RemoveUserFromGroup'] as const).map(
    (name): Row => ({
      operation: `Ram ${name}`,
      needs: () => [
        [`ram:${name}`, ramArn(`user/${name === 'AddUserToGroup' ? 'alice' : 'carol'}`)],
        [`ram:${name}`, ramArn('group/staff')],
      ],
      input: () => ({ userName: name === 'AddUserToGroup' ? 'alice' : 'carol', groupName: 'staff' }),
    }),
  ),
  {
    operation: 'Ram UpdateGroup',
    when: 'renaming',
    needs: () => [
      ['ram:UpdateGroup', ramArn('group/staff')],
      ['ram:UpdateGroup', ramArn('group/admins')],
    ],
    input: () => ({ groupName: 'staff', newGroupName: 'admins' }),
    beyond: 'the new name: policies say by name whose users somebody may manage',
  },
  {
    operation: 'Ram UpdateUser',
    when: 'renaming',
    needs: () => [
      ['ram:UpdateUser', ramArn('user/carol')],
      ['ram:UpdateUser', ramArn('user/admin')],
    ],
    input: () => ({ userName: 'carol', newUserName: 'admin' }),
    beyond: 'the new name: trust and key policies name users, and who takes a name takes what it was given',
  },
  {
    operation: 'Kms CreateAlias',
    needs: ({ second }) => [
      ['kms:CreateAlias', kmsArn('alias/b')],
      ['kms:CreateAlias', keyArn(second)],
    ],
    input: ({ second }) => ({ aliasName: 'alias/b', keyId: second }),
  },
  {
    operation: 'Kms UpdateAlias',
    needs: ({ first, second }) => [
      ['kms:UpdateAlias', kmsArn('alias/a')],
      ['kms:UpdateAlias', keyArn(first)],
      ['kms:UpdateAlias', keyArn(second)],
    ],
    input: ({ second }) => ({ aliasName: 'alias/a', keyId: second }),
  },
  {
    operation: 'Kms DeleteAlias',
    needs: ({ first }) => [
      ['kms:DeleteAlias', kmsArn('alias/a')],
      ['kms:DeleteAlias', keyArn(first)],
    ],
    input: () => ({ aliasName: 'alias/a' }),
  },
  {
    operation: 'Kms ReEncrypt',
    when: 'from a symmetric key',
    needs: ({ first, second }) => [
      ['kms:ReEncryptFrom', keyArn(first)],
      ['kms:ReEncryptTo', keyArn(second)],
    ],
    input: ({ ciphertext, second }) => ({ ciphertextBlob: ciphertext, destinationKeyId: second }),
  },
  {
    operation: 'Kms ReEncrypt',
    when: 'from an asymmetric key',
    needs: ({ asymmetric, second }) => [
      ['kms:ReEncryptFrom', keyArn(asymmetric.keyId)],
      ['kms:ReEncryptTo', keyArn(second)],
    ],
    input: ({ asymmetric, second }) => ({
      ...{ ciphertextBlob: asymmetric.ciphertext, destinationKeyId: second, sourceKeyId: asymmetric.keyId },
      ...{ sourceKeyVersionId: asymmetric.keyVersionId, sourceEncryptionAlgorithm: 'RSAES_OAEP_SHA_256' },
    }),
  },
  ...(['TagResources', 'UntagResources', 'ListTagResources'] as const).map(
    (name): Row => ({
      operation: `Kms ${name}`,
      needs: ({ first, second }) => [
        [`kms:${name}`, keyArn(first)],
        [`kms:${name}`, keyArn(second)],
      ],
      input: ({ first, second }) => ({
        ...{ regionId: 'cn-hangzhou', resourceType: 'key', resourceId: [first, second] },
        ...(name === 'UntagResources' ? { tagKey: ['a'], all: false } : {}),
        ...(name === 'TagResources' ? { tag: [{ key: 'a', value: 'b' }] } : {}),
      }),
    }),
  ),
  {
    operation: 'Kms CreateSecret',
    when: 'under a key',
    needs: ({ first }) => [
      ['kms:CreateSecret', kmsArn('secret')],
      ['kms:GenerateDataKey', keyArn(first)],
    ],
    input: ({ first }) => ({ ...value, secretName: 'new', encryptionKeyId: first }),
  },
  {
    operation: 'Kms PutSecretValue',
    when: 'under a key',
    needs: ({ first }) => [
      ['kms:PutSecretValue', kmsArn('secret/sealed')],
      ['kms:GenerateDataKey', keyArn(first)],
    ],
    input: () => ({ ...value, secretName: 'sealed', versionId: 'v2' }),
  },
  {
    operation: 'Kms GetSecretValue',
    when: 'under a key',
    needs: ({ first }) => [
      ['kms:GetSecretValue', kmsArn('secret/sealed')],
      ['kms:Decrypt', keyArn(first)],
    ],
    input: () => ({ secretName: 'sealed', fetchExtendedConfig: false }),
  },
  {
    operation: 'Kms CreateApplicationAccessPoint',
    needs: () => [
      ['kms:CreateApplicationAccessPoint', kmsArn('applicationaccesspoint/new')],
      ['kms:CreateApplicationAccessPoint', kmsArn('policy/one')],
      ['kms:CreateApplicationAccessPoint', kmsArn('policy/two')],
    ],
    input: () => ({ name: 'new', authenticationMethod: 'ClientKey', policies: ['one', 'two'] }),
    beyond: 'the cloud publishes no list; as with users, who gives a policy needs the permission on the policy',
  },
  {
    operation: 'Kms UpdateApplicationAccessPoint',
    needs: () => [
      ['kms:UpdateApplicationAccessPoint', kmsArn('applicationaccesspoint/shop')],
      ['kms:UpdateApplicationAccessPoint', kmsArn('policy/one')],
      ['kms:UpdateApplicationAccessPoint', kmsArn('policy/two')],
    ],
    input: () => ({ name: 'shop', policies: ['two'] }),
    beyond: 'the cloud publishes no list; both the policy that is taken away and the one that is given',
  },
]

/** Operations that name more than one thing and are decided on one resource, as the cloud has it. */
const decidedOnOne: Readonly<Record<string, string>> = {
  'Kms CreateKey': 'the container of keys; the instance has no say',
  'Kms CreatePolicy': 'the policy. What it names it opens only for the access points that are given it',
  'Kms UpdatePolicy': 'the policy, as CreatePolicy; its network rules only narrow it, so its writer may drop them',
  'Kms TagResource': 'exactly one of the names is given',
  'Kms UntagResource': 'exactly one of the names is given',
  'Kms SetDeletionProtection': 'exactly one of the names is given',
  'Kms ImportKeyMaterial': 'the key; the token fits no other one',
  'Kms BatchGetSecretValue': 'each secret alone, as GetSecretValue; it tells of each in its answer',
  'Kms GetSecretPolicy': 'the secret, which has one policy',
  'Kms SetSecretPolicy': 'the secret, which has one policy',
  'Kms GetKeyPolicy': 'the key, which has one policy',
  'Kms SetKeyPolicy': 'the key, which has one policy',
  'Kms CertificatePrivateKeyDecrypt': 'the certificate; the ciphertext is a bare one and names nothing',
  'Ram UpdateAccessKey': 'the user, who is the one that the AccessKey belongs to',
  'Ram DeleteAccessKey': 'the user, who is the one that the AccessKey belongs to',
  'Ram GetAccessKeyLastUsed': 'the user, who is the one that the AccessKey belongs to',
}

const code = (operation: Operation): string => `${operation.api.product} ${operation.name}`

type Statements = NonNullable<Parameters<typeof userCaller>[1]>

async function outcome(row: Row, world: World, grantsOf: (needs: readonly Grant[]) => Statements): Promise<string> {
  const pair = openapiOperations.find(({ operation }) => code(operation) === row.operation)
  assert.ok(pair, row.operation)
  const { kms } = world
  const caller = userCaller(kms, grantsOf(row.needs(world)))
  const call = { kms, caller, operation: pair.operation, requestId: '00000000-0000-4000-8000-000000000000', audit: {} }
  return answerOf((async () => await pair.run(call, row.input(world)))())
}

const allow = ([Action, Resource]: Grant) => ({ Action, Resource })
const deny = (grant: Grant) => ({ Effect: 'Deny' as const, ...allow(grant) })

/** What is refused changes nothing, so all refusals happen here. */
const unchanged = newWorld()

for (const row of rows) {
  describe(`${row.operation}${row.when ? `, ${row.when}` : ''}`, () => {
    test('is allowed with the permission on each', async () => {
      assert.equal(await outcome(row, await newWorld(), (needs) => needs.map(allow)), 'ok')
    })

    test('is refused without any one of them, and where any one is denied', async () => {
      const refusal = row.operation.startsWith('Ram') ? 'NoPermission' : 'Forbidden.NoPermission'
      const world = await unchanged
      for (const missing of row.needs(world)) {
        const others = row.needs(world).filter(([, resource]) => resource !== missing[1])
        assert.equal(await outcome(row, world, () => others.map(allow)), refusal, `without ${missing}`)
        const denied = await outcome(row, world, (needs) => [...needs.map(allow), deny(missing)])
        assert.equal(denied, refusal, `${missing} denied`)
      }
    })
  })
}

/** Request fields that name something a policy can name. */
const names = new Set([
  ...['KeyId', 'SourceKeyId', 'DestinationKeyId', 'AliasName', 'CiphertextBlob', 'ImportToken'],
  'EncryptionKeyId',
  ...['UserName', 'NewUserName', 'GroupName', 'NewGroupName', 'RoleName', 'PolicyName', 'UserAccessKeyId', 'RoleArn'],
  ...['Name', 'Policies', 'AapName', 'ClientKeyId', 'Resources', 'AccessControlRules', 'KmsInstance'],
  ...['SecretName', 'CertificateId', 'ProtectedResourceArn', 'KmsInstanceId', 'DKMSInstanceId', 'DataKeyName'],
])

/** By what it names, whether an operation touches several things. */
function touchesSeveral(operation: Operation): boolean {
  const fields = Object.keys(operation.request).filter((name) => names.has(name))
  // A ciphertext names its key; where it comes with the key, there is one.
  const isOwn = fields.includes('CiphertextBlob') && fields.includes('KeyId')
  const isList = 'ResourceId' in operation.request || 'SecretsList' in operation.request
  return isList || fields.length > (isOwn ? 2 : 1)
}

test('every operation that names several things is in this table, or decided on one for a reason', () => {
  const several = operations.filter(touchesSeveral).map(code)
  const known = new Set([...rows.map(({ operation }) => operation), ...Object.keys(decidedOnOne)])
  assert.deepEqual(
    several.filter((name) => !known.has(name)),
    [],
  )
  const all = new Set(operations.map(code))
  for (const name of known) assert.ok(all.has(name), name)
})
