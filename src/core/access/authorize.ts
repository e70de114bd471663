import { KmsError } from '../errors.ts'
import type { Caller } from './caller.ts'
import type { Facts } from './condition.ts'
import { type Decision, decide, type Resource } from './evaluate.ts'

export type { Resource }

/** Who wants to do what, and when it is: every `Call` says so. */
export interface Asking {
  readonly caller: Caller
  readonly operation: { readonly actions: readonly string[] }
  readonly kms: { now(): Date }
  /** takes note of the last decision */
  readonly audit?: { authorized?: boolean }
}

/**
 * Decides whether the caller may do `action` on `resource`; explicit Deny wins, otherwise an Allow is needed.
 * @param action - the operation's first action when left out
 * @param facts - what conditions may ask about this request besides
 * @throws KmsError `Forbidden.NoPermission` (`NoPermission` from RAM and STS), saying in `accessDenied` who lacks what
 */
export function authorize(
  call: Asking,
  resource: Resource,
  action = call.operation.actions[0] ?? '',
  facts?: Facts,
): void {
  const decision = decide({ caller: call.caller, action, resource, now: call.kms.now(), facts })
  if (call.audit) call.audit.authorized = decision.allowed
  if (decision.allowed) return
  const code = /^(ram|sts):/.test(action) ? 'NoPermission' : 'Forbidden.NoPermission'
  throw new KmsError(code, { accessDenied: accessDenied(call.caller, action, decision) })
}

const principalTypes = {
  Account: 'RootUser',
  RAMUser: 'SubUser',
  AssumedRoleUser: 'AssumedRoleUser',
  FederatedUser: 'FederatedUser',
  ApplicationAccessPoint: 'ApplicationAccessPoint',
}

/** `AccessDeniedDetail` of the error body. */
export function accessDenied(
  { accountId, identity }: Caller,
  action: string,
  { reason, policyType }: Extract<Decision, { allowed: false }>,
): Readonly<Record<string, string>> {
  return {
    AuthAction: action,
    AuthPrincipalType: principalTypes[identity.type],
    AuthPrincipalOwnerId: accountId,
    AuthPrincipalDisplayName:
      identity.type === 'AssumedRoleUser' ? `${identity.role}:${identity.session}` : identity.id,
    NoPermissionType: reason,
    PolicyType: policyType,
  }
}
