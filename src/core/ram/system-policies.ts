import type { Policy } from './policy.ts'

const kms = (...names: string[]): string[] => names.map((name) => `kms:${name}`)
const describing = kms('List*', 'Describe*', 'GetKeyPolicy', 'GetPublicKey', 'GetSecretPolicy', 'GetKmsInstance*')
const cryptography = kms(
  ...['Encrypt', 'Decrypt', 'AdvanceEncrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey*', 'ExportDataKey'],
  ...['GenerateAndExportDataKey', 'AsymmetricEncrypt', 'AsymmetricDecrypt', 'AsymmetricSign', 'AsymmetricVerify'],
  ...['GetPublicKey', 'GenerateMac', 'VerifyMac', 'GetManagedDataKey', 'ListManagedDataKeyVersions'],
)
const secretReading = kms('GetSecretValue', 'BatchGetSecretValue', 'DescribeSecret', 'ListSecretVersionIds')
const secretManagement = kms(
  ...['CreateSecret', 'DeleteSecret', 'RestoreSecret', 'UpdateSecret*', 'DescribeSecret', 'ListSecrets'],
  ...['ListSecretVersionIds', 'PutSecretValue', 'RotateSecret', 'GetRandomPassword', 'SetSecretPolicy'],
  ...['GetSecretPolicy', 'TagResource*', 'UntagResource*', 'ListTagResources', 'ListResourceTags'],
)
const keyManagement = kms(
  ...['CreateKey', 'CreateKeyVersion', 'EnableKey', 'DisableKey', 'UpdateKeyDescription', 'UpdateRotationPolicy'],
  ...['ScheduleKeyDeletion', 'CancelKeyDeletion', 'SetDeletionProtection', 'GetParametersForImport'],
  ...['ImportKeyMaterial', 'DeleteKeyMaterial', 'CreateAlias', 'UpdateAlias', 'DeleteAlias', 'SetKeyPolicy'],
  ...['ListKeys', 'ListKeyVersions', 'ListAliases', 'ListAliasesByKeyId', 'ListResourceTags', 'ListTagResources'],
  ...['DescribeKey', 'DescribeKeyVersion', 'DescribeRegions', 'GetKeyPolicy', 'GetPublicKey'],
  ...['TagResource*', 'UntagResource*'],
)

/**
 * The policies that every account has. Their names are the cloud's; the roles they draw apart are those who manage
 * keys and those who use them, and the same for secrets (SEC-40). Managing never includes using, nor the reverse.
 */
const built: readonly (readonly [name: string, description: string, actions: readonly string[]])[] = [
  ['AdministratorAccess', 'Everything', ['*']],
  ['AliyunKMSFullAccess', 'Everything of the key management service', kms('*')],
  ['AliyunKMSReadOnlyAccess', 'Looking at keys, secrets and instances; no cryptography, no secret values', describing],
  ['AliyunKMSCryptoAdminAccess', 'Managing keys without using them', keyManagement],
  [
    'AliyunKMSCryptoUserAccess',
    'Using keys without managing them',
    [...cryptography, ...kms('DescribeKey', 'DescribeRegions', 'ListKeys', 'ListAliases')],
  ],
  ['AliyunKMSSecretAdminAccess', 'Managing secrets without reading their values', secretManagement],
  [
    'AliyunKMSSecretUserAccess',
    'Reading secret values',
    [...secretReading, ...kms('ListSecrets', 'Decrypt', 'GetRandomPassword')],
  ],
  ['AliyunRAMFullAccess', 'Everything of users, policies and roles', ['ram:*']],
  ['AliyunRAMReadOnlyAccess', 'Looking at users, policies and roles', ['ram:Get*', 'ram:List*']],
  ['AliyunSTSAssumeRoleAccess', 'Assuming roles that trust the user', ['sts:AssumeRole']],
]

const since = '2026-01-01T00:00:00Z'

function systemPolicy(policyName: string, description: string, actions: readonly string[]): Policy {
  const document = JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] })
  return {
    accountId: '',
    policyName,
    description,
    createdAt: since,
    updatedAt: since,
    versions: [{ id: 'v1', document, createdAt: since }],
    defaultVersion: 'v1',
    nextVersion: 2,
    attachmentCount: 0,
  }
}

/** Built-in policies by name. */
export const systemPolicies: ReadonlyMap<string, Policy> = new Map(
  built.map(([name, description, actions]) => [name, systemPolicy(name, description, actions)]),
)
