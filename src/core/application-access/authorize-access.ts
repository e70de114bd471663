import { authorize } from '../access/authorize.ts'
import { arnOf } from '../arn.ts'
import type { Call } from '../kms.ts'

/**
 * Decides whether the caller may act on something of application access in its own account:
 * `network/<name>`, `policy/<name>`, `applicationaccesspoint/<name>`, or the container alone for lists.
 * @returns its ARN
 */
export function authorizeAccess(call: Call, rest: string): string {
  const { accountId } = call.caller
  const arn = arnOf(call.kms, accountId, rest)
  call.audit.resource = rest
  authorize(call, { accountId, arn })
  return arn
}

/**
 * Decides whether the caller may give policies to an access point, or take them from it: as with users and roles in
 * RAM, that needs the permission on both. The cloud publishes no rule.
 */
export function authorizePolicies(call: Call, names: Iterable<string>): void {
  const { accountId } = call.caller
  for (const name of names) authorize(call, { accountId, arn: arnOf(call.kms, accountId, `policy/${name}`) })
}
