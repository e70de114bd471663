import { keyhavenApi } from '../../src/api/operation.ts'
import type { Step } from './tour.ts'

const named = (name: string) => () => ({ SecretName: name })
const password = 'app/db-password'

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
]
