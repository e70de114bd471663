import type { Caller } from './caller.ts'

/** The caller's own ARN, as GetCallerIdentity and the audit log give it. */
export function callerArn({ accountId, identity }: Caller): string {
  const start = `acs:ram::${accountId}:`
  switch (identity.type) {
    case 'Account':
      return `${start}root`
    case 'RAMUser':
      return `${start}user/${identity.name}`
    case 'AssumedRoleUser':
      return `${start}assumed-role/${identity.role}/${identity.session}`
    case 'FederatedUser':
      return `${start}oidc-provider/${identity.provider}/${identity.id}`
    case 'ApplicationAccessPoint':
      return `acs:kms::${accountId}:applicationaccesspoint/${identity.name}`
  }
}
