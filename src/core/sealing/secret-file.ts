import type { Stats } from 'node:fs'

/**
 * Says why a file that holds a root secret is not private enough. Only its owner may read it; where root owns it, its
 * group may too, since a secret that is mounted for a service that is not root cannot be had otherwise. PostgreSQL has
 * the same rule for private keys.
 *
 * @returns undefined if it is private
 */
export function whyNotPrivate({ mode, uid }: Pick<Stats, 'mode' | 'uid'>): string | undefined {
  const forbidden = uid === 0 ? 0o037 : 0o077
  if (process.platform === 'win32' || (mode & forbidden) === 0) return undefined
  return 'can be read by others. Make it readable by its owner only (chmod 600), or let root own it and its group read it (chmod 440)'
}
