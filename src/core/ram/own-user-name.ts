import { missingParameter } from '../errors.ts'
import type { Call } from '../kms.ts'
import { authorizeRam } from './ram-arn.ts'

/**
 * Whose AccessKeys a call is about, once the caller may act on them: the named user's, else the caller's own.
 * `undefined` stands for the account itself, whose AccessKeys nobody else manages: no policy binds who has one.
 * @throws KmsError `NoPermission`; `MissingParameter` of UserName from a role session, which has no AccessKeys
 */
export function authorizeForUser(call: Call, userName: string | undefined): string | undefined {
  const { identity } = call.caller
  const own = identity.type === 'RAMUser' ? identity.name : undefined
  const name = userName ?? own
  if (name === undefined && identity.type !== 'Account') throw missingParameter('UserName')
  authorizeRam(call, name === undefined ? 'root' : `user/${name}`)
  return name
}
