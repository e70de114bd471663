import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { operations } from '../../src/api/operations.ts'
import { createInstance } from '../../src/core/instances/create-instance.ts'
import type { SigningCredentials } from '../../src/wire/rpc-signature.ts'
import { type Parameters, type SecretsService, secretsService, userWith } from '../kit/secrets-service.ts'

/*
 * What somebody with few rights reaches of secrets, and what can be told from the answers.
 */

const account = '1000000000000001'
const arn = (name: string, accountId = account) => `acs:kms:cn-hangzhou:${accountId}:secret/${name}`
const value = (SecretName: string) => ({ SecretName, VersionId: 'v1', SecretData: `of ${SecretName}` })
const tagged = (team: string) => ({ Tags: JSON.stringify([{ TagKey: 'team', TagValue: team }]) })

/** Every call about one secret that exists. */
const calls: Readonly<Record<string, (SecretName: string) => Parameters>> = {
  GetSecretValue: (SecretName) => ({ SecretName }),
  DescribeSecret: (SecretName) => ({ SecretName }),
  ListSecretVersionIds: (SecretName) => ({ SecretName }),
  GetSecretLastUsage: (SecretName) => ({ SecretName }),
  PutSecretValue: (SecretName) => ({ SecretName, VersionId: 'v2', SecretData: 'x' }),
  UpdateSecret: (SecretName) => ({ SecretName, Description: 'x' }),
  UpdateSecretVersionStage: (SecretName) => ({ SecretName, VersionStage: 'X', MoveToVersion: 'v1' }),
  RotateSecret: (SecretName) => ({ SecretName, VersionId: 'v3' }),
  UpdateSecretRotationPolicy: (SecretName) => ({ SecretName, EnableAutomaticRotation: 'false' }),
  SetSecretRotationHook: (SecretName) => ({ SecretName }),
  GetSecretPolicy: (SecretName) => ({ SecretName }),
  SetSecretPolicy: (SecretName) => ({ SecretName, Policy: '{"Version":"1","Statement":[]}' }),
  TagResource: (SecretName) => ({ SecretName, Tags: '[{"TagKey":"k","TagValue":"v"}]' }),
  UntagResource: (SecretName) => ({ SecretName, TagKeys: '["k"]' }),
  TagResources: (id) => ({ ...several(id), 'Tag.1.Key': 'k' }),
  UntagResources: (id) => ({ ...several(id), 'TagKey.1': 'k' }),
  ListTagResources: (id) => several(id),
  DeleteSecret: (SecretName) => ({ SecretName }),
  RestoreSecret: (SecretName) => ({ SecretName }),
}
const several = (...ids: readonly string[]): Parameters => ({
  ...{ RegionId: 'cn-hangzhou', ResourceType: 'secret' },
  ...Object.fromEntries(ids.map((id, at) => [`ResourceId.${at + 1}`, id])),
})
const versionOf = (action: string): string =>
  operations.find(({ name }) => name === action)?.api.version ?? '2016-01-20'

let service: SecretsService
let ofTeam: SigningCredentials
let ofOne: SigningCredentials

before(async () => {
  service = await secretsService()
  for (const name of ['app', 'app/db', 'App']) await service.succeed('CreateSecret', value(name))
  for (const team of ['a', 'b']) await service.succeed('CreateSecret', { ...value(`of-${team}`), ...tagged(team) })
  ofTeam = await userWith(service, 'of-team', {
    ...{ Effect: 'Allow', Action: 'kms:*', Resource: '*' },
    Condition: { StringEquals: { 'kms:tag/team': 'a' } },
  })
  ofOne = await userWith(service, 'of-one', { Effect: 'Allow', Action: 'kms:*', Resource: arn('app') })
})

const codeOf = async (as: SigningCredentials, action: string, parameters: Parameters): Promise<string> =>
  (await service.call(action, parameters, { as, version: versionOf(action) })).body.Code ?? 'ok'

test('every operation that names a secret is among the calls', () => {
  const naming = operations.filter(
    ({ request }) => 'SecretName' in request && request.SecretName?.presence === 'required',
  )
  const known = new Set([...Object.keys(calls), 'CreateSecret'])
  assert.deepEqual(
    naming.map(({ name }) => name).filter((name) => !known.has(name)),
    [],
  )
})

describe('a user of the secrets with one tag', () => {
  test('gets to them by every operation, and by none to others', async () => {
    const kept = await service.kept()
    for (const [action, parameters] of Object.entries(calls)) {
      assert.equal(await codeOf(ofTeam, action, parameters('of-b')), 'Forbidden.NoPermission', action)
      assert.equal(await codeOf(ofTeam, action, parameters(arn('of-b'))), 'Forbidden.NoPermission', action)
      assert.equal(await codeOf(ofTeam, action, parameters('app')), 'Forbidden.NoPermission', action)
    }
    assert.equal(await service.kept(), kept)
    for (const [action, parameters] of Object.entries(calls))
      assert.notEqual(await codeOf(ofTeam, action, parameters('of-a')), 'Forbidden.NoPermission', action)
  })

  test('changes no tags of several when one is another’s, and tells nothing of them', async () => {
    const kept = await service.kept()
    for (const ids of [
      ['of-a', 'of-b'],
      ['of-b', 'of-a'],
      ['of-a', 'none'],
    ]) {
      const give = { ...several(...ids), 'Tag.1.Key': 'team', 'Tag.1.Value': 'a' }
      assert.equal(await codeOf(ofTeam, 'TagResources', give), 'Forbidden.NoPermission')
      assert.equal(
        await codeOf(ofTeam, 'UntagResources', { ...several(...ids), All: 'true' }),
        'Forbidden.NoPermission',
      )
      assert.equal(await codeOf(ofTeam, 'ListTagResources', several(...ids)), 'Forbidden.NoPermission')
    }
    assert.equal(await service.kept(), kept)
  })

  test('lists none, since a list has no tags', async () => {
    assert.equal(await codeOf(ofTeam, 'ListSecrets', {}), 'Forbidden.NoPermission')
    const all = { RegionId: 'cn-hangzhou', ResourceType: 'secret' }
    assert.equal(await codeOf(ofTeam, 'ListTagResources', all), 'Forbidden.NoPermission')
  })
})

describe('a user of one secret', () => {
  test('is told the same of another one as of one that does not exist, by every operation', async () => {
    const told = async (action: string, name: string) => {
      const { status, body } = await service.call(action, calls[action]?.(name) ?? {}, {
        as: ofOne,
        version: versionOf(action),
      })
      const { RequestId: _, ...rest } = body
      return JSON.stringify([status, rest]).replaceAll(name, '…')
    }
    for (const action of Object.keys(calls))
      for (const name of ['app/db', arn('app/db')])
        assert.equal(await told(action, name), await told(action, name.replace('app/db', 'app/xy')), action)
  })

  test('gets to no other by another spelling of its name', async () => {
    const spellings = [
      'App',
      'APP',
      'app/db',
      'app/',
      '/app',
      'app\n',
      'app ',
      'app\u0000',
      'app\u200b',
      'ａｐｐ',
      'app*',
      '*',
      'a?p',
    ]
    for (const name of [...spellings, ...spellings.map((spelling) => arn(spelling))])
      assert.match(await codeOf(ofOne, 'GetSecretValue', { SecretName: name }), /^Forbidden\./, JSON.stringify(name))
    for (const name of [`${arn('app')}/db`, `${arn('app')}:db`, arn('app').replace(account, ''), arn('app', '*')])
      assert.match(await codeOf(ofOne, 'GetSecretValue', { SecretName: name }), /^Forbidden\./, JSON.stringify(name))
    for (const name of ['app', arn('app')])
      assert.equal(await codeOf(ofOne, 'GetSecretValue', { SecretName: name }), 'ok')
  })

  test('gets no other out of a batch, and each leaves a record of its own', async () => {
    const long = Array.from({ length: 18 }, (_, at) => `${'x'.repeat(190)}${at + 10}`)
    service.audit.length = 0
    const names = [...long, 'app/db', arn('app')]
    const SecretsList = JSON.stringify(names.map((SecretName) => ({ SecretName })))
    const { SecretValues, Errors } = await service.succeed('BatchGetSecretValue', { SecretsList }, { as: ofOne })
    assert.deepEqual(
      SecretValues.map(({ SecretData }: { SecretData: string }) => SecretData),
      ['of app'],
    )
    assert.deepEqual(new Set(Errors.map(({ Code }: { Code: string }) => Code)), new Set(['Forbidden.NoPermission']))
    assert.deepEqual(
      service.audit.map(({ resource, code, status }) => [resource, code, status]),
      [
        ...[...long, 'app/db'].map((name) => [`secret/${name}`, 'Forbidden.NoPermission', 403]),
        ['secret/app', 'Success', 200],
        [undefined, 'Success', 200],
      ],
    )
    assert.equal(new Set(service.audit.map(({ requestId }) => requestId)).size, 1)
  })

  test('is told of a secret that it names by name and by ARN that they are one', async () => {
    const batch = (...names: string[]) => ({ SecretsList: JSON.stringify(names.map((SecretName) => ({ SecretName }))) })
    assert.equal(await codeOf(ofOne, 'BatchGetSecretValue', batch('app', arn('app'))), 'InvalidParameter')
    assert.equal(await codeOf(ofOne, 'BatchGetSecretValue', batch('none', arn('none'))), 'InvalidParameter')
    assert.equal(await codeOf(ofOne, 'BatchGetSecretValue', batch('app', arn('app', '1000000000000002'))), 'ok')
  })
})

test('a call about the tags of several secrets leaves a record of each, and before it changes them', async () => {
  service.audit.length = 0
  await service.succeed('ListTagResources', several('app', arn('app/db')))
  assert.deepEqual(
    service.audit.map(({ phase, resource }) => [phase, resource]),
    ['secret/app', 'secret/app/db', undefined].map((resource) => ['response', resource]),
  )
  service.audit.length = 0
  await service.succeed('TagResources', { ...several('app', arn('app/db')), 'Tag.1.Key': 'k' })
  const all = ['secret/app', 'secret/app/db', undefined]
  assert.deepEqual(
    service.audit.map(({ phase, resource }) => [phase, resource]),
    [...all.map((resource) => ['request', resource]), ...all.map((resource) => ['response', resource])],
  )
})

test('a secret of an instance is sealed under a key of that instance, also when its alias has moved', async () => {
  const { kms, succeed } = service
  const { id: DKMSInstanceId } = await createInstance(kms, account, 'second')
  const inside = (await succeed('CreateKey', { DKMSInstanceId })).KeyMetadata.KeyId
  const outside = (await succeed('CreateKey')).KeyMetadata.KeyId
  await succeed('CreateAlias', { AliasName: 'alias/secrets', KeyId: inside })
  const place = { DKMSInstanceId, EncryptionKeyId: 'alias/secrets' }
  await succeed('CreateSecret', { ...value('inside'), ...place })
  await succeed('PutSecretValue', { ...value('inside'), VersionId: 'v2' })
  await succeed('UpdateAlias', { AliasName: 'alias/secrets', KeyId: outside })
  const kept = await service.kept()
  const { body } = await service.call('PutSecretValue', { ...value('inside'), VersionId: 'v3' })
  assert.equal(body.Code, 'InvalidParameter')
  assert.equal(await service.kept(), kept)
})
