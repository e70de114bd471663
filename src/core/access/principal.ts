import type { Caller } from './caller.ts'

/** Who calls, and on whose behalf. */
export interface Principal {
  readonly caller: Caller
  /** `ecs.aliyuncs.com`, when the caller acts for a service */
  readonly service?: string | undefined
}

/**
 * Whether a principal of a policy means the caller. Sessions are meant by the name of their role. `<account>:*` means
 * the account, its users and roles, and in a Deny its application access points, too: a key that is denied to everybody
 * is denied to ClientKeys. An Allow never reaches them: their own policies say what they may do.
 */
export function isPrincipal({ caller, service }: Principal, name: string, effect: 'Allow' | 'Deny'): boolean {
  const { accountId, identity } = caller
  const start = `acs:ram::${accountId}:`
  if (!name.startsWith(start)) return service !== undefined && name === service
  const who = name.slice(start.length)
  if (identity.type === 'ApplicationAccessPoint') return effect === 'Deny' && who === '*'
  if (identity.type === 'FederatedUser') return isFederated(identity.provider, who, effect)
  if (who === '*') return true
  if (identity.type === 'Account') return who === 'root'
  return who === (identity.type === 'RAMUser' ? `user/${identity.name}` : `role/${identity.role}`)
}

/** What a caller is called within its account; a session by the name of its role. */
export function principalName({ identity }: Caller): string {
  switch (identity.type) {
    case 'Account':
      return 'root'
    case 'RAMUser':
      return `user/${identity.name}`
    case 'AssumedRoleUser':
      return `role/${identity.role}`
    case 'FederatedUser':
      return `oidc-provider/${identity.provider}`
    case 'ApplicationAccessPoint':
      return `applicationaccesspoint/${identity.name}`
  }
}

/**
 * On whose behalf a call is: account, user, role or access point, whichever AccessKey, session or ClientKey it uses.
 * What is bounded is shared out among these.
 */
export function principalId({ accountId, identity }: Caller): string {
  switch (identity.type) {
    case 'Account':
      return `${accountId}/root`
    case 'RAMUser':
      return `${accountId}/user/${identity.id}`
    case 'AssumedRoleUser':
      return `${accountId}/role/${identity.role}`
    case 'FederatedUser':
      return `${accountId}/oidc-provider/${identity.provider}/${identity.id}`
    case 'ApplicationAccessPoint':
      return `${accountId}/applicationaccesspoint/${identity.name}`
  }
}

/** Stands where a `principalId` stands, for what the service does by itself. */
export const theService = 'service'

/** Whom a provider vouches for is nobody of the account: an Allow means them by the provider's name only. */
const isFederated = (provider: string, who: string, effect: 'Allow' | 'Deny'): boolean =>
  who === `oidc-provider/${provider}` || (effect === 'Deny' && who === '*')
