import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import {
  managedSecret,
  type Parameters,
  type SecretsService,
  secretsInAllStates,
  secretsService,
  userWith,
} from '../kit/secrets-service.ts'

/*
 * What operations of secrets refuse: the service's own code, status and words, in JSON as in XML, and nothing changed.
 */

let service: SecretsService
let keys: Awaited<ReturnType<typeof secretsInAllStates>>
let instance: string

before(async () => {
  service = await secretsService()
  keys = await secretsInAllStates(service)
  instance = (await service.succeed('GetDefaultKmsInstance')).DefaultKmsInstanceId
  const stages = '["a","b","c","d","e","f","g"]'
  await service.succeed('CreateSecret', { SecretName: 'labelled', VersionId: 'v1', SecretData: 'x' })
  await service.succeed('PutSecretValue', { ...value('labelled', 'v2'), VersionStages: stages })
})

const value = (SecretName: string, VersionId = 'v1', SecretData = 'x') => ({ SecretName, VersionId, SecretData })

type Refusal = readonly [what: string, parameters: () => Parameters, status: number, code: string, message: RegExp]

const refuses = (action: string, refusals: readonly Refusal[]) =>
  describe(action, () => {
    for (const [what, parameters, status, code, message] of refusals) {
      test(`${what}: ${code}`, async () => {
        const kept = await service.kept()
        for (const options of [{}, { format: 'XML', scheme: 'ACS3', place: 'form' }] as const) {
          const answer = await service.ask(action, parameters(), options)
          const member = (name: string) =>
            answer.leaves.find((leaf) => leaf.startsWith(`${name}=`))?.slice(name.length + 1)
          assert.deepEqual(
            [answer.status, member('HttpStatus'), member('Code')],
            [status, String(status), code],
            answer.text,
          )
          assert.match(member('Message') ?? '', message)
        }
        assert.equal(await service.kept(), kept)
      })
    }
  })

const named = (name: string): RegExp => new RegExp(`^The specified parameter "${name}" is not valid\\.`)
const needed = (name: string): RegExp => new RegExp(`^The parameter "${name}" is needed but not provided\\.$`)
const absent = /^Resource not found\./
/** As the service spells it. */
const deleting = /^secret in delete peroid$/
const long = 'x'.repeat(30_721)
const longInUtf8 = `${'é'.repeat(15_360)}x`
const gone = { SecretName: 'gone' }

refuses('CreateSecret', [
  [
    'a key without material',
    () => ({ ...value('new'), EncryptionKeyId: keys.emptied }),
    409,
    'Rejected.PendingImport',
    /PendingImport/,
  ],
  ['a name in use', () => value('app'), 409, 'Rejected.ResourceExist', /^The resource already exists\.$/],
  [
    'a name that waits',
    () => value('gone'),
    409,
    'Rejected.ResourceInDeleteWindow',
    /^The secret is planned to be deleted\.$/,
  ],
  ['30,721 bytes', () => value('new', 'v1', long), 400, 'InvalidParameter', named('SecretData')],
  ['30,721 bytes in UTF-8', () => value('new', 'v1', longInUtf8), 400, 'InvalidParameter', named('SecretData')],
  ['an empty value', () => value('new', 'v1', ''), 400, 'InvalidParameter', named('SecretData')],
  ['no value', () => ({ SecretName: 'new', VersionId: 'v1' }), 400, 'MissingParameter', needed('SecretData')],
  ['no name', () => ({ VersionId: 'v1', SecretData: 'x' }), 400, 'MissingParameter', needed('SecretName')],
  ['no version', () => ({ SecretName: 'new', SecretData: 'x' }), 400, 'MissingParameter', needed('VersionId')],
  ['a version of 65 characters', () => value('new', 'v'.repeat(65)), 400, 'InvalidParameter', named('VersionId')],
  ['193 characters', () => value('n'.repeat(193)), 400, 'InvalidParameter', named('SecretName')],
  ['another letter', () => value('ñ'), 400, 'InvalidParameter', named('SecretName')],
  [
    'an ARN',
    () => value('acs:kms:cn-hangzhou:1000000000000001:secret/x'),
    400,
    'InvalidParameter',
    named('SecretName'),
  ],
  ['a line feed at the end', () => value('new\n'), 400, 'InvalidParameter', named('SecretName')],
  ['a name of the service', () => value('acs/new'), 400, 'InvalidParameter', named('SecretName')],
  [
    'another sort of data',
    () => ({ ...value('new'), SecretDataType: 'json' }),
    400,
    'InvalidParameter',
    named('SecretDataType'),
  ],
  ['another type', () => ({ ...value('new'), SecretType: 'Oracle' }), 400, 'InvalidParameter', named('SecretType')],
  [
    'rotation of a generic one',
    () => ({ ...value('new'), EnableAutomaticRotation: 'true' }),
    400,
    'InvalidParameter',
    named('EnableAutomaticRotation'),
  ],
  [
    'a key that is not there',
    () => ({ ...value('new'), EncryptionKeyId: 'none' }),
    404,
    'Forbidden.KeyNotFound',
    /^The specified Key is not found\.$/,
  ],
  [
    'an alias that is not there',
    () => ({ ...value('new'), EncryptionKeyId: 'alias/none' }),
    404,
    'Forbidden.AliasNotFound',
    /Alias is not found/,
  ],
  [
    'a disabled key',
    () => ({ ...value('new'), EncryptionKeyId: keys.disabled }),
    409,
    'Rejected.Disabled',
    /key state is Disabled/,
  ],
  [
    'a key that is leaving',
    () => ({ ...value('new'), EncryptionKeyId: keys.leaving }),
    409,
    'Rejected.PendingDeletion',
    /PendingDeletion/,
  ],
  [
    'an unknown instance',
    () => ({ ...value('new'), DKMSInstanceId: 'kst-none' }),
    403,
    'Forbidden.DKMSInstanceNotFound',
    /DKMS Instance is not found/,
  ],
  [
    'an instance without a key',
    () => ({ ...value('new'), DKMSInstanceId: instance }),
    400,
    'MissingParameter',
    needed('EncryptionKeyId'),
  ],
  [
    'a key outside the instance',
    () => ({ ...value('new'), DKMSInstanceId: instance, EncryptionKeyId: keys.key }),
    400,
    'InvalidParameter',
    named('EncryptionKeyId'),
  ],
  [
    'a policy outside an instance',
    () => ({ ...value('new'), Policy: '{"Version":"1","Statement":[]}' }),
    400,
    'Forbidden.KeyPolicyUnSupported',
    /does not support key policy/,
  ],
  ['tags that are no list', () => ({ ...value('new'), Tags: '{}' }), 400, 'InvalidParameter', named('Tags')],
  [
    'a tag of the service',
    () => ({ ...value('new'), Tags: '[{"TagKey":"acs:x","TagValue":""}]' }),
    400,
    'InvalidParameter',
    named('Tags'),
  ],
  [
    'a managed one without configuration',
    () => ({ ...value('new'), SecretType: 'Rds' }),
    400,
    'MissingParameter',
    needed('ExtendedConfig'),
  ],
  [
    '1,025 characters of configuration',
    () => ({ ...value('new'), ...managedSecret, ExtendedConfig: `${managedSecret.ExtendedConfig}${' '.repeat(1024)}` }),
    400,
    'InvalidParameter',
    named('ExtendedConfig'),
  ],
  [
    'a managed one in binary',
    () => ({ ...value('new'), ...managedSecret, SecretDataType: 'binary' }),
    400,
    'InvalidParameter',
    named('SecretDataType'),
  ],
  [
    'an interval of 5 hours',
    () => ({ ...value('new'), ...managedSecret, EnableAutomaticRotation: 'true', RotationInterval: '5h' }),
    400,
    'InvalidParameter',
    named('RotationInterval'),
  ],
  [
    'rotation without an interval',
    () => ({ ...value('new'), ...managedSecret, EnableAutomaticRotation: 'true' }),
    400,
    'MissingParameter',
    needed('RotationInterval'),
  ],
])

refuses('PutSecretValue', [
  ['a key without material', () => value('of-emptied-key', 'v2'), 409, 'Rejected.PendingImport', /PendingImport/],
  // The words are the service's own.
  [
    'other data under a version id in use',
    () => value('app'),
    409,
    'Rejected.ResourceExist',
    /^The request was rejected becasue key already exsit$/,
  ],
  [
    'another sort under it',
    () => ({ ...value('app', 'v1', 'first'), SecretDataType: 'binary' }),
    409,
    'Rejected.ResourceExist',
    /exsit/,
  ],
  ['a deleted secret', () => value('gone', 'v2'), 409, 'Rejected.ResourceInDeleteWindow', deleting],
  ['an unknown secret', () => value('none', 'v2'), 404, 'Forbidden.ResourceNotFound', absent],
  ['a managed secret', () => value('managed', 'v2'), 400, 'Rejected.UnsupportedOperation', /^Unsupported operation\./],
  ['30,721 bytes', () => value('app', 'v2', long), 400, 'InvalidParameter', named('SecretData')],
  ['30,721 bytes in UTF-8', () => value('app', 'v2', longInUtf8), 400, 'InvalidParameter', named('SecretData')],
  [
    'labels that are no list',
    () => ({ ...value('app', 'v2'), VersionStages: 'ACSCurrent' }),
    400,
    'InvalidParameter',
    named('VersionStages'),
  ],
  [
    'an empty label',
    () => ({ ...value('app', 'v2'), VersionStages: '[""]' }),
    400,
    'InvalidParameter',
    named('VersionStages'),
  ],
  [
    'nine labels',
    () => ({ ...value('labelled', 'v3'), VersionStages: '["h","i"]' }),
    400,
    'Rejected.LimitExceeded',
    /^exceed secret limits error$/,
  ],
  ['a disabled key', () => value('of-disabled-key', 'v2'), 409, 'Rejected.Disabled', /Disabled/],
  ['a key that is leaving', () => value('of-leaving-key', 'v2'), 409, 'Rejected.PendingDeletion', /PendingDeletion/],
])

refuses('GetSecretValue', [
  ['a key without material', () => ({ SecretName: 'of-emptied-key' }), 409, 'Rejected.PendingImport', /PendingImport/],
  ['an unknown secret', () => ({ SecretName: 'none' }), 404, 'Forbidden.ResourceNotFound', absent],
  ['another case', () => ({ SecretName: 'APP' }), 404, 'Forbidden.ResourceNotFound', absent],
  ['no name', () => ({}), 400, 'MissingParameter', needed('SecretName')],
  ['an empty name', () => ({ SecretName: '' }), 400, 'InvalidParameter', named('SecretName')],
  ['an unknown stage', () => ({ SecretName: 'app', VersionStage: 'Next' }), 404, 'Forbidden.ResourceNotFound', absent],
  [
    'a stage named as a member of objects',
    () => ({ SecretName: 'app', VersionStage: '__proto__' }),
    404,
    'Forbidden.ResourceNotFound',
    absent,
  ],
  ['an unknown version', () => ({ SecretName: 'app', VersionId: 'v9' }), 404, 'Forbidden.ResourceNotFound', absent],
  [
    'version and stage that disagree',
    () => ({ SecretName: 'app', VersionId: 'v1', VersionStage: 'ACSPrevious' }),
    404,
    'Forbidden.ResourceNotFound',
    absent,
  ],
  [
    'a custom stage of a managed one',
    () => ({ SecretName: 'managed', VersionStage: 'X' }),
    404,
    'Forbidden.ResourceNotFound',
    absent,
  ],
  ['a deleted secret', () => gone, 409, 'Rejected.ResourceInDeleteWindow', deleting],
  ['a disabled key', () => ({ SecretName: 'of-disabled-key' }), 409, 'Rejected.Disabled', /Disabled/],
  [
    'a key that is leaving',
    () => ({ SecretName: 'of-leaving-key' }),
    409,
    'Rejected.PendingDeletion',
    /PendingDeletion/,
  ],
  [
    'an ARN of another region',
    () => ({ SecretName: 'acs:kms:cn-beijing:1000000000000001:secret/app' }),
    404,
    'Forbidden.ResourceNotFound',
    absent,
  ],
  [
    'an ARN of another account',
    () => ({ SecretName: 'acs:kms:cn-hangzhou:1000000000000002:secret/app' }),
    404,
    'Forbidden.ResourceNotFound',
    absent,
  ],
  [
    'an ARN of a key',
    () => ({ SecretName: 'acs:kms:cn-hangzhou:1000000000000001:key/app' }),
    404,
    'Forbidden.ResourceNotFound',
    absent,
  ],
  ['a recipient', () => ({ SecretName: 'app', Recipient: '{}' }), 400, 'UnsupportedOperation', /"Recipient"/],
  [
    'a dry run that would succeed',
    () => ({ SecretName: 'app', DryRun: 'true' }),
    400,
    'DryRunOperationError',
    /would have succeeded/,
  ],
])

refuses('BatchGetSecretValue', [
  ['no list', () => ({}), 400, 'MissingParameter', needed('SecretsList')],
  ['an empty list', () => ({ SecretsList: '[]' }), 400, 'InvalidParameter', named('SecretsList')],
  [
    '21 secrets',
    () => ({ SecretsList: JSON.stringify(Array.from({ length: 21 }, (_, at) => ({ SecretName: `n${at}` }))) }),
    400,
    'InvalidParameter',
    named('SecretsList'),
  ],
  [
    'a name twice',
    () => ({ SecretsList: '[{"SecretName":"app"},{"SecretName":"app","VersionId":"v1"}]' }),
    400,
    'InvalidParameter',
    named('SecretsList'),
  ],
  ['no JSON', () => ({ SecretsList: 'app' }), 400, 'InvalidParameter', named('SecretsList')],
  ['no name', () => ({ SecretsList: '[{"VersionId":"v1"}]' }), 400, 'InvalidParameter', named('SecretsList')],
])

refuses('UpdateSecretVersionStage', [
  [
    'neither version',
    () => ({ SecretName: 'app', VersionStage: 'X' }),
    400,
    'Rejected.InvalidRequest',
    /^param mismatch$/,
  ],
  [
    'the current label taken away',
    () => ({ SecretName: 'app', VersionStage: 'ACSCurrent', RemoveFromVersion: 'v1' }),
    400,
    'Rejected.InvalidRequest',
    /^param mismatch$/,
  ],
  [
    'a label that is not there',
    () => ({ SecretName: 'app', VersionStage: 'X', RemoveFromVersion: 'v1' }),
    400,
    'Rejected.UnsupportedOperation',
    /^secret stages in unnormal status$/,
  ],
  [
    'a label that is elsewhere',
    () => ({ SecretName: 'labelled', VersionStage: 'a', MoveToVersion: 'v1', RemoveFromVersion: 'v1' }),
    400,
    'Rejected.UnsupportedOperation',
    /unnormal/,
  ],
  [
    'an unknown version',
    () => ({ SecretName: 'app', VersionStage: 'X', MoveToVersion: 'v9' }),
    404,
    'Forbidden.ResourceNotFound',
    absent,
  ],
  [
    'a ninth label',
    () => ({ SecretName: 'labelled', VersionStage: 'h', MoveToVersion: 'v1' }),
    400,
    'Rejected.LimitExceeded',
    /^exceed secret limits error$/,
  ],
  [
    'a deleted secret',
    () => ({ ...gone, VersionStage: 'X', MoveToVersion: 'v1' }),
    409,
    'Rejected.ResourceInDeleteWindow',
    deleting,
  ],
  [
    'a managed secret',
    () => ({ SecretName: 'managed', VersionStage: 'X', MoveToVersion: 'v1' }),
    400,
    'Rejected.UnsupportedOperation',
    /^Unsupported operation\./,
  ],
  ['no label', () => ({ SecretName: 'app', MoveToVersion: 'v1' }), 400, 'MissingParameter', needed('VersionStage')],
])

refuses('UpdateSecret', [
  ['an unknown secret', () => ({ SecretName: 'none', Description: 'x' }), 404, 'Forbidden.ResourceNotFound', absent],
  ['a deleted secret', () => ({ ...gone, Description: 'x' }), 409, 'Rejected.ResourceInDeleteWindow', deleting],
  [
    'custom data of a generic one',
    () => ({ SecretName: 'app', 'ExtendedConfig.CustomData': '{}' }),
    400,
    'Rejected.UnsupportedOperation',
    /^Unsupported operation\./,
  ],
  [
    'custom data that is no object',
    () => ({ SecretName: 'managed', 'ExtendedConfig.CustomData': '[]' }),
    400,
    'InvalidParameter',
    named('ExtendedConfig.CustomData'),
  ],
  [
    'eleven pairs',
    () => ({
      SecretName: 'managed',
      'ExtendedConfig.CustomData': JSON.stringify(
        Object.fromEntries('abcdefghijk'.split('').map((name) => [name, ''])),
      ),
    }),
    400,
    'InvalidParameter',
    named('ExtendedConfig.CustomData'),
  ],
  [
    'a pair that would make the configuration too long',
    () => ({ SecretName: 'managed', 'ExtendedConfig.CustomData.a': 'x'.repeat(1000) }),
    400,
    'InvalidParameter',
    named('ExtendedConfig.CustomData'),
  ],
  [
    'a pair that is no name',
    () => ({ SecretName: 'managed', 'ExtendedConfig.CustomData.__proto__': 'x' }),
    400,
    'InvalidParameter',
    named('ExtendedConfig.CustomData'),
  ],
])

refuses('DeleteSecret', [
  ['an unknown secret', () => ({ SecretName: 'none' }), 404, 'Forbidden.ResourceNotFound', absent],
  ['one that waits', () => gone, 409, 'Rejected.ResourceInDeleteWindow', deleting],
  [
    '6 days',
    () => ({ SecretName: 'app', RecoveryWindowInDays: '6' }),
    400,
    'InvalidParameter',
    named('RecoveryWindowInDays'),
  ],
  [
    '31 days',
    () => ({ SecretName: 'app', RecoveryWindowInDays: '31' }),
    400,
    'InvalidParameter',
    named('RecoveryWindowInDays'),
  ],
  [
    'days beside force',
    () => ({ SecretName: 'app', RecoveryWindowInDays: '7', ForceDeleteWithoutRecovery: 'true' }),
    400,
    'InvalidParameter',
    named('RecoveryWindowInDays'),
  ],
  [
    'perhaps',
    () => ({ SecretName: 'app', ForceDeleteWithoutRecovery: 'perhaps' }),
    400,
    'InvalidParameter',
    named('ForceDeleteWithoutRecovery'),
  ],
])

refuses('RestoreSecret', [
  ['one that is not deleted', () => ({ SecretName: 'app' }), 409, 'Rejected.ResourceInUse', /^restore normal secret$/],
  ['an unknown secret', () => ({ SecretName: 'none' }), 404, 'Forbidden.ResourceNotFound', absent],
])

refuses('RotateSecret', [
  [
    'a generic one',
    () => ({ SecretName: 'app', VersionId: 'v2' }),
    400,
    'Rejected.UnsupportedOperation',
    /^Unsupported operation\./,
  ],
  ['a deleted one', () => ({ ...gone, VersionId: 'v2' }), 409, 'Rejected.ResourceInDeleteWindow', deleting],
  ['no version', () => ({ SecretName: 'managed' }), 400, 'MissingParameter', needed('VersionId')],
])

refuses('UpdateSecretRotationPolicy', [
  [
    'a generic one',
    () => ({ SecretName: 'app', EnableAutomaticRotation: 'false' }),
    400,
    'Rejected.UnsupportedOperation',
    /^Unsupported operation\./,
  ],
  [
    'no interval',
    () => ({ SecretName: 'managed', EnableAutomaticRotation: 'true' }),
    400,
    'MissingParameter',
    needed('RotationInterval'),
  ],
  [
    '366 days',
    () => ({ SecretName: 'managed', EnableAutomaticRotation: 'true', RotationInterval: '366d' }),
    400,
    'InvalidParameter',
    named('RotationInterval'),
  ],
  ['no word', () => ({ SecretName: 'managed' }), 400, 'MissingParameter', needed('EnableAutomaticRotation')],
])

for (const action of ['GetSecretPolicy', 'SetSecretPolicy']) {
  const Policy = '{"Version":"1","Statement":[]}'
  refuses(action, [
    [
      'a secret outside any instance',
      () => ({ SecretName: 'app', Policy }),
      400,
      'Forbidden.KeyPolicyUnSupported',
      /does not support key policy/,
    ],
    ['an unknown secret', () => ({ SecretName: 'none', Policy }), 404, 'Forbidden.ResourceNotFound', absent],
  ])
}

refuses('ListSecrets', [
  [
    'an unknown filter',
    () => ({ Filters: '[{"Key":"Colour","Values":["red"]}]' }),
    400,
    'InvalidParameter',
    named('Filters'),
  ],
  ['filters that are no list', () => ({ Filters: '{}' }), 400, 'InvalidParameter', named('Filters')],
  ['101 a page', () => ({ PageSize: '101' }), 400, 'InvalidParameter', named('PageSize')],
  ['page 0', () => ({ PageNumber: '0' }), 400, 'InvalidParameter', named('PageNumber')],
])

refuses('GetRandomPassword', [
  ['7 characters', () => ({ PasswordLength: '7' }), 400, 'InvalidParameter', named('PasswordLength')],
  ['129 characters', () => ({ PasswordLength: '129' }), 400, 'InvalidParameter', named('PasswordLength')],
  [
    'nothing left of a kind',
    () => ({ ExcludeCharacters: '0123456789' }),
    400,
    'InvalidParameter',
    named('ExcludeCharacters'),
  ],
])

refuses('TagResource', [
  [
    'a deleted secret',
    () => ({ ...gone, Tags: '[{"TagKey":"a","TagValue":"b"}]' }),
    409,
    'Rejected.ResourceInDeleteWindow',
    deleting,
  ],
  [
    'an unknown secret',
    () => ({ SecretName: 'none', Tags: '[{"TagKey":"a","TagValue":"b"}]' }),
    404,
    'Forbidden.ResourceNotFound',
    absent,
  ],
])

const several = (id: string) => ({
  RegionId: 'cn-hangzhou',
  ResourceType: 'secret',
  'ResourceId.1': 'app',
  'ResourceId.2': id,
})
refuses('TagResources', [
  [
    'one unknown secret among others',
    () => ({ ...several('none'), 'Tag.1.Key': 'a' }),
    404,
    'InvalidResourceId.NotFound',
    /ResourceId is not found/,
  ],
  [
    'one deleted among others',
    () => ({ ...several('gone'), 'Tag.1.Key': 'a' }),
    409,
    'Rejected.ResourceInDeleteWindow',
    deleting,
  ],
])

describe('what a secret holds', () => {
  test('comes back as it was given: 30,720 bytes, and Base64 that is not canonical', async () => {
    const longest = 'é'.repeat(15_360)
    await service.succeed('CreateSecret', value('longest', 'v1', longest), { place: 'form' })
    assert.equal((await service.succeed('GetSecretValue', { SecretName: 'longest' })).SecretData, longest)
    const { SecretData, SecretDataType } = await service.succeed('GetSecretValue', { SecretName: 'binary' })
    assert.deepEqual([SecretData, SecretDataType], [' AA==\r\n', 'binary'])
    const inXml = await service.ask('GetSecretValue', { SecretName: 'binary' }, { format: 'XML', scheme: 'ACS3' })
    assert.ok(inXml.leaves.includes('SecretData= AA==\r\n'))
  })

  test('is not given in XML that cannot carry it, alone or in a batch', async () => {
    await service.succeed('CreateSecret', value('control', 'v1', 'a\u0001b'))
    const xml = { format: 'XML', scheme: 'ACS3' } as const
    for (const [action, parameters] of [
      ['GetSecretValue', { SecretName: 'control' }],
      ['BatchGetSecretValue', { SecretsList: '[{"SecretName":"app"},{"SecretName":"control"}]' }],
    ] as const) {
      const { status, leaves } = await service.ask(action, parameters, xml)
      assert.deepEqual([status, leaves.includes('Code=InvalidParameter.Format')], [400, true], action)
      assert.match((await service.ask(action, parameters)).text, /a\\u0001b/)
    }
  })
})

describe('a user who may do everything with secrets, and nothing with keys', () => {
  test('neither reads nor writes what is under a key of its own, and is told what is missing', async () => {
    const as = await userWith(service, 'secrets-only', {
      ...{ Effect: 'Allow', Action: 'kms:*', Resource: 'acs:kms:*:*:secret*' },
    })
    const kept = await service.kept()
    for (const [action, parameters, needs] of [
      ['GetSecretValue', { SecretName: 'of-key' }, 'kms:Decrypt'],
      ['PutSecretValue', value('of-key', 'v2'), 'kms:GenerateDataKey'],
      ['CreateSecret', { ...value('new'), EncryptionKeyId: keys.key }, 'kms:GenerateDataKey'],
    ] as const) {
      const { status, body } = await service.call(action, parameters, { as })
      assert.deepEqual([status, body.Code], [403, 'Forbidden.NoPermission'])
      assert.equal(body.Message, 'This operation is forbidden by permission system.')
      assert.equal(body.AccessDeniedDetail.AuthAction, needs)
    }
    assert.equal(await service.kept(), kept)
    await service.succeed('DescribeSecret', { SecretName: 'of-key' }, { as })
    await service.succeed('GetSecretValue', { SecretName: 'app' }, { as })
  })
})
