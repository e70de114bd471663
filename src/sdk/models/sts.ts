// Written by "npm run docs" from src/api/, not by hand.

/**
 * What AssumeRole is asked. Gives temporary credentials of a role to a user or session whom the role trusts. The
 * account itself assumes no roles.
 */
export interface AssumeRoleRequest {
  /** `acs:ram::<account>:role/<name>` */
  readonly roleArn: string
  /** names the session in the audit log: 2 to 64 letters, digits and `. @ - _` */
  readonly roleSessionName: string
  /** 900 to the longest session of the role; 3600 unless given */
  readonly durationSeconds?: number | undefined
  /** policy as JSON text that narrows what the session may do, up to 2048 characters */
  readonly policy?: string | undefined
  /** what the role's trust policy may ask for in a condition on `sts:ExternalId`; 2 to 1224 characters */
  readonly externalId?: string | undefined
  /** who stands behind the session and those that it opens; needs `sts:SetSourceIdentity`; 2 to 64 characters */
  readonly sourceIdentity?: string | undefined
}

/** AssumedRoleUser of AssumeRole, in what it answers. */
export interface AssumedRoleUser {
  /** `acs:ram::<account>:assumed-role/<name>/<session>` */
  readonly arn: string
  /** `<role id>:<session>` */
  readonly assumedRoleId: string
}

/** Credentials of AssumeRole, in what it answers. */
export interface Credentials {
  /** begins with `STS.` */
  readonly accessKeyId: string
  /** access key secret */
  readonly accessKeySecret: string
  /** goes with every request */
  readonly securityToken: string
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly expiration: string
}

/**
 * What AssumeRole answers. Gives temporary credentials of a role to a user or session whom the role trusts. The account
 * itself assumes no roles.
 */
export interface AssumeRoleResponse {
  /** assumed role user */
  readonly assumedRoleUser: AssumedRoleUser
  /** credentials */
  readonly credentials: Credentials
  /** source identity */
  readonly sourceIdentity?: string | undefined
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What AssumeRoleWithOIDC is asked. Gives temporary credentials of a role for a token of an identity provider; the call
 * need not be signed.
 */
export interface AssumeRoleWithOIDCRequest {
  /** `acs:ram::<account>:oidc-provider/<name>` */
  readonly oIDCProviderArn: string
  /** `acs:ram::<account>:role/<name>` */
  readonly roleArn: string
  /** JWT, as the provider has given it; 4 to 20000 characters */
  readonly oIDCToken: string
  /** names the session in the audit log: 2 to 64 letters, digits and `. @ - _` */
  readonly roleSessionName: string
  /** 900 to the longest session of the role; 3600 unless given */
  readonly durationSeconds?: number | undefined
  /** policy as JSON text that narrows what the session may do, up to 2048 characters */
  readonly policy?: string | undefined
}

/** OIDCTokenInfo of AssumeRoleWithOIDC, in what it answers. */
export interface AssumeRoleWithOIDCOIDCTokenInfo {
  /** issuer */
  readonly issuer: string
  /** subject */
  readonly subject: string
  /** audiences, with commas */
  readonly clientIds: string
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly issuanceTime: string
  /** yyyy-MM-ddTHH:mm:ssZ */
  readonly expirationTime: string
  /** Success */
  readonly verificationInfo: string
}

/**
 * What AssumeRoleWithOIDC answers. Gives temporary credentials of a role for a token of an identity provider; the call
 * need not be signed.
 */
export interface AssumeRoleWithOIDCResponse {
  /** assumed role user */
  readonly assumedRoleUser: AssumedRoleUser
  /** credentials */
  readonly credentials: Credentials
  /** what the token says */
  readonly oIDCTokenInfo: AssumeRoleWithOIDCOIDCTokenInfo
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetCallerIdentity is asked. Tells who the caller is. Everybody may ask. */
export interface GetCallerIdentityRequest {
}

/** What GetCallerIdentity answers. Tells who the caller is. Everybody may ask. */
export interface GetCallerIdentityResponse {
  /** 16 digits */
  readonly accountId: string
  /** ARN of the caller */
  readonly arn: string
  /** who it is */
  readonly identityType: 'Account' | 'RAMUser' | 'AssumedRoleUser' | (string & {})
  /** principal id */
  readonly principalId: string
  /** of a user or the account */
  readonly userId?: string | undefined
  /** of a role session */
  readonly roleId?: string | undefined
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}
