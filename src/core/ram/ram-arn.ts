import { authorize } from '../access/authorize.ts'
import type { Call } from '../kms.ts'

/** `acs:ram::<account>:<rest>`; RAM has no regions. */
export const ramArn = (accountId: string, rest: string): string => `acs:ram::${accountId}:${rest}`

/** Decides whether the caller may act on something of RAM in its own account: `user/alice`, `policy/*`, … */
export function authorizeRam(call: Call, rest: string): void {
  const { accountId } = call.caller
  call.audit.resource = rest
  authorize(call, { accountId, arn: ramArn(accountId, rest) })
}
