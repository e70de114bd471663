import { boolean, integer, json, known, list, object, oneOf, optional, string, withDefault } from './field.ts'
import {
  anyKeyName,
  keyId,
  keyIdOrArn,
  keyMetadata,
  keyRotationDays,
  keySpecNames,
  keyUsageNames,
  keyVersion,
  keyVersionId,
  lastUsage,
  pageNumber,
  pageOut,
  pageSize,
  policy,
  policyName,
  protectionLevels,
  tagList,
} from './key-fields.ts'
import { define, keyhavenApi } from './operation.ts'

const description = string('free text', { maxLength: 8192 })
const rotationInterval = optional(
  string(
    `time between rotations: a number and d, h, m or s, ${keyRotationDays.shortest} to ${keyRotationDays.longest} days; needed when rotation is turned on`,
  ),
)

export const CreateKey = define(
  'CreateKey',
  'Creates a key. With origin EXTERNAL it waits for imported material.',
  {
    KeySpec: withDefault(oneOf('kind of key', keySpecNames), 'Aliyun_AES_256'),
    KeyUsage: optional(
      oneOf(
        'what the key is for; left out, SIGN/VERIFY for specs that sign, else the only usage of the spec',
        keyUsageNames,
      ),
    ),
    Origin: withDefault(oneOf('who makes the key material', ['Aliyun_KMS', 'EXTERNAL']), 'Aliyun_KMS'),
    ProtectionLevel: optional(
      oneOf('kept with the key; SOFTWARE when left out; an instance decides itself', protectionLevels),
    ),
    Description: optional(description),
    EnableAutomaticRotation: withDefault(boolean('rotate; symmetric keys of origin Aliyun_KMS only'), false),
    RotationInterval: rotationInterval,
    DKMSInstanceId: optional(string('instance to create the key in; left out, a default key is created')),
    KeyStorageMechanism: optional(
      oneOf('hardware instances: HsmInternal when left out; HsmEncryptedDatabase keys can rotate', [
        'HsmInternal',
        'HsmEncryptedDatabase',
      ]),
    ),
    Policy: optional(policy),
    Tags: optional(tagList),
  },
  { KeyMetadata: object('the new key', keyMetadata) },
  { resource: 'key container', mutates: true, quota: 'createKey' },
)

export const ListKeys = define(
  'ListKeys',
  'Lists the keys of the account, with filters.',
  {
    Filters: optional(
      json(
        'conditions by KeyState, KeySpec, KeyUsage, ProtectionLevel, CreatorType, Creator, DKMSInstanceId, keyId, AliasName, TagKey or TagValue; conditions on different names must all hold, of the values of one name any',
        list(
          '',
          object('', { Key: string('what to filter by'), Values: list('any of these', string(''), { maxLength: 10 }) }),
          { maxLength: 10 },
        ),
      ),
    ),
    PageNumber: pageNumber,
    PageSize: pageSize(1, 100),
  },
  {
    Keys: object('', { Key: list('', object('', { KeyId: string('key id'), KeyArn: string('key ARN') })) }),
    ...pageOut,
  },
  { resource: 'key container' },
)

export const DescribeKey = define(
  'DescribeKey',
  'Describes one key.',
  { KeyId: anyKeyName },
  {
    KeyMetadata: object('the key', {
      ...keyMetadata,
      DeletionProtection: known('whether it is protected from deletion', ['Enabled', 'Disabled']),
      DeletionProtectionDescription: optional(string('why it is protected')),
    }),
  },
)

// The cloud tells this nowhere.
export const GetKeyLastUsage = define(
  'GetKeyLastUsage',
  'Tells when a key was last used for cryptography, by a call that succeeded.',
  { KeyId: anyKeyName },
  { KeyId: string('key id'), ...lastUsage },
  { api: keyhavenApi, actions: ['kms:DescribeKey'] },
)

export const UpdateKeyDescription = define(
  'UpdateKeyDescription',
  'Replaces the description of a key.',
  { KeyId: keyId, Description: description },
  {},
  { mutates: true, idempotent: true },
)

export const EnableKey = define(
  'EnableKey',
  'Lets a disabled key be used again.',
  { KeyId: keyId },
  {},
  { mutates: true, idempotent: true },
)

export const DisableKey = define(
  'DisableKey',
  'Stops a key from being used until it is enabled again.',
  { KeyId: keyId },
  {},
  { mutates: true, idempotent: true },
)

export const ScheduleKeyDeletion = define(
  'ScheduleKeyDeletion',
  'Plans the deletion of a key; until then it cannot be used and the plan can be cancelled.',
  { KeyId: keyId, PendingWindowInDays: integer('days until the deletion', { minimum: 7, maximum: 366 }) },
  {},
  { mutates: true },
)

export const CancelKeyDeletion = define(
  'CancelKeyDeletion',
  'Cancels the planned deletion of a key, which is then enabled.',
  { KeyId: keyId },
  {},
  { mutates: true },
)

export const SetDeletionProtection = define(
  'SetDeletionProtection',
  'Turns deletion protection of a key or an instance on or off. Exactly one of KeyId, ProtectedResourceArn and KmsInstanceId names it.',
  {
    EnableDeletionProtection: boolean('whether it is to be protected'),
    DeletionProtectionDescription: optional(string('why; kept only when protection is turned on', { maxLength: 8192 })),
    KeyId: optional(string('key id', { maxLength: 512 })),
    ProtectedResourceArn: optional(string('ARN of a key or instance', { maxLength: 512 })),
    KmsInstanceId: optional(string('instance id', { maxLength: 64 })),
  },
  {},
  { mutates: true, idempotent: true },
)

export const GetKeyPolicy = define(
  'GetKeyPolicy',
  'Returns the policy of a key that belongs to an instance.',
  { KeyId: keyIdOrArn, PolicyName: policyName },
  { Policy: string('policy document as JSON text') },
)

export const SetKeyPolicy = define(
  'SetKeyPolicy',
  'Replaces the policy of a key that belongs to an instance.',
  { KeyId: keyIdOrArn, Policy: policy, PolicyName: policyName },
  {},
  { mutates: true, idempotent: true },
)

export const CreateKeyVersion = define(
  'CreateKeyVersion',
  'Makes a new version of a key; of a symmetric key it becomes the primary version.',
  { KeyId: anyKeyName },
  { KeyVersion: object('the new version', keyVersion) },
  { mutates: true },
)

export const DescribeKeyVersion = define(
  'DescribeKeyVersion',
  'Describes one version of a key.',
  { KeyId: anyKeyName, KeyVersionId: keyVersionId },
  { KeyVersion: object('the version', keyVersion) },
)

export const ListKeyVersions = define(
  'ListKeyVersions',
  'Lists the versions of a key.',
  { KeyId: anyKeyName, PageNumber: pageNumber, PageSize: pageSize(0, 101) },
  { KeyVersions: object('', { KeyVersion: list('', object('', keyVersion)) }), ...pageOut },
)

export const UpdateRotationPolicy = define(
  'UpdateRotationPolicy',
  'Turns automatic rotation of a key on or off and sets its interval.',
  {
    KeyId: keyId,
    EnableAutomaticRotation: boolean('whether the key rotates by itself'),
    RotationInterval: rotationInterval,
  },
  {},
  { mutates: true, idempotent: true },
)
