import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { managedSecret, type Parameters, type SecretsService, secretsService } from '../kit/secrets-service.ts'

/*
 * Every operation of secrets as the wire has it: the whole answer in JSON, with its types, and the same in XML. Two
 * services that draw the same random numbers are asked the same, one in each format.
 */

let inJson: SecretsService
let inXml: SecretsService

before(async () => {
  inJson = await secretsService()
  inXml = await secretsService()
})

const now = '2026-11-21T22:00:00Z'
const account = '1000000000000001'
const arn = (name: string) => `acs:kms:cn-hangzhou:${account}:secret/${name}`

// biome-ignore lint/suspicious/noExplicitAny: answers differ with each operation, and tests assert on them at once
type Body = any

/** Asks both services, and expects of the answer in XML what the one in JSON says. */
async function ask(action: string, parameters: Parameters): Promise<Body> {
  const [json, xml] = [
    await inJson.ask(action, parameters),
    await inXml.ask(action, parameters, { format: 'XML', scheme: 'ACS3', place: 'form' }),
  ]
  assert.deepEqual([json.status, xml.status], [200, 200], `${action}: ${json.text} ${xml.text}`)
  assert.equal(xml.root, `${action}Response`)
  assert.deepEqual(xml.leaves, json.leaves, action)
  const { RequestId, ...body } = JSON.parse(json.text)
  assert.match(RequestId, guid)
  return body
}

const guid = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/
/** With the jitter of a rotation nobody can tell the time, but its form. */
const withoutNext = ({ NextRotationDate, ...body }: Body): Body => {
  assert.match(NextRotationDate, /^2026-1[12]-\d\dT\d\d:\d\d:\d\dZ$/)
  return body
}

describe('the answers of secrets on the wire', () => {
  test('CreateSecret, of generic and of managed secrets', async () => {
    const tags = '[{"TagKey":"team","TagValue":"a+b"}]'
    const generic = { SecretName: 'app/db', VersionId: 'v1', SecretData: 'first <&> 阿波罗', Tags: tags }
    assert.deepEqual(await ask('CreateSecret', { ...generic, Description: 'of the "shop"' }), {
      Arn: arn('app/db'),
      ...{ SecretName: 'app/db', VersionId: 'v1', SecretType: 'Generic' },
    })
    const rotation = { EnableAutomaticRotation: 'true', RotationInterval: '7d' }
    const managed = { SecretName: 'managed', VersionId: 'v1', ...managedSecret, ...rotation }
    assert.deepEqual(withoutNext(await ask('CreateSecret', managed)), {
      ...{ Arn: arn('managed'), SecretName: 'managed', VersionId: 'v1', SecretType: 'Rds' },
      ...{ AutomaticRotation: 'Enabled', RotationInterval: '604800s' },
      ExtendedConfig: managedSecret.ExtendedConfig,
    })
  })

  test('CreateSecret, GetSecretPolicy and SetSecretPolicy of an instance', async () => {
    const DKMSInstanceId = (await ask('GetDefaultKmsInstance', {})).DefaultKmsInstanceId
    const EncryptionKeyId = (await ask('CreateKey', { DKMSInstanceId })).KeyMetadata.KeyId
    const place = { DKMSInstanceId, EncryptionKeyId }
    const value = { SecretName: 'in-instance', VersionId: 'v1', SecretData: 'x' }
    assert.deepEqual(await ask('CreateSecret', { ...value, ...place }), {
      ...{ Arn: arn('in-instance'), SecretName: 'in-instance', VersionId: 'v1', SecretType: 'Generic' },
      DKMSInstanceId,
    })
    const { DKMSInstanceId: described, EncryptionKeyId: key } = await ask('DescribeSecret', {
      SecretName: 'in-instance',
    })
    assert.deepEqual([described, key], [DKMSInstanceId, EncryptionKeyId])
    const { Policy, ...more } = await ask('GetSecretPolicy', { SecretName: 'in-instance', PolicyName: 'default' })
    assert.deepEqual(more, {})
    assert.deepEqual(JSON.parse(Policy), {
      Version: '1',
      Statement: [
        {
          Sid: 'kms default secret policy',
          Effect: 'Allow',
          Principal: { RAM: [`acs:ram::${account}:*`] },
          Action: ['kms:*'],
          Resource: ['*'],
        },
      ],
    })
    assert.deepEqual(await ask('SetSecretPolicy', { SecretName: 'in-instance', Policy }), {})
    assert.equal((await ask('GetSecretPolicy', { SecretName: 'in-instance' })).Policy, Policy)
  })

  test('PutSecretValue, GetSecretValue and UpdateSecretVersionStage', async () => {
    const put = { SecretName: 'app/db', VersionId: 'v2', SecretData: 'AAH/', SecretDataType: 'binary' }
    assert.deepEqual(await ask('PutSecretValue', { ...put, VersionStages: '["Next"]' }), {
      ...{ SecretName: 'app/db', VersionId: 'v2' },
      VersionStages: { VersionStage: ['Next'] },
    })
    const v1 = {
      ...{ SecretName: 'app/db', VersionId: 'v1', SecretData: 'first <&> 阿波罗', SecretDataType: 'text' },
      ...{ SecretType: 'Generic', VersionStages: { VersionStage: ['ACSCurrent'] }, CreateTime: now },
    }
    assert.deepEqual(await ask('GetSecretValue', { SecretName: 'app/db' }), v1)
    assert.deepEqual(await ask('GetSecretValue', { SecretName: arn('app/db'), VersionId: 'v1' }), v1)
    assert.deepEqual(await ask('GetSecretValue', { SecretName: 'app/db', VersionStage: 'Next' }), {
      ...{ ...v1, VersionId: 'v2', SecretData: 'AAH/', SecretDataType: 'binary' },
      VersionStages: { VersionStage: ['Next'] },
    })
    const move = { SecretName: 'app/db', VersionStage: 'ACSCurrent', MoveToVersion: 'v2' }
    assert.deepEqual(await ask('UpdateSecretVersionStage', move), { SecretName: 'app/db' })
    assert.deepEqual(await ask('ListSecretVersionIds', { SecretName: 'app/db', PageSize: '1', PageNumber: '2' }), {
      SecretName: 'app/db',
      VersionIds: {
        VersionId: [{ VersionId: 'v2', CreateTime: now, VersionStages: { VersionStage: ['ACSCurrent', 'Next'] } }],
      },
      ...{ PageNumber: 2, PageSize: 1, TotalCount: 2 },
    })
    const take = { SecretName: 'app/db', VersionStage: 'Next', RemoveFromVersion: 'v2' }
    assert.deepEqual(await ask('UpdateSecretVersionStage', take), { SecretName: 'app/db' })
  })

  test('GetSecretValue of a managed secret, with the words that clients parse', async () => {
    const value = withoutNext(await ask('GetSecretValue', { SecretName: 'managed', FetchExtendedConfig: 'true' }))
    assert.deepEqual(value, {
      ...{ SecretName: 'managed', VersionId: 'v1', SecretDataType: 'text', SecretType: 'Rds', CreateTime: now },
      SecretData: '{"AccountName":"app","AccountPassword":"first"}',
      VersionStages: { VersionStage: ['ACSCurrent'] },
      ...{ AutomaticRotation: 'Enabled', RotationInterval: '604800s', LastRotationDate: now },
      ExtendedConfig: managedSecret.ExtendedConfig,
    })
    assert.equal((await ask('GetSecretValue', { SecretName: 'managed' })).ExtendedConfig, undefined)
  })

  test('BatchGetSecretValue: an id for each value, an error for what is not there', async () => {
    const SecretsList = '[{"SecretName":"none"},{"SecretName":"app/db","VersionStage":"ACSPrevious"}]'
    const { SecretValues, Errors } = await ask('BatchGetSecretValue', { SecretsList })
    const [{ RequestId, ...value }, ...others] = SecretValues
    assert.match(RequestId, guid)
    assert.deepEqual(others, [])
    assert.deepEqual(value, {
      ...{ SecretName: 'app/db', VersionId: 'v1', SecretData: 'first <&> 阿波罗', SecretDataType: 'text' },
      ...{ SecretType: 'Generic', VersionStages: { VersionStage: ['ACSPrevious'] }, CreateTime: now },
    })
    assert.deepEqual(Errors, [
      {
        ...{ SecretName: 'none', HttpStatus: 404, Code: 'Forbidden.ResourceNotFound' },
        Message: 'Resource not found. There is no secret "none".',
      },
    ])
  })

  test('UpdateSecret: the description, and CustomData as JSON or in parts', async () => {
    assert.deepEqual(await ask('UpdateSecret', { SecretName: 'app/db', Description: 'changed' }), {
      SecretName: 'app/db',
    })
    await ask('UpdateSecret', { SecretName: 'managed', Description: 'x' })
    await ask('UpdateSecret', { SecretName: 'managed', Description: '' })
    assert.equal((await ask('DescribeSecret', { SecretName: 'managed' })).Description, '')
    const config = async (custom: Parameters): Promise<Body> => {
      assert.deepEqual(await ask('UpdateSecret', { SecretName: 'managed', ...custom }), { SecretName: 'managed' })
      return JSON.parse((await ask('DescribeSecret', { SecretName: 'managed' })).ExtendedConfig).CustomData
    }
    const asJson = await config({ 'ExtendedConfig.CustomData': '{"Port":"5433","name":"é"}' })
    assert.deepEqual(asJson, { Port: '5433', name: 'é' })
    const inParts = await config({ 'ExtendedConfig.CustomData.Port': '5434', 'ExtendedConfig.CustomData.a.b': 'c' })
    assert.deepEqual(inParts, { Port: '5434', 'a.b': 'c' })
  })

  test('DescribeSecret and ListSecrets', async () => {
    const described = { SecretName: 'app/db', SecretType: 'Generic', CreateTime: now, UpdateTime: now }
    const Tags = { Tag: [{ TagKey: 'team', TagValue: 'a+b' }] }
    assert.deepEqual(await ask('DescribeSecret', { SecretName: 'app/db', FetchTags: 'true' }), {
      Arn: arn('app/db'),
      ...{ ...described, EncryptionKeyId: '', Description: 'changed', Tags, OwingService: '' },
    })
    const managed = withoutNext(await ask('DescribeSecret', { SecretName: 'managed' }))
    assert.deepEqual(managed, {
      Arn: arn('managed'),
      ...{ ...described, SecretName: 'managed', SecretType: 'Rds', EncryptionKeyId: '', Description: '' },
      ...{ AutomaticRotation: 'Enabled', RotationInterval: '604800s', LastRotationDate: now, OwingService: '' },
      ExtendedConfig: '{"SecretSubType":"SingleUser","DBInstanceId":"rm-1","CustomData":{"Port":"5434","a.b":"c"}}',
    })
    const Filters = '[{"Key":"TagKey","Values":["team"]}]'
    assert.deepEqual(await ask('ListSecrets', { Filters, FetchTags: 'true', PageSize: '5' }), {
      SecretList: { Secret: [{ ...described, Tags, OwingService: '' }] },
      ...{ PageNumber: 1, PageSize: 5, TotalCount: 1 },
    })
    const none = await ask('ListSecrets', { Filters: '[{"Key":"SecretName","Values":["none"]}]' })
    assert.deepEqual(none, { SecretList: { Secret: [] }, PageNumber: 1, PageSize: 10, TotalCount: 0 })
  })

  test('RotateSecret and UpdateSecretRotationPolicy', async () => {
    const rotated = { SecretName: 'managed', VersionId: 'v2' }
    for (const time of ['once', 'again']) {
      assert.deepEqual(await ask('RotateSecret', rotated), { Arn: arn('managed'), ...rotated }, time)
    }
    const { SecretData, VersionStages } = await ask('GetSecretValue', { SecretName: 'managed' })
    assert.equal(SecretData, '{"AccountName":"app","AccountPassword":"password1"}')
    assert.deepEqual(VersionStages, { VersionStage: ['ACSCurrent'] })
    const off = { SecretName: 'managed', EnableAutomaticRotation: 'false' }
    assert.deepEqual(await ask('UpdateSecretRotationPolicy', off), { SecretName: 'managed' })
    const { AutomaticRotation, RotationInterval, NextRotationDate } = await ask('DescribeSecret', {
      SecretName: 'managed',
    })
    assert.deepEqual([AutomaticRotation, RotationInterval, NextRotationDate], ['Disabled', undefined, undefined])
  })

  test('tags, by name and by ARN', async () => {
    const one = { SecretName: arn('app/db'), Tags: '[{"TagKey":"k","TagValue":"v"}]' }
    assert.deepEqual(await ask('TagResource', one), {})
    const several = { RegionId: 'cn-hangzhou', ResourceType: 'secret', 'ResourceId.1': 'app/db' }
    assert.deepEqual(await ask('TagResources', { ...several, 'Tag.1.Key': 'stage', 'Tag.1.Value': 'x' }), {})
    assert.deepEqual(await ask('UntagResource', { SecretName: 'app/db', TagKeys: '["k"]' }), {})
    assert.deepEqual(await ask('UntagResources', { ...several, 'TagKey.1': 'team' }), {})
    assert.deepEqual(await ask('ListTagResources', several), {
      TagResources: {
        TagResource: [{ ResourceId: 'app/db', ResourceType: 'secret', TagKey: 'stage', TagValue: 'x' }],
      },
      NextToken: '',
    })
  })

  test('DeleteSecret and RestoreSecret', async () => {
    const PlannedDeleteTime = '2026-11-28T22:00:00Z'
    const gone = { SecretName: 'app/db', RecoveryWindowInDays: '7' }
    assert.deepEqual(await ask('DeleteSecret', gone), { SecretName: 'app/db', PlannedDeleteTime })
    assert.equal((await ask('DescribeSecret', { SecretName: 'app/db' })).PlannedDeleteTime, PlannedDeleteTime)
    const listed = await ask('ListSecrets', { Filters: '[{"Key":"SecretName","Values":["app/db"]}]' })
    assert.equal(listed.SecretList.Secret[0].PlannedDeleteTime, PlannedDeleteTime)
    assert.deepEqual(await ask('RestoreSecret', { SecretName: 'app/db' }), { SecretName: 'app/db' })
    assert.equal((await ask('DescribeSecret', { SecretName: 'app/db' })).PlannedDeleteTime, undefined)
    const forced = { SecretName: 'app/db', ForceDeleteWithoutRecovery: 'true' }
    assert.deepEqual(await ask('DeleteSecret', forced), { SecretName: 'app/db', PlannedDeleteTime: now })
  })

  test('GetRandomPassword', async () => {
    const { RandomPassword, ...more } = await ask('GetRandomPassword', {
      PasswordLength: '8',
      ExcludePunctuation: 'true',
    })
    assert.match(RandomPassword, /^[A-Za-z0-9]{8}$/)
    assert.deepEqual(more, {})
  })
})
