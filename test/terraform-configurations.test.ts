import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Kms } from '../src/core/kms.ts'
import { testKms } from './kit/kms.ts'
import { type OpenapiFixture, openapiFixture } from './kit/openapi.ts'

/*
 * What the acceptance tests of the official Terraform provider (aliyun/terraform-provider-alicloud, August 2026)
 * configure at the real service, as the requests that the provider makes of it. The names of its tests are given.
 */
const ram = { version: '2015-05-01' }
const json = JSON.stringify

async function deployment(): Promise<OpenapiFixture & { readonly instanceId: string; readonly accountId: string }> {
  const { kms } = await testKms()
  const fixture = await openapiFixture(kms)
  const { DefaultKmsInstanceId: instanceId } = await fixture.succeed('GetDefaultKmsInstance')
  return { ...fixture, instanceId, accountId: accountOf(kms) }
}
const accountOf = ({ settings }: Kms): string => settings.accountId

describe('application access', () => {
  test('TestAccAliCloudKmsNetworkRule: private and public addresses, a block with host bits', async () => {
    const { succeed } = await deployment()
    const name = { Name: 'tf-testacccn-hangzhoukmsnetworkrule12345' }
    const addresses = ['10.10.10.10/24', '192.168.17.13', '100.177.24.254']
    const rule = { ...name, Type: 'Private', SourcePrivateIp: json(addresses) }
    assert.equal((await succeed('CreateNetworkRule', rule)).Name, name.Name)
    await succeed('UpdateNetworkRule', { ...name, Description: 'test', SourcePrivateIp: json(addresses) })
    await succeed('UpdateNetworkRule', { ...name, SourcePrivateIp: json(['71.71.71.71']) })
    assert.equal((await succeed('DescribeNetworkRule', name)).SourcePrivateIp, '["71.71.71.71"]')
  })

  test('TestAccAliCloudKmsPolicy: the scope shared, both permissions, prefixes, a network rule that is not there', async () => {
    const { succeed } = await deployment()
    const name = { Name: 'tf-testacccn-hangzhoukmspolicy12345' }
    const keyUser = 'RbacPermission/Template/CryptoServiceKeyUser'
    const secretUser = 'RbacPermission/Template/CryptoServiceSecretUser'
    const rules = {
      AccessControlRules: json({ NetworkRules: ['alicloud_kms_network_rule.networkRule1.network_rule_name'] }),
    }
    const policy = {
      ...name,
      ...rules,
      Permissions: json([keyUser, secretUser]),
      Resources: json(['secret/*', 'key/*']),
    }
    await succeed('CreatePolicy', { ...policy, KmsInstance: 'shared' })
    const updates = [
      { Description: 'terraform测试policy' },
      { Permissions: json([]) },
      { Permissions: json([secretUser]), Resources: json(['key/a*', 'key/b*']) },
      { Permissions: json([secretUser, secretUser]), Resources: json(['key/a*', 'key/b*', 'key/c*']) },
    ]
    for (const update of updates) {
      await succeed('UpdatePolicy', { ...policy, ...update })
      const described = await succeed('DescribePolicy', name)
      const written = { ...policy, ...update }
      assert.deepEqual(
        [described.KmsInstance, json(described.Permissions), json(described.Resources), described.AccessControlRules],
        ['shared', written.Permissions, written.Resources, written.AccessControlRules],
      )
    }
  })

  test('TestAccAliCloudKmsApplicationAccessPoint: policies that do not exist', async () => {
    const { succeed } = await deployment()
    const name = { Name: 'tf-testacccn-hangzhoukmsapplicationaccesspoint12345' }
    const policies = { Policies: json(['abc', 'efg', 'hfc']), AuthenticationMethod: 'ClientKey' }
    await succeed('CreateApplicationAccessPoint', { ...name, ...policies })
    await succeed('UpdateApplicationAccessPoint', { ...name, Policies: json(['guaguagua']), Description: 'asfdsfads' })
    assert.equal((await succeed('DescribeApplicationAccessPoint', name)).Policies, '["guaguagua"]')
    await succeed('DeleteApplicationAccessPoint', name)
  })

  test('TestAccAliCloudKmsClientKey: a validity that began long ago, a policy that does not exist', async () => {
    const { succeed } = await deployment()
    const point = { Name: 'tf-testacc', Policies: json(['aaa']), AuthenticationMethod: 'ClientKey' }
    await succeed('CreateApplicationAccessPoint', { ...point, Description: 'tf-testacc' })
    const validity = { NotBefore: '2023-09-01T14:11:22Z', NotAfter: '2028-09-01T14:11:22Z' }
    const key = { AapName: 'tf-testacc', Password: 'YouPassword123!', ...validity }
    const { ClientKeyId } = await succeed('CreateClientKey', key)
    const described = await succeed('GetClientKey', { ClientKeyId })
    assert.deepEqual([described.NotBefore, described.NotAfter], Object.values(validity))
  })

  test('what is used by something else may be deleted, in whatever order', async () => {
    const { succeed, call } = await deployment()
    await succeed('CreateNetworkRule', { Name: 'rule', Type: 'Private', SourcePrivateIp: json(['10.0.0.0/8']) })
    const keyUser = json(['RbacPermission/Template/CryptoServiceKeyUser'])
    const rules = { AccessControlRules: json({ NetworkRules: ['rule'] }) }
    await succeed('CreatePolicy', { Name: 'policy', Permissions: keyUser, Resources: json(['key/*']), ...rules })
    await succeed('CreateApplicationAccessPoint', { Name: 'point', Policies: json(['policy']) })
    await succeed('DeleteNetworkRule', { Name: 'rule' })
    await succeed('DeletePolicy', { Name: 'policy' })
    const again = await call('DeletePolicy', { Name: 'policy' })
    assert.equal(again.body.Code, 'Forbidden.ResourceNotFound')
    await succeed('DeleteApplicationAccessPoint', { Name: 'point' })
  })
})

describe('instances', () => {
  test('TestAccAliCloudKmsInstance: owners of networks as numbers, zones and switches with commas', async () => {
    const { succeed, instanceId } = await deployment()
    const instance = { KmsInstanceId: instanceId }
    const network = {
      VpcId: 'vpc-1',
      VSwitchIds: 'vsw-1',
      ZoneIds: 'cn-hangzhou-h,cn-hangzhou-k',
      KMProvider: 'Aliyun',
    }
    await succeed('ConnectKmsInstance', { ...instance, ...network })
    const bound = [1, 2, 3].map(
      (n) => `{"RegionId":"cn-hangzhou","VSwitchId":"vsw-${n}","VpcId":"vpc-${n}","VpcOwnerId":9199254740993123}`,
    )
    await succeed('UpdateKmsInstanceBindVpc', { ...instance, BindVpcs: `[${bound.join()}]` })
    const { KmsInstance } = await succeed('GetKmsInstance', instance)
    assert.deepEqual(KmsInstance.ZoneIds, ['cn-hangzhou-h', 'cn-hangzhou-k'])
    assert.deepEqual(KmsInstance.BindVpcs.BindVpc[2], {
      ...{ VpcId: 'vpc-3', VSwitchId: 'vsw-3', RegionId: 'cn-hangzhou', VpcOwnerId: '9199254740993123' },
    })
    await succeed('UpdateKmsInstanceBindVpc', { ...instance, BindVpcs: '[]' })
  })
})

describe('keys', () => {
  test('TestAccAliCloudKmsKey: rotation, protection, policy and tags', async () => {
    const { succeed, instanceId, accountId } = await deployment()
    const statement = {
      Action: ['kms:*'],
      Effect: 'Allow',
      Principal: { RAM: [`acs:ram::${accountId}:*`] },
      Resource: ['*'],
    }
    const policy = json({ Statement: [{ ...statement, Sid: 'Key' }], Version: '1' })
    const { KeyMetadata } = await succeed('CreateKey', {
      ...{ KeySpec: 'Aliyun_AES_256', KeyUsage: 'ENCRYPT/DECRYPT', Origin: 'Aliyun_KMS', ProtectionLevel: 'SOFTWARE' },
      ...{ EnableAutomaticRotation: 'true', RotationInterval: '605800s', DKMSInstanceId: instanceId, Policy: policy },
      Tags: json([
        { TagKey: 'Created', TagValue: 'TF' },
        { TagKey: 'For', TagValue: 'Test' },
      ]),
    })
    const key = { KeyId: KeyMetadata.KeyId }
    await succeed('SetKeyPolicy', { ...key, Policy: policy })
    await succeed('SetDeletionProtection', {
      ...key,
      EnableDeletionProtection: 'true',
      DeletionProtectionDescription: 'x',
    })
    await succeed('SetDeletionProtection', { ...key, EnableDeletionProtection: 'false' })
    await succeed('UpdateRotationPolicy', { ...key, EnableAutomaticRotation: 'false' })
    const resources = { RegionId: 'cn-hangzhou', ResourceType: 'key', 'ResourceId.1': key.KeyId }
    await succeed('TagResources', { ...resources, 'Tag.1.Key': 'Created', 'Tag.1.Value': 'TF-update' })
    await succeed('UntagResources', { ...resources, 'TagKey.1': 'For' })
    await succeed('CreateAlias', { ...key, AliasName: 'alias/tf_testaccKmsAlias_12345' })
    await succeed('ScheduleKeyDeletion', { ...key, PendingWindowInDays: '7' })
  })
})

const trustOf = (principal: object, more: object = {}): string =>
  json({ Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: principal, ...more }], Version: '1' })

describe('users, roles and policies', () => {
  const sourceIdentity = { Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'] }
  const federated = { Federated: ['acs:ram::1000000000000001:saml-provider/testprovider'] }
  const recipient = { StringEquals: { 'saml:recipient': 'https://signin.aliyun.com/saml-role/sso' } }
  const root = { RAM: ['acs:ram::1000000000000001:root'] }
  const trusts: readonly (readonly [title: string, document: string])[] = [
    ['TestAccAliCloudRamRole: one service', trustOf({ Service: ['ecs.aliyuncs.com'] })],
    [
      'TestAccAliCloudRamRole: two services',
      trustOf({ Service: ['apigateway.aliyuncs.com', 'ecs.aliyuncs.com'] }, sourceIdentity),
    ],
    ['TestAccAliCloudRamRole: users and services', trustOf({ ...root, Service: ['ecs.aliyuncs.com'] })],
    ['TestAccAliCloudRamPolicyDocument: the account', trustOf(root)],
    ['TestAccAliCloudRamPolicyDocument: SAML', trustOf(federated, { Condition: recipient })],
    [
      'OIDC, as the cluster of ACK has it',
      trustOf(
        { Federated: 'acs:ram::1000000000000001:oidc-provider/ack' },
        {
          Condition: { StringEquals: { 'oidc:aud': 'sts.aliyuncs.com', 'oidc:sub': ['system:serviceaccount:a:b'] } },
        },
      ),
    ],
    ['TestAccAliCloudResourceManagerRole: a denial', trustOf(root, { Effect: 'Deny' })],
    ['a condition of the caller', trustOf(root, { Condition: { StringEquals: { 'sts:ExternalId': 'abc' } } })],
  ]
  test('TestAccAliCloudImsOidcProvider: fingerprints in either case come and go, client ids are replaced', async () => {
    const { succeed } = await deployment()
    const ims = { version: '2019-08-15' }
    const name = { OIDCProviderName: 'tf-testacccn-hangzhouimsoidcprovider12345_update' }
    const [lower, upper] = ['902ef2deeb3c5b13ea4c3d5193629309e231ae55', '8A0246A2F6AA51BBC9D32A1353E3E63D0037A9DA']
    const sha256 = '74EF335E5E18788307FB9D89CB704BEC112ABD23487DBFF41C4DED5070F241D9'
    const issuer = { IssuerUrl: 'https://oauth.aliyun.com', Fingerprints: `${lower},${upper}` }
    const created = await succeed('CreateOIDCProvider', { ...name, ...issuer }, { ...ims, place: 'form' })
    assert.equal(created.OIDCProvider.OIDCProviderName, name.OIDCProviderName)
    await succeed('UpdateOIDCProvider', { ...name, NewDescription: 'amp-resource-test-oidc-provider' }, ims)
    await succeed('RemoveFingerprintFromOIDCProvider', { ...name, Fingerprint: upper }, ims)
    await succeed('UpdateOIDCProvider', { ...name, IssuanceLimitTime: '14', ClientIds: '123,456' }, ims)
    await succeed('AddFingerprintToOIDCProvider', { ...name, Fingerprint: sha256 }, ims)
    const { OIDCProvider } = await succeed('GetOIDCProvider', name, ims)
    assert.deepEqual(
      [OIDCProvider.Fingerprints, OIDCProvider.ClientIds, OIDCProvider.IssuanceLimitTime, OIDCProvider.IssuerUrl],
      [`${lower},${sha256}`, '123,456', 14, issuer.IssuerUrl],
    )
    await succeed('DeleteOIDCProvider', name, ims)
  })

  for (const [title, document] of trusts) {
    test(title, async () => {
      const { succeed } = await deployment()
      const role = { RoleName: 'tfaccram12345', MaxSessionDuration: '6000', Description: 'tfaccram' }
      await succeed('CreateRole', { ...role, AssumeRolePolicyDocument: document }, ram)
      await succeed('UpdateRole', { RoleName: role.RoleName, NewAssumeRolePolicyDocument: document }, ram)
      const { Role } = await succeed('GetRole', { RoleName: role.RoleName }, ram)
      assert.equal(Role.AssumeRolePolicyDocument, document)
    })
  }

  const allow = (statement: object): string => json({ Statement: [{ Effect: 'Allow', ...statement }], Version: '1' })
  const delimiters = { StringLike: { 'oss:Delimiter': '/', 'oss:Prefix': ['hangzhou/', 'hangzhou/2015/*'] } }
  const policies: readonly (readonly [title: string, document: string])[] = [
    ['TestAccAliCloudRamPolicy: everything denied', allow({ Effect: 'Deny', Action: '*', Resource: '*' })],
    [
      'TestAccAliCloudRamPolicyDocument: another service',
      allow({ Action: 'oss:*', Resource: ['acs:oss:*:*:photos', 'acs:oss:*:*:photos/*'] }),
    ],
    [
      'TestAccAliCloudRamPolicyDocument: its conditions',
      allow({ Action: 'oss:ListObjects', Resource: 'acs:oss:*:*:photos', Condition: delimiters }),
    ],
    [
      'TestAccAliCloudRamUserPolicyAttachment',
      allow({ Action: 'ecs:Describe*', Resource: 'acs:ecs:cn-qingdao:*:instance/*' }),
    ],
  ]
  for (const [title, document] of policies) {
    test(title, async () => {
      const { succeed } = await deployment()
      const policy = { PolicyName: 'tf-test-condition', PolicyDocument: document }
      await succeed('CreatePolicy', policy, ram)
      const rotate = { SetAsDefault: 'true', RotateStrategy: 'DeleteOldestNonDefaultVersionWhenLimitExceeded' }
      await succeed('CreatePolicyVersion', { ...policy, ...rotate }, ram)
    })
  }

  test('TestAccAliCloudRamUser: every particular, changed and taken away', async () => {
    const { succeed } = await deployment()
    const name = 'tf-testAcccn-hangzhouRamUserConfig-12345'
    const particulars = {
      DisplayName: 'displayname',
      MobilePhone: '86-18888888888',
      Email: 'hello.uuu@aaa.com',
      Comments: 'yoyoyo',
    }
    await succeed('CreateUser', { UserName: name, ...particulars }, ram)
    const changed = Object.fromEntries(Object.entries(particulars).map(([key, value]) => [`New${key}`, value]))
    await succeed('UpdateUser', { UserName: name, NewUserName: `${name}_all`, ...changed }, ram)
  })
})
