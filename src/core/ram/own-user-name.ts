import { authorizeRam } from '../access/ram-arn.ts'
import type { Call } from '../kms.ts'

/**
 * Whose AccessKeys a call is about, once the caller may act on them: the named user's, else the caller's own.
 * `undefined` stands for the account itself.
 * @throws KmsError `NoPermission`
 */
export function authorizeForUser(call: Call, userName: string | undefined): string | undefined {
  const { identity } = call.caller
  const own = identity.type === 'RAMUser' ? identity.name : undefined
  const name = userName ?? own
  // Only the account is without a name of its own: a role session has no AccessKeys and must name a user.
  authorizeRam(call, name === undefined ? 'root' : `user/${name}`)
  return name
}
