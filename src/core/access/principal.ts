import type { Caller } from './caller.ts'

/**
 * Whether a principal of a policy means the caller. Sessions are meant by the name of their role. `<account>:*` means
 * the account, its users and roles; application access points are no principals of RAM.
 */
export function isPrincipal({ accountId, identity }: Caller, name: string): boolean {
  const start = `acs:ram::${accountId}:`
  if (!name.startsWith(start) || identity.type === 'ApplicationAccessPoint') return false
  const who = name.slice(start.length)
  if (who === '*') return true
  if (identity.type === 'Account') return who === 'root'
  return who === (identity.type === 'RAMUser' ? `user/${identity.name}` : `role/${identity.role}`)
}
