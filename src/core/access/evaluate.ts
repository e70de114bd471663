import type { Caller } from './caller.ts'
import { type Circumstances, compileCondition, type Facts } from './condition.ts'
import type { PolicyDocument, Statement } from './policy-document.ts'
import { isPrincipal } from './principal.ts'
import { hasEffect } from './resource-policy.ts'
import { type Matcher, wildcard } from './wildcard.ts'

/** What a call is about to touch, as the decision needs to know it. */
export interface Resource {
  /** `acs:kms:<region>:<account>:key/<id>` */
  readonly arn: string
  /** the account that owns it */
  readonly accountId: string
  /** for `kms:tag/<key>` conditions */
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** the instance that it belongs to, if any */
  readonly instanceId?: string | undefined
  /** key or secret policy, if the resource has one */
  readonly policy?: PolicyDocument | undefined
}

export interface AccessRequest {
  readonly caller: Caller
  /** `kms:Encrypt` */
  readonly action: string
  readonly resource: Resource
  readonly now: Date
  readonly facts?: Facts | undefined
  /** told of every statement that is about the request, in the order in which they are looked at */
  readonly trace?: ((policy: PolicyDocument, index: number, effect: 'Allow' | 'Deny') => void) | undefined
}

/** The kind of policy that refused, as the service's error names it. */
export type RefusingPolicy =
  | 'AccountLevelIdentityBasedPolicy'
  | 'SessionPolicy'
  | 'ResourceBasedPolicy'
  | 'AssumeRolePolicy'
export type Decision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: 'ExplicitDeny' | 'ImplicitDeny'; readonly policyType: RefusingPolicy }

type Verdict = 'Allow' | 'Deny' | 'None'
const allowed: Decision = { allowed: true }
const refused = (reason: 'ExplicitDeny' | 'ImplicitDeny', policyType: RefusingPolicy): Decision => ({
  allowed: false,
  reason,
  policyType,
})

/**
 * Decides one request. An explicit Deny anywhere refuses it. Then the caller's own account needs an Allow of the
 * identity policies or of the resource policy; another account needs both. A session policy can only narrow. The
 * account itself needs no identity policy, and no resource policy keeps it from reading and replacing that policy.
 *
 * @see access.md "Evaluation": KMS help, "Overview of key policies"
 */
export function decide(request: AccessRequest): Decision {
  const { caller, resource } = request
  const identity = identityVerdict(request)
  const session = caller.sessionPolicy ? verdict(caller.sessionPolicy, request) : 'Allow'
  const owner = resource.policy && !isRecovery(request) ? verdict(resource.policy, request) : 'None'
  if (identity === 'Deny') return refused('ExplicitDeny', 'AccountLevelIdentityBasedPolicy')
  if (session === 'Deny') return refused('ExplicitDeny', 'SessionPolicy')
  if (owner === 'Deny') return refused('ExplicitDeny', 'ResourceBasedPolicy')
  if (session !== 'Allow') return refused('ImplicitDeny', 'SessionPolicy')
  if (caller.accountId === resource.accountId) {
    if (identity === 'Allow' || owner === 'Allow') return allowed
    return refused('ImplicitDeny', 'AccountLevelIdentityBasedPolicy')
  }
  if (identity !== 'Allow') return refused('ImplicitDeny', 'AccountLevelIdentityBasedPolicy')
  return owner === 'Allow' ? allowed : refused('ImplicitDeny', 'ResourceBasedPolicy')
}

/**
 * A policy that denies everything to everybody, in one statement or by conditions that nobody can meet any more, would
 * lock the key away for good. The service has no word for "I mean it", and whether a policy locks out cannot be told
 * from its text; so it is taken, and its owner keeps the way back.
 */
function isRecovery({ caller, resource, action }: AccessRequest): boolean {
  const { accountId, kind } = resource.policy?.protects ?? {}
  if (caller.identity.type !== 'Account' || caller.accountId !== accountId) return false
  return [`kms:get${kind}policy`, `kms:set${kind}policy`].includes(action.toLowerCase())
}

function identityVerdict(request: AccessRequest): Verdict {
  if (request.caller.identity.type === 'Account') return 'Allow'
  return combined(request.caller.policies.map((policy) => verdict(policy, request)))
}

/** What a document says about a request, for any sort of policy; principals count where there are any. */
export function verdict(policy: PolicyDocument, request: AccessRequest): Verdict {
  const action = request.action.toLowerCase()
  const { caller, now, facts, resource, trace } = request
  const circumstances = { caller, now, facts, tags: resource.tags, instanceId: resource.instanceId }
  let found: Verdict = 'None'
  for (const [index, statement] of compiled(policy).entries()) {
    // Once something allows, only a Deny can change the outcome.
    if (found === 'Allow' && statement.effect === 'Allow' && trace === undefined) continue
    if (!statement.applies(action, resource.arn, circumstances)) continue
    const counts =
      statement.effect === 'Deny' ||
      policy.protects === undefined ||
      hasEffect(policy.protects, caller.accountId, action)
    if (counts) trace?.(policy, index, statement.effect)
    if (statement.effect === 'Deny') return 'Deny'
    if (counts) found = 'Allow'
  }
  return found
}

function combined(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('Deny')) return 'Deny'
  return verdicts.includes('Allow') ? 'Allow' : 'None'
}

interface CompiledStatement {
  readonly effect: 'Allow' | 'Deny'
  applies(action: string, arn: string, circumstances: Circumstances): boolean
}

/** Documents are immutable, so each is prepared once and forgotten with it. */
const prepared = new WeakMap<PolicyDocument, readonly CompiledStatement[]>()

function compiled(policy: PolicyDocument): readonly CompiledStatement[] {
  const known = prepared.get(policy)
  if (known !== undefined) return known
  const fresh = policy.statements.map(compile)
  prepared.set(policy, fresh)
  return fresh
}

function compile(statement: Statement): CompiledStatement {
  const actions = anyMatcher(statement.actions.map((action) => wildcard(action.toLowerCase())))
  const resources = anyMatcher(statement.resources.map(wildcard))
  const conditions = statement.conditions.map(compileCondition)
  const { effect, principals, exceptActions, exceptResources } = statement
  return {
    effect,
    applies: (action, arn, circumstances) =>
      actions(action) !== exceptActions &&
      resources(arn) !== exceptResources &&
      (principals === undefined || isMeant(circumstances, principals, effect)) &&
      conditions.every((holds) => holds(circumstances)),
  }
}

function isMeant({ caller, facts }: Circumstances, principals: readonly string[], effect: 'Allow' | 'Deny'): boolean {
  const service = facts?.service
  return principals.some((name) => isPrincipal({ caller, service }, name, effect))
}

function anyMatcher(matchers: readonly Matcher[]): Matcher {
  const [only] = matchers
  if (matchers.length === 1 && only !== undefined) return only
  return (text) => matchers.some((matches) => matches(text))
}
