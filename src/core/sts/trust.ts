import { accessDenied, authorize } from '../access/authorize.ts'
import type { Facts } from '../access/condition.ts'
import { decide, verdict } from '../access/evaluate.ts'
import { parseTrustPolicy } from '../access/policy.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import type { Role } from '../ram/role.ts'

/** The service of cloud servers, whose place here is taken by `keyhaven metadata`. */
const machines = 'ecs.aliyuncs.com'

export interface Trusted {
  readonly role: Role
  readonly arn: string
  /** what conditions may ask about the request */
  readonly facts: Facts
}

/**
 * Refuses a caller whom the role does not trust. A role that trusts cloud servers is opened for who may hand it to one
 * (`ram:PassRole`): at the cloud that is who gives a server its role, here who runs the metadata service for it.
 *
 * @throws KmsError `NoPermission`
 */
export function requireTrust(call: Call, trusted: Trusted): void {
  const found = trustFor(call, trusted, 'sts:AssumeRole')
  if (found === 'Allow' || (found === 'None' && standsForMachine(call, trusted))) return
  throw notTrusted(call, 'sts:AssumeRole', found)
}

/**
 * Whom the session says to stand behind it: of a session that already has one, it stays. To set it, the caller needs the
 * permission `sts:SetSourceIdentity`, and the role has to trust it with that.
 *
 * @throws KmsError `NoPermission`
 */
export function sourceIdentityOf(call: Call, trusted: Trusted, asked: string | undefined): string | undefined {
  const { sourceIdentity } = call.caller
  if (asked === undefined || asked === sourceIdentity) return sourceIdentity
  const action = 'sts:SetSourceIdentity'
  if (sourceIdentity !== undefined) {
    throw new KmsError('NoPermission', { message: 'The SourceIdentity of a session cannot be changed.' })
  }
  authorize(call, { accountId: trusted.role.accountId, arn: trusted.arn }, action, trusted.facts)
  const found = trustFor(call, trusted, action)
  if (found !== 'Allow') throw notTrusted(call, action, found)
  return asked
}

function trustFor({ caller, kms }: Call, { role, arn, facts }: Trusted, action: string) {
  const resource = { arn, accountId: role.accountId }
  return verdict(parseTrustPolicy(role.trustPolicy), { caller, action, resource, now: kms.now(), facts })
}

function standsForMachine(call: Call, trusted: Trusted): boolean {
  const facts = { ...trusted.facts, service: machines }
  if (trustFor(call, { ...trusted, facts }, 'sts:AssumeRole') !== 'Allow') return false
  const resource = { arn: trusted.arn, accountId: trusted.role.accountId }
  return decide({ caller: call.caller, action: 'ram:PassRole', resource, now: call.kms.now(), facts }).allowed
}

export function notTrusted(call: Call, action: string, found: 'Deny' | 'None' | 'Allow'): KmsError {
  const reason = found === 'Deny' ? 'ExplicitDeny' : 'ImplicitDeny'
  const decision = { allowed: false, reason, policyType: 'AssumeRolePolicy' } as const
  return new KmsError('NoPermission', { accessDenied: accessDenied(call.caller, action, decision) })
}
