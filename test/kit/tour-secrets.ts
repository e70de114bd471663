import { keyhavenApi, ramApi } from '../../src/api/operation.ts'
import type { Step } from './tour.ts'

const named = (name: string) => () => ({ SecretName: name })
const password = 'app/db-password'

const user = { UserName: 'rotating' }
const ofUser = `acs/ram/user/${user.UserName}`
const ram = (action: string, parameters: Step['parameters'], remember?: Step['remember']): Step => ({
  ...{ action, version: ramApi.version, parameters },
  ...(remember ? { remember } : {}),
})

/** A secret that rotates, and what it opens. */
const rotationTour: readonly Step[] = [
  ram('CreateUser', () => user),
  ram(
    'CreateAccessKey',
    () => user,
    ({ AccessKey }, world) => {
      world.set('rotating', AccessKey.AccessKeyId)
      world.set('rotating secret', AccessKey.AccessKeySecret)
    },
  ),
  {
    action: 'CreateSecret',
    parameters: (world) => ({
      ...{ SecretName: '$Auto', VersionId: 'v1', SecretType: 'RAMCredentials' },
      SecretData: JSON.stringify({
        AccessKeys: [{ AccessKeyId: world.get('rotating'), AccessKeySecret: world.get('rotating secret') }],
      }),
      ExtendedConfig: JSON.stringify({ SecretSubType: 'RamUserAccessKey', ...user }),
    }),
  },
  { action: 'RotateSecret', parameters: () => ({ SecretName: ofUser, VersionId: 'v2' }) },
  {
    action: 'GetSecretValue',
    parameters: named(ofUser),
    remember: ({ SecretData }, world) => world.set('rotated', JSON.parse(SecretData).AccessKeyId),
  },
  { action: 'DeleteSecret', parameters: () => ({ SecretName: ofUser, ForceDeleteWithoutRecovery: 'true' }) },
  ram('DeleteAccessKey', (world) => ({ ...user, UserAccessKeyId: world.get('rotating') })),
  ram('DeleteAccessKey', (world) => ({ ...user, UserAccessKeyId: world.get('rotated') })),
  ram('DeleteUser', () => user),
]

/** Secrets and everything about them. */
export const secretsTour: readonly Step[] = [
  {
    action: 'CreateSecret',
    parameters: (world) => ({
      SecretName: password,
      VersionId: 'v1',
      SecretData: world.secret('secret'),
      Tags: '[{"TagKey":"team","TagValue":"a"}]',
      Description: 'of the database',
    }),
  },
  {
    action: 'PutSecretValue',
    parameters: (world) => ({ SecretName: password, VersionId: 'v2', SecretData: world.secret('secret again') }),
  },
  { action: 'GetSecretValue', parameters: named(password) },
  {
    action: 'BatchGetSecretValue',
    parts: ['Success', 'Forbidden.ResourceNotFound'],
    parameters: () => ({ SecretsList: JSON.stringify([{ SecretName: password }, { SecretName: 'none' }]) }),
  },
  { action: 'DescribeSecret', parameters: () => ({ SecretName: password, FetchTags: 'true' }) },
  { action: 'GetSecretLastUsage', version: keyhavenApi.version, parameters: named(password) },
  { action: 'ListSecrets', parameters: () => ({ Filters: '[{"Key":"SecretName","Values":["app/"]}]' }) },
  { action: 'ListSecretVersionIds', parameters: () => ({ SecretName: password, IncludeDeprecated: 'true' }) },
  { action: 'UpdateSecret', parameters: () => ({ SecretName: password, Description: 'changed' }) },
  {
    action: 'UpdateSecretVersionStage',
    parameters: () => ({ SecretName: password, VersionStage: 'ACSCurrent', MoveToVersion: 'v1' }),
  },
  { action: 'GetSecretPolicy', parameters: named(password), code: 'Forbidden.KeyPolicyUnSupported' },
  {
    action: 'SetSecretPolicy',
    parameters: () => ({ SecretName: password, Policy: '{"Version":"1","Statement":[]}' }),
    code: 'Forbidden.KeyPolicyUnSupported',
  },
  {
    action: 'RotateSecret',
    parameters: () => ({ SecretName: password, VersionId: 'v3' }),
    code: 'Rejected.UnsupportedOperation',
  },
  {
    action: 'UpdateSecretRotationPolicy',
    parameters: () => ({ SecretName: password, EnableAutomaticRotation: 'true', RotationInterval: '7d' }),
    code: 'Rejected.UnsupportedOperation',
  },
  { action: 'SetSecretRotationHook', version: keyhavenApi.version, parameters: named(password) },
  { action: 'GetRandomPassword', parameters: () => ({ PasswordLength: '20', ExcludePunctuation: 'true' }) },
  { action: 'DeleteSecret', parameters: () => ({ SecretName: password, RecoveryWindowInDays: '7' }) },
  { action: 'RestoreSecret', parameters: named(password) },
  ...rotationTour,
]
