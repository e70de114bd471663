import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import type { PolicyDocument } from './policy.ts'

/** What a call is about to touch, as the decision needs to know it. */
export interface Resource {
  /** `acs:kms:<region>:<account>:key/<id>` */
  readonly arn: string
  /** the account that owns it */
  readonly accountId: string
  /** for `kms:tag/<key>` conditions */
  readonly tags?: Readonly<Record<string, string>>
  /** key or secret policy, if the resource has one */
  readonly policy?: PolicyDocument | undefined
}

/**
 * Decides whether the caller may do `action` on `resource`; explicit Deny wins, otherwise an Allow is needed.
 * @param action - the operation's first action when left out
 * @throws KmsError `Forbidden.NoPermission`
 */
export function authorize(call: Call, resource: Resource, action = call.operation.actions[0]): void {
  if (call.caller.identity.type === 'Account' && call.caller.accountId === resource.accountId) return
  throw new KmsError('Forbidden.NoPermission', { accessDenied: { AuthAction: action ?? '' } })
}
