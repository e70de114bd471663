import { integer, known, object, optional, string, withDefault } from './field.ts'
import { define, stsApi } from './operation.ts'

const sessionName = 'names the session in the audit log: 2 to 64 letters, digits and `. @ - _`'
const duration = withDefault(integer('900 to the longest session of the role'), 3600)
const sessionPolicy = optional(
  string('policy as JSON text that narrows what the session may do, up to 2048 characters'),
)
const openedSession = {
  AssumedRoleUser: object('', {
    Arn: string('`acs:ram::<account>:assumed-role/<name>/<session>`'),
    AssumedRoleId: string('`<role id>:<session>`'),
  }),
  Credentials: object('', {
    AccessKeyId: string('begins with `STS.`'),
    AccessKeySecret: string('', { sensitive: true }),
    SecurityToken: string('goes with every request', { sensitive: true }),
    Expiration: string('yyyy-MM-ddTHH:mm:ssZ'),
  }),
}

export const AssumeRole = define(
  'AssumeRole',
  'Gives temporary credentials of a role to a user or session whom the role trusts. The account itself assumes no roles.',
  {
    RoleArn: string('`acs:ram::<account>:role/<name>`'),
    RoleSessionName: string(sessionName),
    DurationSeconds: duration,
    Policy: sessionPolicy,
    ExternalId: optional(
      string("what the role's trust policy may ask for in a condition on `sts:ExternalId`", {
        minLength: 2,
        maxLength: 1224,
        pattern: /^[\w+=,.@:/-]*$/,
      }),
    ),
    SourceIdentity: optional(
      string('who stands behind the session and those that it opens; needs `sts:SetSourceIdentity`', {
        minLength: 2,
        maxLength: 64,
        pattern: /^[\w.@-]+$/,
      }),
    ),
  },
  {
    ...openedSession,
    SourceIdentity: optional(string('')),
  },
  { api: stsApi, resource: 'account', access: 'use', mutates: true },
)

export const AssumeRoleWithOIDC = define(
  'AssumeRoleWithOIDC',
  'Gives temporary credentials of a role for a token of an identity provider; the call need not be signed.',
  {
    OIDCProviderArn: string('`acs:ram::<account>:oidc-provider/<name>`'),
    RoleArn: string('`acs:ram::<account>:role/<name>`'),
    OIDCToken: string('JWT, as the provider has given it', { minLength: 4, maxLength: 20_000, sensitive: true }),
    RoleSessionName: string(sessionName),
    DurationSeconds: duration,
    Policy: sessionPolicy,
  },
  {
    ...openedSession,
    OIDCTokenInfo: object('what the token says', {
      Issuer: string(''),
      Subject: string(''),
      ClientIds: string('audiences, with commas'),
      IssuanceTime: string('yyyy-MM-ddTHH:mm:ssZ'),
      ExpirationTime: string('yyyy-MM-ddTHH:mm:ssZ'),
      VerificationInfo: string('Success'),
    }),
  },
  { api: stsApi, resource: 'none', actions: [], access: 'use', mutates: true },
)

export const GetCallerIdentity = define(
  'GetCallerIdentity',
  'Tells who the caller is. Everybody may ask.',
  {},
  {
    AccountId: string('16 digits'),
    Arn: string('ARN of the caller'),
    IdentityType: known('who it is', ['Account', 'RAMUser', 'AssumedRoleUser']),
    PrincipalId: string(''),
    UserId: optional(string('of a user or the account')),
    RoleId: optional(string('of a role session')),
  },
  { api: stsApi, resource: 'none', actions: [] },
)
