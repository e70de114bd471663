import { boolean, integer, json, list, object, optional, string, withDefault } from './field.ts'
import { define } from './operation.ts'

export const CreateKey = define(
  'CreateKey',
  'Creates a key. With origin EXTERNAL it waits for imported material.',
  {
    DKMSInstanceId: optional(string('KMS instance ID; leave out to create a default (master) key')),
    Description: optional(string('0 to 8192 chars', { maxLength: 8192 })),
    EnableAutomaticRotation: withDefault(boolean('default false; symmetric KMS-generated material only'), false),
    KeySpec: withDefault(
      string(
        'default Aliyun_AES_256 (Aliyun_SM4 in mainland managed-HSM regions, older documentation); Aliyun_SM4, RSA_2048, RSA_3072, EC_P256, EC_P256K, EC_SM2; instances offer more (AES lengths, HMAC family since 2026; those names are not in the models)',
      ),
      'Aliyun_AES_256',
    ),
    KeyStorageMechanism: optional(string('HsmInternal (default) | HsmEncryptedDatabase; hardware instances only')),
    KeyUsage: optional(
      string(
        'ENCRYPT/DECRYPT | SIGN/VERIFY; when absent: SIGN/VERIFY for specs that sign, else ENCRYPT/DECRYPT; a MAC usage must exist for GenerateMac keys (name not in the models)',
      ),
    ),
    Origin: withDefault(string('Aliyun_KMS (default) | EXTERNAL; case-sensitive'), 'Aliyun_KMS'),
    Policy: optional(
      string('JSON policy document, up to 32768 bytes; Version "1" and Statement[]', { maxLength: 32768 }),
    ),
    ProtectionLevel: optional(string('SOFTWARE | HSM; default SOFTWARE; ignored with DKMSInstanceId')),
    RotationInterval: optional(
      string(
        'integer + d/h/m/s; documented ranges: 7 to 730 days (2021), 365 days for default keys and 7 to 365 days for software-protected keys (2026); needed when EnableAutomaticRotation is true',
      ),
    ),
    Tags: optional(
      json(
        'tags',
        list('', object('', { TagKey: string('1 to 128 characters'), TagValue: string('0 to 128 characters') })),
      ),
    ),
  },
  {
    KeyMetadata: object('', {
      Arn: string(''),
      AutomaticRotation: string(''),
      CreationDate: string(''),
      Creator: string(''),
      DKMSInstanceId: optional(string('')),
      DeleteDate: string(''),
      Description: string(''),
      KeyId: string(''),
      KeySpec: string(''),
      KeyState: string(''),
      KeyUsage: string(''),
      LastRotationDate: string(''),
      MaterialExpireTime: string(''),
      NextRotationDate: optional(string('')),
      Origin: string(''),
      PrimaryKeyVersion: optional(string('')),
      ProtectionLevel: string(''),
      RotationInterval: optional(string('')),
    }),
  },
  { resource: 'key container', mutates: true, quota: 'createKey' },
)

export const ListKeys = define(
  'ListKeys',
  'Lists the keys of the account, with filters.',
  {
    Filters: optional(
      json(
        'conditions, all of which must hold',
        list('', object('', { Key: string('what to filter by'), Values: list('one of these values', string('')) }), {
          maxLength: 10,
        }),
      ),
    ),
    PageNumber: withDefault(integer('page to return, from 1', { minimum: 1 }), 1),
    PageSize: withDefault(integer('items in a page', { minimum: 1, maximum: 100 }), 10),
  },
  {
    Keys: object('', { Key: list('', object('', { KeyArn: string(''), KeyId: string('') })) }),
    PageNumber: integer(''),
    PageSize: integer(''),
    TotalCount: integer(''),
  },
  { resource: 'key container' },
)

export const DescribeKey = define(
  'DescribeKey',
  'Describes one key.',
  { KeyId: string('key id, alias (`alias/…`) or key ARN') },
  {
    KeyMetadata: object('', {
      Arn: string(''),
      AutomaticRotation: string(''),
      CreationDate: string(''),
      Creator: string(''),
      DKMSInstanceId: optional(string('')),
      DeleteDate: string(''),
      DeletionProtection: optional(string('')),
      DeletionProtectionDescription: optional(string('')),
      Description: string(''),
      KeyId: string(''),
      KeySpec: string(''),
      KeyState: string(''),
      KeyUsage: string(''),
      LastRotationDate: string(''),
      MaterialExpireTime: string(''),
      NextRotationDate: optional(string('')),
      Origin: string(''),
      PrimaryKeyVersion: optional(string('')),
      ProtectionLevel: string(''),
      RotationInterval: optional(string('')),
    }),
  },
)

export const UpdateKeyDescription = define(
  'UpdateKeyDescription',
  'Replaces the description of a key.',
  { Description: string('', { maxLength: 8192 }), KeyId: string('key id') },
  {},
  { mutates: true, idempotent: true },
)

export const EnableKey = define(
  'EnableKey',
  'Lets a disabled key be used again.',
  { KeyId: string('key id') },
  {},
  { mutates: true, idempotent: true },
)

export const DisableKey = define(
  'DisableKey',
  'Stops a key from being used until it is enabled again.',
  { KeyId: string('key id') },
  {},
  { mutates: true, idempotent: true },
)

export const ScheduleKeyDeletion = define(
  'ScheduleKeyDeletion',
  'Plans the deletion of a key; until then it cannot be used and the plan can be cancelled.',
  { KeyId: string('key id'), PendingWindowInDays: integer('days until the deletion', { minimum: 7, maximum: 366 }) },
  {},
  { mutates: true },
)

export const CancelKeyDeletion = define(
  'CancelKeyDeletion',
  'Cancels the planned deletion of a key.',
  { KeyId: string('key id') },
  {},
  { mutates: true },
)

export const SetDeletionProtection = define(
  'SetDeletionProtection',
  'Turns deletion protection of a key on or off.',
  {
    DeletionProtectionDescription: optional(string('used only when enabling')),
    EnableDeletionProtection: boolean('true | false'),
    KeyId: optional(string('key id')),
    KmsInstanceId: optional(string('added 2026-07')),
    ProtectedResourceArn: optional(string('key ARN; alternative to KeyId and KmsInstanceId')),
  },
  {},
  { mutates: true, idempotent: true },
)

export const GetKeyPolicy = define(
  'GetKeyPolicy',
  'Returns the policy of a key that belongs to an instance.',
  {
    KeyId: string('key id or key ARN'),
    PolicyName: withDefault(string('only "default"; default "default"'), 'default'),
  },
  { Policy: string('') },
)

export const SetKeyPolicy = define(
  'SetKeyPolicy',
  'Replaces the policy of a key that belongs to an instance.',
  {
    KeyId: string('key id or key ARN'),
    Policy: string('JSON policy document, up to 32768 bytes; Version "1" and Statement[]', { maxLength: 32768 }),
    PolicyName: withDefault(string('only "default"; default "default"'), 'default'),
  },
  {},
  { mutates: true, idempotent: true },
)

export const CreateKeyVersion = define(
  'CreateKeyVersion',
  'Makes a new version of a key; of a symmetric key it becomes the primary version.',
  { KeyId: string('key id, alias (`alias/…`) or key ARN') },
  { KeyVersion: object('', { CreationDate: string(''), KeyId: string(''), KeyVersionId: string('') }) },
  { mutates: true },
)

export const DescribeKeyVersion = define(
  'DescribeKeyVersion',
  'Describes one version of a key.',
  { KeyId: string('key id, alias (`alias/…`) or key ARN'), KeyVersionId: string('key version ID') },
  { KeyVersion: object('', { CreationDate: string(''), KeyId: string(''), KeyVersionId: string('') }) },
)

export const ListKeyVersions = define(
  'ListKeyVersions',
  'Lists the versions of a key.',
  {
    KeyId: string('key id, alias (`alias/…`) or key ARN'),
    PageNumber: withDefault(integer('page to return, from 1', { minimum: 1 }), 1),
    PageSize: withDefault(integer('items in a page', { minimum: 0, maximum: 101 }), 10),
  },
  {
    KeyVersions: object('', {
      KeyVersion: list('', object('', { CreationDate: string(''), KeyId: string(''), KeyVersionId: string('') })),
    }),
    PageNumber: integer(''),
    PageSize: integer(''),
    TotalCount: integer(''),
  },
)

export const UpdateRotationPolicy = define(
  'UpdateRotationPolicy',
  'Turns automatic rotation of a key on or off and sets its interval.',
  {
    EnableAutomaticRotation: boolean(''),
    KeyId: string('key id'),
    RotationInterval: optional(string('integer + d/h/m/s, 7 to 730 days; needed when enabling')),
  },
  {},
  { mutates: true, idempotent: true },
)
