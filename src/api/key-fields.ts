import { integer, json, known, list, object, optional, string, withDefault } from './field.ts'

/** Fields that several operations on keys share. */
const nameLimits = { minLength: 1, maxLength: 512 }
export const anyKeyName = string('key id, alias (`alias/…`) or key ARN', nameLimits)
export const keyIdOrArn = string('key id or key ARN; an alias is refused with `Unsupported.Alias`', nameLimits)
export const keyId = string('key id; an alias is refused with `Unsupported.Alias`', nameLimits)
export const keyVersionId = string('key version id', { minLength: 1, maxLength: 64 })
export const keySpecNames = [
  ...['Aliyun_AES_256', 'Aliyun_AES_192', 'Aliyun_AES_128', 'Aliyun_SM4'],
  ...['RSA_2048', 'RSA_3072', 'RSA_4096', 'EC_P256', 'EC_P256K', 'EC_SM2'],
  ...['HMAC_SM3', 'HMAC_SHA_224', 'HMAC_SHA_256', 'HMAC_SHA_384', 'HMAC_SHA_512'],
] as const

export const keyUsageNames = ['ENCRYPT/DECRYPT', 'SIGN/VERIFY', 'GENERATE/VERIFY_MAC'] as const
export const protectionLevels = ['SOFTWARE', 'HSM'] as const

/** The states of a key; what each refuses is in core. */
export const keyStateNames = ['Enabled', 'Disabled', 'PendingDeletion', 'PendingImport'] as const

const time = (what: string) => string(`${what}, \`yyyy-MM-ddTHH:mm:ssZ\` in UTC`)

export const pageNumber = withDefault(integer('page to return, from 1', { minimum: 1, maximum: 2_147_483_647 }), 1)
/** `minimum` and `maximum` differ from list to list, as they do at the service. */
export const pageSize = (minimum: number, maximum: number) =>
  withDefault(integer('items in a page', { minimum, maximum }), 10)
export const pageOut = {
  PageNumber: integer('the page returned'),
  PageSize: integer('items in a page'),
  TotalCount: integer('items on all pages'),
}

/** Bounds of a key's RotationInterval. */
export const keyRotationDays = { shortest: 7, longest: 730 } as const
/** A key or secret policy, in characters. */
export const maxPolicyLength = 32_768
/** Of keys and secrets alike. */
export const policy = string(`policy document: JSON of up to ${maxPolicyLength} bytes, Version "1"`, {
  maxLength: maxPolicyLength,
})
export const policyName = withDefault(string('only `default` exists'), 'default')

export const tagList = json(
  'the tags, up to 20: keys of 1 to 128, values of 0 to 128 letters, digits and `/ \\ _ - . + = : @`',
  list('', object('', { TagKey: string('not beginning with `aliyun` or `acs:`'), TagValue: string('value') })),
)

export const keyMetadata = {
  KeyId: string('id of the key'),
  Arn: string('ARN of the key'),
  CreationDate: time('when the key was created'),
  Creator: string('account that created it'),
  Description: string('free text'),
  KeySpec: known('key spec', keySpecNames),
  KeyUsage: known('what the key is for', keyUsageNames),
  KeyState: known('state of the key', keyStateNames),
  Origin: known('who made the key material', ['Aliyun_KMS', 'EXTERNAL']),
  ProtectionLevel: known('where it is kept', protectionLevels),
  PrimaryKeyVersion: optional(string('version that encrypts; asymmetric keys have none')),
  LastRotationDate: string(
    'when the newest version was created, `yyyy-MM-ddTHH:mm:ssZ` in UTC; empty while there is none, before the first import',
  ),
  AutomaticRotation: known('whether it rotates by itself; `Suspended` while the key is not enabled', [
    ...['Enabled', 'Disabled', 'Suspended'],
  ]),
  RotationInterval: optional(string('seconds and the letter s; unless rotation is Disabled')),
  NextRotationDate: optional(time('when it rotates next; unless rotation is Disabled')),
  DeleteDate: string('planned time of deletion; empty when none is planned'),
  MaterialExpireTime: string('when imported material expires; empty when it does not'),
  DKMSInstanceId: optional(string('instance the key belongs to; default keys have none')),
}

export const keyVersion = {
  KeyId: string('id of the key'),
  KeyVersionId: string('id of the version'),
  CreationDate: time('when the version was created'),
}

/** What Keyhaven's own operations tell of the last use of a key or secret. */
export const lastUsage = {
  LastUsedDate: optional(string('when it was last used, `yyyy-MM-ddTHH:mm:ssZ` in UTC; absent when no use is known')),
  LastUsedOperation: optional(string('the operation that used it then')),
  TrackingStartDate: string(
    'since when uses are noted; nothing is known of uses before, `yyyy-MM-ddTHH:mm:ssZ` in UTC',
  ),
}
