import { ciphertextForRecipient, dryRun, recipient } from './cryptography-fields.ts'
import {
  boolean,
  integer,
  json,
  known,
  list,
  object,
  oneOf,
  optional,
  string,
  stringMap,
  withDefault,
} from './field.ts'
import { lastUsage, pageNumber, pageOut, pageSize, policy, policyName, tagList } from './key-fields.ts'
import { define, keyhavenApi } from './operation.ts'
import {
  maxSecretNameLength,
  maxSecretValueBytes,
  secretDataTypes,
  secretRotationHours,
  secretTypes,
} from './secret-fields.ts'

/** Names and ARNs alike: `acs:kms:<region>:<account>:secret/` stands before the name. */
const anySecretName = string('name of the secret, or its ARN `acs:kms:<region>:<account>:secret/<name>`', {
  minLength: 1,
  maxLength: 512,
})
const versionId = string('id of the version, 1 to 64 characters; unique in the secret', { minLength: 1, maxLength: 64 })
const stage = string('stage label', { minLength: 1, maxLength: 64 })
const secretData = string(`the value, up to ${maxSecretValueBytes} bytes in UTF-8`, {
  minLength: 1,
  maxLength: maxSecretValueBytes,
  sensitive: true,
})
const secretDataType = withDefault(
  oneOf('`binary` says that the value is bytes in Base64; it is kept as given', secretDataTypes),
  'text',
)
const rotationInterval = string(
  `a whole number and \`d\`, \`h\`, \`m\` or \`s\`: ${secretRotationHours.shortest} hours to ${secretRotationHours.longest} hours`,
  { maxLength: 16 },
)
const time = (what: string) => string(`${what}, \`yyyy-MM-ddTHH:mm:ssZ\` in UTC`)

const secretName = string('name of the secret')
const arn = string('ARN of the secret')
const stagesOut = object('', { VersionStage: list('', string('label')) })
const dkmsInstanceId = optional(string('instance the secret belongs to'))
/** What only managed secrets answer. */
const rotationOut = {
  AutomaticRotation: optional(
    known('whether it rotates by itself; `Invalid` after rotation failed too often', [
      'Enabled',
      'Disabled',
      'Invalid',
    ]),
  ),
  RotationInterval: optional(string('seconds and the letter s')),
  NextRotationDate: optional(time('when it rotates next')),
}
const lastRotationDate = optional(time('when it rotated last'))
const extendedConfig = optional(string('settings of a managed secret, JSON text'))
const tagsOut = optional(
  object('', { Tag: list('', object('', { TagKey: string('key of the tag'), TagValue: string('value of the tag') })) }),
)
const owingService = string('always empty (the name is misspelt on the wire)')

const settings = { resource: 'secret' } as const
const written = { ...settings, mutates: true, quota: 'writeSecret' } as const
const replaced = { ...written, idempotent: true } as const

export const CreateSecret = define(
  'CreateSecret',
  'Creates a secret and its first version, which is the current one.',
  {
    SecretName: string(
      `1 to ${maxSecretNameLength} letters, digits and \`_ / + = . @ -\`; not beginning with \`acs/\` unless the type says so`,
      { minLength: 1, maxLength: maxSecretNameLength },
    ),
    VersionId: versionId,
    SecretData: secretData,
    SecretDataType: secretDataType,
    SecretType: optional(known('`Generic` unless given', secretTypes)),
    EncryptionKeyId: optional(
      string('symmetric key that seals the values; without one, a key that the service keeps for the account', {
        maxLength: 512,
      }),
    ),
    DKMSInstanceId: optional(string('instance that the secret is to belong to', { maxLength: 64 })),
    Description: optional(string('free text', { maxLength: 8192 })),
    Tags: optional(tagList),
    ExtendedConfig: optional(
      string('managed secrets: what they are for, a JSON object of up to 1024 characters', { maxLength: 1024 }),
    ),
    EnableAutomaticRotation: withDefault(boolean('managed secrets: whether it rotates by itself'), false),
    RotationInterval: optional(rotationInterval),
    Policy: optional(policy),
  },
  {
    Arn: arn,
    SecretName: secretName,
    VersionId: versionId,
    SecretType: known('type of the secret', secretTypes),
    DKMSInstanceId: dkmsInstanceId,
    ExtendedConfig: extendedConfig,
    ...rotationOut,
  },
  { ...written, quota: 'createSecret' },
)

const valueOut = {
  SecretName: secretName,
  VersionId: string('id of the version'),
  SecretData: string('the value, as it was given', { sensitive: true }),
  SecretDataType: known('`binary` says that the value is bytes in Base64', secretDataTypes),
  SecretType: known('type of the secret', secretTypes),
  VersionStages: stagesOut,
  CreateTime: time('when the version was stored'),
  ...rotationOut,
  LastRotationDate: lastRotationDate,
  ExtendedConfig: extendedConfig,
}
export const GetSecretValue = define(
  'GetSecretValue',
  'Returns the value of a secret: the version that VersionId names, else the one with the stage.',
  {
    SecretName: anySecretName,
    VersionStage: optional(string('stage label; `ACSCurrent` when neither is given', { maxLength: 64 })),
    VersionId: optional(string('id of a version; passed over for managed secrets', { maxLength: 64 })),
    FetchExtendedConfig: withDefault(boolean('managed secrets: answers ExtendedConfig, too'), false),
    DryRun: dryRun,
    Recipient: recipient,
  },
  { ...valueOut, CiphertextForRecipient: ciphertextForRecipient },
  { ...settings, access: 'use', hosts: ['public', 'instance'], quota: 'readSecret' },
)

export const BatchGetSecretValue = define(
  'BatchGetSecretValue',
  'Returns the values of several secrets. What cannot be answered is told in Errors; the call succeeds all the same.',
  {
    SecretsList: json(
      'up to 20 secrets, each named once',
      list(
        '',
        object('', {
          SecretName: anySecretName,
          VersionId: optional(string('id of a version', { maxLength: 64 })),
          VersionStage: optional(string('stage label', { maxLength: 64 })),
          FetchExtendedConfig: optional(boolean('managed secrets: answers ExtendedConfig, too')),
        }),
        { minLength: 1, maxLength: 20 },
      ),
    ),
  },
  {
    SecretValues: list('', object('', { ...valueOut, RequestId: string('of this value') })),
    Errors: list(
      '',
      object('', {
        SecretName: string('the name asked for'),
        HttpStatus: integer('status that GetSecretValue would have answered'),
        Code: string('error code'),
        Message: string('error text'),
      }),
    ),
  },
  { ...settings, actions: ['kms:GetSecretValue'], access: 'use', quota: 'readSecret' },
)

export const PutSecretValue = define(
  'PutSecretValue',
  'Stores a new version of a generic secret. The same version again is success; another value under its id is refused.',
  {
    SecretName: anySecretName,
    VersionId: versionId,
    SecretData: secretData,
    SecretDataType: secretDataType,
    VersionStages: optional(
      json('labels that move to the version; `["ACSCurrent"]` unless given', list('', stage, { maxLength: 8 })),
    ),
  },
  { SecretName: secretName, VersionId: string('id of the version'), VersionStages: stagesOut },
  replaced,
)

export const DescribeSecret = define(
  'DescribeSecret',
  'Describes a secret, without its value.',
  { SecretName: anySecretName, FetchTags: withDefault(boolean('answers the tags, too'), false) },
  {
    Arn: arn,
    SecretName: secretName,
    SecretType: known('type of the secret', secretTypes),
    EncryptionKeyId: string('key that seals the values; empty when the service keeps it'),
    Description: string('free text'),
    CreateTime: time('when the secret was created'),
    UpdateTime: time('when anything about it was changed last'),
    DKMSInstanceId: dkmsInstanceId,
    PlannedDeleteTime: optional(time('when it is deleted for good; only when that is planned')),
    ...rotationOut,
    LastRotationDate: lastRotationDate,
    ExtendedConfig: extendedConfig,
    Tags: tagsOut,
    OwingService: owingService,
  },
  settings,
)

// The cloud tells this nowhere.
export const GetSecretLastUsage = define(
  'GetSecretLastUsage',
  'Tells when a value of a secret was last read, by a call that succeeded.',
  { SecretName: anySecretName },
  { SecretName: secretName, ...lastUsage },
  { ...settings, api: keyhavenApi, actions: ['kms:DescribeSecret'] },
)

export const ListSecrets = define(
  'ListSecrets',
  'Lists the secrets of the account, those waiting for deletion included.',
  {
    Filters: optional(
      json(
        'conditions by SecretName (beginning), Description (part), TagKey, TagValue, DKMSInstanceId, SecretType or Creator; conditions on different names must all hold, of the values of one name any',
        list(
          '',
          object('', { Key: string('what to filter by'), Values: list('any of these', string(''), { maxLength: 10 }) }),
          { maxLength: 10 },
        ),
      ),
    ),
    FetchTags: withDefault(boolean('answers the tags, too'), false),
    PageNumber: pageNumber,
    PageSize: pageSize(1, 100),
  },
  {
    SecretList: object('', {
      Secret: list(
        '',
        object('', {
          SecretName: secretName,
          SecretType: known('type of the secret', secretTypes),
          CreateTime: time('when it was created'),
          UpdateTime: time('when it was changed last'),
          PlannedDeleteTime: optional(time('when it is deleted for good')),
          Tags: tagsOut,
          OwingService: owingService,
        }),
      ),
    }),
    ...pageOut,
  },
  { ...settings, resource: 'secret container' },
)

export const ListSecretVersionIds = define(
  'ListSecretVersionIds',
  'Lists the versions of a secret with their stages.',
  {
    SecretName: anySecretName,
    IncludeDeprecated: withDefault(boolean('lists versions that have lost every label, too'), false),
    PageNumber: pageNumber,
    PageSize: pageSize(1, 100),
  },
  {
    SecretName: secretName,
    VersionIds: object('', {
      VersionId: list(
        '',
        object('', {
          VersionId: string('id of the version'),
          CreateTime: time('when it was stored'),
          VersionStages: stagesOut,
        }),
      ),
    }),
    ...pageOut,
  },
  settings,
)

export const UpdateSecret = define(
  'UpdateSecret',
  'Replaces the description of a secret, or the custom data of a managed one.',
  {
    SecretName: anySecretName,
    Description: optional(string('free text', { minLength: 0, maxLength: 8192 })),
    'ExtendedConfig.CustomData': optional(
      stringMap('managed secrets: up to 10 pairs, as JSON text or as `ExtendedConfig.CustomData.<name>`', {
        maxLength: 1024,
      }),
    ),
  },
  { SecretName: secretName },
  replaced,
)

export const UpdateSecretVersionStage = define(
  'UpdateSecretVersionStage',
  'Moves a stage label to another version, or takes a custom label away.',
  {
    SecretName: anySecretName,
    VersionStage: stage,
    MoveToVersion: optional(string('version that gets the label', { maxLength: 64 })),
    RemoveFromVersion: optional(string('version that has it now', { maxLength: 64 })),
  },
  { SecretName: secretName },
  { ...written },
)

export const DeleteSecret = define(
  'DeleteSecret',
  'Plans the deletion of a secret, or deletes it at once.',
  {
    SecretName: anySecretName,
    ForceDeleteWithoutRecovery: withDefault(boolean('deletes it now; it cannot be restored'), false),
    RecoveryWindowInDays: optional(
      integer('days in which it can be restored, 30 unless given; not with force', { minimum: 7, maximum: 30 }),
    ),
  },
  { SecretName: secretName, PlannedDeleteTime: time('when it is deleted for good') },
  { ...written, quota: 'createSecret' },
)

export const RestoreSecret = define(
  'RestoreSecret',
  'Cancels the planned deletion of a secret.',
  { SecretName: anySecretName },
  { SecretName: secretName },
  written,
)

export const RotateSecret = define(
  'RotateSecret',
  'Rotates a managed secret now. A version id that exists already makes it a success without action.',
  { SecretName: anySecretName, VersionId: versionId },
  { Arn: arn, SecretName: secretName, VersionId: string('id of the new version') },
  { ...replaced, quota: 'rare' },
)

export const UpdateSecretRotationPolicy = define(
  'UpdateSecretRotationPolicy',
  'Turns automatic rotation of a managed secret on or off and sets its interval.',
  {
    SecretName: anySecretName,
    EnableAutomaticRotation: boolean('whether it rotates by itself'),
    RotationInterval: optional(rotationInterval),
  },
  { SecretName: secretName },
  replaced,
)

export const GetRandomPassword = define(
  'GetRandomPassword',
  'Makes a random password.',
  {
    PasswordLength: withDefault(integer('characters', { minimum: 8, maximum: 128 }), 32),
    ExcludeCharacters: optional(string('printable ASCII characters that it must not have', { maxLength: 95 })),
    ExcludeLowercase: withDefault(boolean('no lower-case letters'), false),
    ExcludeUppercase: withDefault(boolean('no upper-case letters'), false),
    ExcludeNumbers: withDefault(boolean('no digits'), false),
    ExcludePunctuation: withDefault(boolean('no punctuation'), false),
    RequireEachIncludedType: withDefault(boolean('at least one character of each kind that is not excluded'), true),
  },
  { RandomPassword: string('the password', { sensitive: true }) },
  { ...settings, resource: 'secret container', quota: 'writeSecret' },
)

export const SetSecretPolicy = define(
  'SetSecretPolicy',
  'Replaces the policy of a secret that belongs to an instance.',
  { SecretName: anySecretName, Policy: policy, PolicyName: policyName },
  {},
  replaced,
)

export const GetSecretPolicy = define(
  'GetSecretPolicy',
  'Returns the policy of a secret that belongs to an instance.',
  { SecretName: anySecretName, PolicyName: policyName },
  { Policy: string('policy document as JSON text') },
  settings,
)

// The cloud rotates managed secrets only.
export const SetSecretRotationHook = define(
  'SetSecretRotationHook',
  'Has a generic secret rotate by a hook of the operator’s, or no longer.',
  {
    SecretName: anySecretName,
    Hook: optional(string('name of the hook; without one the secret no longer rotates', { maxLength: 64 })),
    EnableAutomaticRotation: withDefault(boolean('whether it rotates by itself'), false),
    RotationInterval: optional(rotationInterval),
  },
  { SecretName: secretName },
  { ...replaced, api: keyhavenApi, actions: ['kms:UpdateSecretRotationPolicy'] },
)
