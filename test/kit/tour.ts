import { imsApi, keyhavenApi, type Operation, ramApi, stsApi } from '../../src/api/operation.ts'
import { operations } from '../../src/api/operations.ts'
import { encryptSm2 } from '../../src/crypto/sm2-encryption.ts'
import { decodeSm2Spki } from '../../src/crypto/sm2-key.ts'
import { certify } from './certify.ts'
import type { Answer, OpenapiFixture } from './openapi.ts'
import { secretsTour } from './tour-secrets.ts'

/** What earlier steps found out, and texts that later steps need. */
export class World {
  readonly #known = new Map<string, string>()
  readonly accountId: string
  /** plaintext, context value, message, data key name …: a fresh one each, so that leaks can be searched for */
  readonly secret: (purpose: string) => string

  constructor(accountId: string, secret: (purpose: string) => string = (purpose) => `test ${purpose}`) {
    this.accountId = accountId
    this.secret = secret
  }

  set(name: string, value: string): void {
    this.#known.set(name, value)
  }

  get(name: string): string {
    return this.#known.get(name) ?? ''
  }

  base64(purpose: string): string {
    return Buffer.from(this.secret(purpose)).toString('base64')
  }
}

export interface Step {
  readonly action: string
  readonly version?: string
  readonly parameters: (world: World) => Readonly<Record<string, string>>
  /** keeps what later steps need */
  readonly remember?: (body: Answer['body'], world: World) => void
  /** the error that is the right answer */
  readonly code?: string
  /** of a call about several resources: what was answered for each */
  readonly parts?: readonly string[]
  /** who calls, where it is not the account itself */
  readonly as?: (world: World) => { readonly accessKeyId: string; readonly accessKeySecret: string }
  /** makes an RSA key */
  readonly isSlow?: boolean
}

const digest = Buffer.alloc(32, 7).toString('base64')
const context = (world: World): string => JSON.stringify({ purpose: world.secret('context') })
const policy = JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] })
const trust = (world: World): string =>
  JSON.stringify({
    Version: '1',
    Statement: [
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: [`acs:ram::${world.accountId}:root`] } },
    ],
  })
const assuming = { PolicyType: 'System', PolicyName: 'AliyunSTSAssumeRoleAccess' }
const none = () => ({})
const key = (name: string) => (world: World) => ({ KeyId: world.get(name) })
const version = (name: string) => (world: World) => ({
  KeyId: world.get(name),
  KeyVersionId: world.get(`${name} version`),
})
const certificate = (world: World) => ({ CertificateId: world.get('certificate') })
const signedByCertificate = (world: World) => ({
  ...{ ...certificate(world), Algorithm: 'SM2DSA', MessageType: 'RAW' },
  Message: world.base64('certificate message'),
})
const instance = (world: World) => ({ KmsInstanceId: world.get('instance') })
const created =
  (name: string): NonNullable<Step['remember']> =>
  ({ KeyMetadata }, world) => {
    world.set(name, KeyMetadata.KeyId)
    world.set(`${name} version`, KeyMetadata.PrimaryKeyVersion ?? '')
  }
const createKey = (name: string, parameters: Readonly<Record<string, string>>): Step => ({
  action: 'CreateKey',
  parameters: () => parameters,
  remember: created(name),
})
/** Asymmetric keys have no primary version: their first one is found by listing. */
const firstVersion = (name: string): Step => ({
  action: 'ListKeyVersions',
  parameters: key(name),
  remember: ({ KeyVersions }, world) => world.set(`${name} version`, KeyVersions.KeyVersion[0].KeyVersionId),
})
const ram = (action: string, parameters: Step['parameters'], remember?: Step['remember']): Step => ({
  action,
  version: ramApi.version,
  parameters,
  ...(remember ? { remember } : {}),
})

const ims = (action: string, parameters: Step['parameters']): Step => ({
  ...ram(action, parameters),
  version: imsApi.version,
})
const provider = { OIDCProviderName: 'ci' }

/** Keys and everything about them. */
const keysTour: readonly Step[] = [
  { action: 'DescribeRegions', parameters: none },
  { action: 'DescribeAccountKmsStatus', parameters: none },
  { action: 'GetChallenge', parameters: none },
  { action: 'OpenKmsService', parameters: none, code: 'Forbidden.Opened' },

  createKey('encryption', { Description: 'first', Tags: '[{"TagKey":"team","TagValue":"a"}]', RotationInterval: '' }),
  createKey('other', { KeySpec: 'Aliyun_SM4' }),
  createKey('signing', { KeySpec: 'EC_P256', KeyUsage: 'SIGN/VERIFY' }),
  firstVersion('signing'),
  createKey('sm2', { KeySpec: 'EC_SM2', KeyUsage: 'ENCRYPT/DECRYPT' }),
  firstVersion('sm2'),
  createKey('mac', { KeySpec: 'HMAC_SHA_256' }),
  createKey('imported', { Origin: 'EXTERNAL' }),
  { action: 'ListKeys', parameters: () => ({ Filters: '[{"Key":"KeyState","Values":["Enabled"]}]', PageSize: '5' }) },
  { action: 'DescribeKey', parameters: key('encryption') },
  { action: 'UpdateKeyDescription', parameters: (world) => ({ ...key('encryption')(world), Description: '' }) },
  { action: 'DisableKey', parameters: key('other') },
  { action: 'EnableKey', parameters: key('other') },
  {
    action: 'SetDeletionProtection',
    parameters: (world) => ({ ...key('encryption')(world), EnableDeletionProtection: 'True' }),
  },
  { action: 'GetKeyPolicy', parameters: key('encryption'), code: 'Forbidden.KeyPolicyUnSupported' },
  {
    action: 'SetKeyPolicy',
    parameters: (world) => ({ ...key('encryption')(world), Policy: policy }),
    code: 'Forbidden.KeyPolicyUnSupported',
  },
  { action: 'CreateKeyVersion', parameters: key('encryption') },
  {
    action: 'ListKeyVersions',
    parameters: key('encryption'),
    remember: ({ KeyVersions }, world) => world.set('encryption version', KeyVersions.KeyVersion[0].KeyVersionId),
  },
  { action: 'DescribeKeyVersion', parameters: version('encryption') },
  {
    action: 'UpdateRotationPolicy',
    parameters: (world) => ({ ...key('encryption')(world), EnableAutomaticRotation: 'true', RotationInterval: '30d' }),
  },

  {
    action: 'GetParametersForImport',
    parameters: (world) => ({ ...key('imported')(world), WrappingKeySpec: 'EC_SM2', WrappingAlgorithm: 'SM2PKE' }),
    remember: ({ ImportToken, PublicKey }, world) => {
      const material = Buffer.from(world.secret('material').padEnd(32).slice(-32))
      const wrapped = encryptSm2(decodeSm2Spki(Buffer.from(PublicKey, 'base64')), material)
      world.set('token', ImportToken)
      world.set('wrapped', Buffer.from(wrapped).toString('base64'))
    },
  },
  {
    action: 'ImportKeyMaterial',
    parameters: (world) => ({
      ...key('imported')(world),
      ImportToken: world.get('token'),
      EncryptedKeyMaterial: world.get('wrapped'),
      KeyMaterialExpireUnix: '0',
    }),
  },
  { action: 'DeleteKeyMaterial', parameters: key('imported') },

  {
    action: 'CreateAlias',
    parameters: (world) => ({ ...key('encryption')(world), AliasName: 'alias/Apollo/WorkKey' }),
  },
  { action: 'UpdateAlias', parameters: (world) => ({ ...key('other')(world), AliasName: 'alias/Apollo/WorkKey' }) },
  { action: 'ListAliases', parameters: none },
  { action: 'ListAliasesByKeyId', parameters: key('other') },
  { action: 'DeleteAlias', parameters: () => ({ AliasName: 'alias/Apollo/WorkKey' }) },

  {
    action: 'TagResource',
    parameters: (world) => ({ ...key('other')(world), Tags: '[{"TagKey":"k","TagValue":""}]' }),
  },
  { action: 'ListResourceTags', parameters: key('other') },
  { action: 'UntagResource', parameters: (world) => ({ ...key('other')(world), TagKeys: '["k"]' }) },
  {
    action: 'TagResources',
    parts: ['Success', 'Success'],
    parameters: (world) => ({
      RegionId: 'cn-hangzhou',
      ResourceType: 'key',
      'ResourceId.1': world.get('encryption'),
      'ResourceId.2': world.get('other'),
      'Tag.1.Key': 'project',
      'Tag.1.Value': 'apollo-11',
    }),
  },
  {
    action: 'ListTagResources',
    parameters: () => ({ RegionId: 'cn-hangzhou', ResourceType: 'key', 'Tag.1.Key': 'project' }),
  },
  {
    action: 'UntagResources',
    parts: ['Success'],
    parameters: (world) => ({
      RegionId: 'cn-hangzhou',
      ResourceType: 'key',
      'ResourceId.1': world.get('other'),
      'TagKey.1': 'project',
    }),
  },

  {
    action: 'Encrypt',
    parameters: (world) => ({
      ...key('encryption')(world),
      Plaintext: world.base64('plaintext'),
      EncryptionContext: context(world),
    }),
    remember: ({ CiphertextBlob }, world) => world.set('blob', CiphertextBlob),
  },
  {
    action: 'Decrypt',
    parameters: (world) => ({ CiphertextBlob: world.get('blob'), EncryptionContext: context(world) }),
  },
  {
    action: 'ReEncrypt',
    parameters: (world) => ({
      CiphertextBlob: world.get('blob'),
      SourceEncryptionContext: context(world),
      DestinationKeyId: world.get('other'),
    }),
  },
  {
    action: 'GenerateDataKey',
    parameters: (world) => ({ ...key('encryption')(world), KeySpec: 'AES_256', EncryptionContext: context(world) }),
    remember: ({ CiphertextBlob }, world) => world.set('data key', CiphertextBlob),
  },
  {
    action: 'GenerateDataKeyWithoutPlaintext',
    parameters: (world) => ({ ...key('encryption')(world), NumberOfBytes: '64' }),
  },
  {
    action: 'GetPublicKey',
    parameters: version('sm2'),
    remember: ({ PublicKey }, world) => world.set('public key', PublicKey.replace(/-----[A-Z ]+-----|\n/g, '')),
  },
  {
    action: 'ExportDataKey',
    parameters: (world) => ({
      CiphertextBlob: world.get('data key'),
      EncryptionContext: context(world),
      PublicKeyBlob: world.get('public key'),
      WrappingKeySpec: 'EC_SM2',
      WrappingAlgorithm: 'SM2PKE',
    }),
  },
  {
    action: 'GenerateAndExportDataKey',
    parameters: (world) => ({
      ...key('encryption')(world),
      PublicKeyBlob: world.get('public key'),
      WrappingKeySpec: 'EC_SM2',
      WrappingAlgorithm: 'SM2PKE',
    }),
  },
  {
    action: 'AdvanceEncrypt',
    parameters: (world) => ({ ...key('encryption')(world), Plaintext: world.base64('advance'), Algorithm: 'AES_GCM' }),
  },
  {
    action: 'GenerateMac',
    parameters: (world) => ({ ...key('mac')(world), Algorithm: 'HMAC_SHA_256', Message: world.base64('message') }),
    remember: ({ Mac }, world) => world.set('mac value', Mac),
  },
  {
    action: 'VerifyMac',
    parameters: (world) => ({
      ...key('mac')(world),
      Algorithm: 'HMAC_SHA_256',
      Message: world.base64('message'),
      Mac: world.get('mac value'),
    }),
  },
  {
    action: 'AsymmetricEncrypt',
    parameters: (world) => ({ ...version('sm2')(world), Algorithm: 'SM2PKE', Plaintext: world.base64('asymmetric') }),
    remember: ({ CiphertextBlob }, world) => world.set('sm2 blob', CiphertextBlob),
  },
  {
    action: 'AsymmetricDecrypt',
    parameters: (world) => ({ ...version('sm2')(world), Algorithm: 'SM2PKE', CiphertextBlob: world.get('sm2 blob') }),
  },
  {
    action: 'AsymmetricSign',
    parameters: (world) => ({ ...version('signing')(world), Algorithm: 'ECDSA_SHA_256', Digest: digest }),
    remember: ({ Value }, world) => world.set('signature', Value),
  },
  {
    action: 'AsymmetricVerify',
    parameters: (world) => ({
      ...version('signing')(world),
      Algorithm: 'ECDSA_SHA_256',
      Digest: digest,
      Value: world.get('signature'),
    }),
  },
  {
    action: 'CreateCertificate',
    parameters: () => ({ KeySpec: 'EC_SM2', Subject: 'CN=test,C=CN', SubjectAlternativeNames: '["test.example"]' }),
    remember: ({ CertificateId, Csr }, world) => {
      world.set('certificate', CertificateId)
      world.set('csr', Csr)
    },
  },
  {
    action: 'UploadCertificate',
    parameters: (world) => ({ ...certificate(world), Certificate: certify(world.get('csr')) }),
  },
  { action: 'GetCertificate', parameters: certificate },
  { action: 'DescribeCertificate', parameters: certificate },
  {
    action: 'CertificatePrivateKeySign',
    parameters: signedByCertificate,
    remember: ({ SignatureValue }, world) => world.set('certificate signature', SignatureValue),
  },
  {
    action: 'CertificatePublicKeyVerify',
    parameters: (world) => ({ ...signedByCertificate(world), SignatureValue: world.get('certificate signature') }),
  },
  {
    action: 'CertificatePublicKeyEncrypt',
    parameters: (world) => ({
      ...{ ...certificate(world), Algorithm: 'SM2PKE' },
      Plaintext: world.base64('certificate plaintext'),
    }),
    remember: ({ CiphertextBlob }, world) => world.set('certificate blob', CiphertextBlob),
  },
  {
    action: 'CertificatePrivateKeyDecrypt',
    parameters: (world) => ({
      ...{ ...certificate(world), Algorithm: 'SM2PKE' },
      CiphertextBlob: world.get('certificate blob'),
    }),
  },
  { action: 'UpdateCertificateStatus', parameters: (world) => ({ ...certificate(world), Status: 'INACTIVE' }) },
  { action: 'DeleteCertificate', parameters: certificate },
  { action: 'CreateManagedDataKey', version: keyhavenApi.version, parameters: () => ({ DataKeyName: 'shared' }) },
  {
    action: 'CreateManagedDataKeyVersion',
    version: keyhavenApi.version,
    parameters: () => ({ DataKeyName: 'shared' }),
  },
  { action: 'GetManagedDataKey', parameters: () => ({ DataKeyName: 'shared', UseLatest: 'true' }) },
  { action: 'ListManagedDataKeyVersions', parameters: () => ({ DataKeyName: 'shared' }) },
  { action: 'GetKeyLastUsage', version: keyhavenApi.version, parameters: key('other') },
  { action: 'ScheduleKeyDeletion', parameters: (world) => ({ ...key('other')(world), PendingWindowInDays: '7' }) },
  { action: 'CancelKeyDeletion', parameters: key('other') },
]

/** Instances and the access of applications to them. */
const instancesTour: readonly Step[] = [
  {
    action: 'ListKmsInstances',
    parameters: none,
    remember: ({ KmsInstances }, world) => world.set('instance', KmsInstances.KmsInstance[0].KmsInstanceId),
  },
  { action: 'GetKmsInstance', parameters: instance },
  { action: 'GetDefaultKmsInstance', parameters: none },
  { action: 'GetKmsInstanceQuotaInfos', parameters: instance },
  {
    action: 'ConnectKmsInstance',
    parameters: (world) => ({
      ...instance(world),
      VpcId: 'vpc-1',
      VSwitchIds: 'vsw-1',
      ZoneIds: 'cn-hangzhou-k,cn-hangzhou-j',
      KMProvider: 'Aliyun',
    }),
  },
  {
    action: 'UpdateKmsInstanceBindVpc',
    parameters: (world) => ({ ...instance(world), BindVpcs: '[{"VpcId":"vpc-2","VSwitchId":"vsw-2"}]' }),
  },
  {
    action: 'CreateNetworkRule',
    parameters: () => ({ Name: 'office', Type: 'Private', SourcePrivateIp: '["10.0.0.0/8"]' }),
  },
  { action: 'DescribeNetworkRule', parameters: () => ({ Name: 'office' }) },
  { action: 'UpdateNetworkRule', parameters: () => ({ Name: 'office', SourcePrivateIp: '["192.168.0.1"]' }) },
  { action: 'ListNetworkRules', parameters: none },
  {
    action: 'CreatePolicy',
    parameters: (world) => ({
      Name: 'use-keys',
      KmsInstance: world.get('instance'),
      Permissions: '["RbacPermission/Template/CryptoServiceKeyUser"]',
      Resources: '["key/*"]',
      AccessControlRules: '{"NetworkRules":["office"]}',
    }),
  },
  { action: 'DescribePolicy', parameters: () => ({ Name: 'use-keys' }) },
  { action: 'UpdatePolicy', parameters: () => ({ Name: 'use-keys', Description: 'x' }) },
  { action: 'ListPolicies', parameters: none },
  { action: 'CreateApplicationAccessPoint', parameters: () => ({ Name: 'application', Policies: '["use-keys"]' }) },
  { action: 'DescribeApplicationAccessPoint', parameters: () => ({ Name: 'application' }) },
  { action: 'UpdateApplicationAccessPoint', parameters: () => ({ Name: 'application', Description: 'x' }) },
  { action: 'ListApplicationAccessPoints', parameters: none },
  {
    action: 'CreateClientKey',
    parameters: (world) => ({
      AapName: 'application',
      Password: world.secret('ClientKey password').replace(/[^A-Za-z0-9_-]/g, '-'),
    }),
    remember: ({ ClientKeyId }, world) => world.set('client key', ClientKeyId),
    isSlow: true,
  },
  { action: 'GetClientKey', parameters: (world) => ({ ClientKeyId: world.get('client key') }) },
  { action: 'ListClientKeys', parameters: () => ({ AapName: 'application' }) },
  { action: 'DeleteClientKey', parameters: (world) => ({ ClientKeyId: world.get('client key') }) },
  { action: 'DeleteApplicationAccessPoint', parameters: () => ({ Name: 'application' }) },
  { action: 'DeletePolicy', parameters: () => ({ Name: 'use-keys' }) },
  { action: 'DeleteNetworkRule', parameters: () => ({ Name: 'office' }) },
  {
    action: 'ReleaseKmsInstance',
    parameters: (world) => ({ ...instance(world), ForceDeleteWithoutBackup: 'true' }),
  },
]

/** Users, roles, policies and temporary credentials. */
const identitiesTour: readonly Step[] = [
  ram('CreateUser', () => ({ UserName: 'alice' })),
  ram('GetUser', () => ({ UserName: 'alice' })),
  ram('UpdateUser', () => ({ UserName: 'alice', NewDisplayName: 'Alice' })),
  ram('ListUsers', none),
  ram(
    'CreateAccessKey',
    () => ({ UserName: 'alice' }),
    ({ AccessKey }, world) => world.set('access key', AccessKey.AccessKeyId),
  ),
  ram('ListAccessKeys', () => ({ UserName: 'alice' })),
  ram('GetAccessKeyLastUsed', (world) => ({ UserName: 'alice', UserAccessKeyId: world.get('access key') })),
  ram('UpdateAccessKey', (world) => ({
    UserName: 'alice',
    UserAccessKeyId: world.get('access key'),
    Status: 'Inactive',
  })),
  ram('DeleteAccessKey', (world) => ({ UserName: 'alice', UserAccessKeyId: world.get('access key') })),
  ram('CreatePolicy', () => ({ PolicyName: 'use', PolicyDocument: policy })),
  ram('GetPolicy', () => ({ PolicyName: 'use', PolicyType: 'Custom' })),
  ram('ListPolicies', none),
  ram('CreatePolicyVersion', () => ({ PolicyName: 'use', PolicyDocument: policy, SetAsDefault: 'true' })),
  ram('ListPolicyVersions', () => ({ PolicyName: 'use', PolicyType: 'Custom' })),
  ram('GetPolicyVersion', () => ({ PolicyName: 'use', PolicyType: 'Custom', VersionId: 'v1' })),
  ram('SetDefaultPolicyVersion', () => ({ PolicyName: 'use', VersionId: 'v2' })),
  ram('DeletePolicyVersion', () => ({ PolicyName: 'use', VersionId: 'v1' })),
  ram('AttachPolicyToUser', () => ({ PolicyName: 'use', PolicyType: 'Custom', UserName: 'alice' })),
  ram('ListPoliciesForUser', () => ({ UserName: 'alice' })),
  ram('DetachPolicyFromUser', () => ({ PolicyName: 'use', PolicyType: 'Custom', UserName: 'alice' })),
  ram('CreateGroup', () => ({ GroupName: 'readers' })),
  ram('GetGroup', () => ({ GroupName: 'readers' })),
  ram('UpdateGroup', () => ({ GroupName: 'readers', NewComments: 'x' })),
  ram('ListGroups', none),
  ram('AddUserToGroup', () => ({ UserName: 'alice', GroupName: 'readers' })),
  ram('ListUsersForGroup', () => ({ GroupName: 'readers' })),
  ram('ListGroupsForUser', () => ({ UserName: 'alice' })),
  ram('AttachPolicyToGroup', () => ({ PolicyName: 'use', PolicyType: 'Custom', GroupName: 'readers' })),
  ram('ListPoliciesForGroup', () => ({ GroupName: 'readers' })),
  ram('DetachPolicyFromGroup', () => ({ PolicyName: 'use', PolicyType: 'Custom', GroupName: 'readers' })),
  ram('RemoveUserFromGroup', () => ({ UserName: 'alice', GroupName: 'readers' })),
  ram('DeleteGroup', () => ({ GroupName: 'readers' })),
  ram('CreateRole', (world) => ({ RoleName: 'operator', AssumeRolePolicyDocument: trust(world) })),
  ram('GetRole', () => ({ RoleName: 'operator' })),
  ram('UpdateRole', () => ({ RoleName: 'operator', NewDescription: 'x' })),
  ram('ListRoles', none),
  ram('AttachPolicyToRole', () => ({ PolicyName: 'use', PolicyType: 'Custom', RoleName: 'operator' })),
  ram('ListPoliciesForRole', () => ({ RoleName: 'operator' })),
  ram('CreateUser', () => ({ UserName: 'assumer' })),
  ram('AttachPolicyToUser', () => ({ ...assuming, UserName: 'assumer' })),
  {
    ...ram('CreateAccessKey', () => ({ UserName: 'assumer' })),
    remember: ({ AccessKey }, world) => {
      world.set('assumer', AccessKey.AccessKeyId)
      world.set('assumer secret', AccessKey.AccessKeySecret)
    },
  },
  {
    action: 'AssumeRole',
    version: stsApi.version,
    parameters: ({ accountId }) => ({ RoleArn: `acs:ram::${accountId}:role/operator`, RoleSessionName: 'night' }),
    as: (world) => ({ accessKeyId: world.get('assumer'), accessKeySecret: world.get('assumer secret') }),
  },
  ram('DeleteAccessKey', (world) => ({ UserName: 'assumer', UserAccessKeyId: world.get('assumer') })),
  ram('DetachPolicyFromUser', () => ({ ...assuming, UserName: 'assumer' })),
  ram('DeleteUser', () => ({ UserName: 'assumer' })),
  ims('CreateOIDCProvider', () => ({ ...provider, IssuerUrl: 'https://issuer.example', ClientIds: 'keyhaven' })),
  ims('GetOIDCProvider', () => provider),
  ims('ListOIDCProviders', none),
  ims('UpdateOIDCProvider', () => ({ ...provider, NewDescription: 'x' })),
  ims('AddClientIdToOIDCProvider', () => ({ ...provider, ClientId: 'other' })),
  ims('RemoveClientIdFromOIDCProvider', () => ({ ...provider, ClientId: 'other' })),
  ims('AddFingerprintToOIDCProvider', () => ({ ...provider, Fingerprint: 'ab'.repeat(20) })),
  ims('RemoveFingerprintFromOIDCProvider', () => ({ ...provider, Fingerprint: 'ab'.repeat(20) })),
  {
    action: 'AssumeRoleWithOIDC',
    version: stsApi.version,
    parameters: (world) => ({
      OIDCProviderArn: `acs:ram::${world.accountId}:oidc-provider/ci`,
      RoleArn: `acs:ram::${world.accountId}:role/operator`,
      RoleSessionName: 'night',
      OIDCToken: world.secret('token'),
    }),
    code: 'AuthenticationFail.OIDCToken.Invalid',
  },
  ims('DeleteOIDCProvider', () => provider),
  { action: 'GetCallerIdentity', version: stsApi.version, parameters: none },
  ram('DetachPolicyFromRole', () => ({ PolicyName: 'use', PolicyType: 'Custom', RoleName: 'operator' })),
  ram('DeleteRole', () => ({ RoleName: 'operator' })),
  ram('DeletePolicy', () => ({ PolicyName: 'use' })),
  ram('DeleteUser', () => ({ UserName: 'alice' })),
]

/** What a step gives for a parameter that an operation needs, where the tour of keys has made one. */
const madeByKeysTour: Readonly<Record<string, (world: World) => string>> = {
  KeyId: (world) => world.get('encryption'),
  KeyVersionId: (world) => world.get('encryption version'),
}

/** The call of an operation that no step names: with what it needs and no more. */
function stepOf({ name, api, request }: Operation): Step {
  const needed = Object.entries(request).flatMap(([field, { presence }]) => (presence === 'required' ? [field] : []))
  const unknown = needed.filter((field) => madeByKeysTour[field] === undefined)
  if (unknown.length > 0) throw new Error(`test/kit/tour.ts needs a step for ${name}: it takes ${unknown.join(', ')}`)
  const parameters = (world: World) =>
    Object.fromEntries(needed.map((field) => [field, madeByKeysTour[field]?.(world) ?? '']))
  return { action: name, version: api.version, parameters }
}

/** The console; sessions of it are for browsers, which this is none of. */
const consoleTour: readonly Step[] = [
  ...['CreateConsoleSession', 'GetConsoleSession', 'DeleteConsoleSession'].map((action) => ({
    action,
    version: keyhavenApi.version,
    parameters: none,
    code: action === 'CreateConsoleSession' ? 'InvalidConsoleRequest' : 'InvalidConsoleSession',
  })),
  {
    action: 'SimulateAccess',
    version: keyhavenApi.version,
    parameters: ({ accountId }) => ({
      Caller: `acs:ram::${accountId}:root`,
      Operation: 'kms:CreateKey',
      Resource: `acs:kms:cn-hangzhou:${accountId}:key`,
    }),
  },
]

const otherTours = [secretsTour, instancesTour, identitiesTour, consoleTour]
const named = new Set(
  [keysTour, ...otherTours].flat().map(({ version = '2016-01-20', action }) => `${version} ${action}`),
)
const unnamed = operations.filter(({ api, name }) => !named.has(`${api.version} ${name}`)).map(stepOf)

/**
 * One successful call of every operation (and a few more). Each part is in an order that works on a new deployment and
 * needs none of the others. An operation that is called with the key it is about, or with nothing, needs no step here.
 */
export const tours: readonly (readonly Step[])[] = [[...keysTour, ...unnamed], ...otherTours]
export const tour: readonly Step[] = tours.flat()

/** Takes one step of the tour as the account. */
export async function take(
  step: Step,
  fixture: Pick<OpenapiFixture, 'call'>,
  world: World,
  options: { readonly scheme?: 'V1' | 'ACS3' } = {},
): Promise<Answer> {
  const version = step.version === undefined ? {} : { version: step.version }
  const as = step.as && { as: step.as(world) }
  const answer = await fixture.call(step.action, step.parameters(world), { ...version, ...as, ...options })
  if (answer.status === 200) step.remember?.(answer.body, world)
  return answer
}
