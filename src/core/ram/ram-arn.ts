import { authorize } from '../access/authorize.ts'
import type { Call } from '../kms.ts'
import type { PolicyType } from './policy.ts'

/** `acs:ram::<account>:<rest>`; RAM has no regions. */
export const ramArn = (accountId: string, rest: string): string => `acs:ram::${accountId}:${rest}`

/**
 * Decides whether the caller may act on something of RAM in its own account: `user/alice`, `role/*`, … What is decided
 * on several things is noted for the audit with all of them.
 */
export function authorizeRam(call: Call, rest: string): void {
  decide(call, rest, call.caller.accountId)
}

/** Decides whether the caller may act on a policy. The built-in ones are `acs:ram::system:policy/<name>`. */
export function authorizePolicy(
  call: Call,
  { policyType, policyName }: { readonly policyType: PolicyType; readonly policyName: string },
): void {
  decide(call, `policy/${policyName}`, policyType === 'System' ? 'system' : call.caller.accountId)
}

/** @param owner - as the ARN has it; the decision is the caller's account's in any case */
function decide(call: Call, rest: string, owner: string): void {
  const { resource } = call.audit
  call.audit.resource = resource === undefined ? rest : `${resource} ${rest}`
  authorize(call, { accountId: call.caller.accountId, arn: ramArn(owner, rest) })
}
