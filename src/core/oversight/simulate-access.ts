import { isIP } from 'node:net'
import type { Input, Result } from '../../api/operation.ts'
import type { SimulateAccess } from '../../api/oversight.ts'
import { callerArn } from '../access/caller-arn.ts'
import { type Decision, decide } from '../access/evaluate.ts'
import type { PolicyDocument } from '../access/policy-document.ts'
import { type ClientKeyCredential, requireNetwork } from '../callers/client-keys.ts'
import { invalidParameter, KmsError } from '../errors.ts'
import { instanceScope } from '../instances/instance-scope.ts'
import type { Call } from '../kms.ts'
import { authorizeOversight } from './authorize-oversight.ts'
import { simulatedCaller } from './simulated-caller.ts'
import { simulatedResource } from './simulated-resource.ts'

/** A statement that is about the call. */
interface Matched {
  readonly policyType: 'Identity' | 'Session' | 'Resource'
  readonly policyName: string
  readonly statementIndex: number
  readonly sid?: string | undefined
  readonly effect: 'Allow' | 'Deny'
}

/**
 * Asks the decision that every call meets, with somebody else as the caller, which statements it goes by. What an
 * operation asks besides (the state of the key, a second permission) is its own affair.
 *
 * @throws KmsError `InvalidParameter` of Caller, Resource or SourceAddress; `Forbidden.ResourceNotFound`
 */
export async function simulateAccess(
  call: Call,
  input: Input<typeof SimulateAccess>,
): Promise<Result<typeof SimulateAccess>> {
  authorizeOversight(call)
  const { kms } = call
  const { sourceAddress = call.caller.sourceAddress, secureTransport, instanceId } = input
  if (input.sourceAddress !== undefined && isIP(sourceAddress) === 0) throw invalidParameter('SourceAddress')
  const { accountId } = call.caller
  const { who, networks } = await simulatedCaller(call, input.caller)
  const scope = instanceId === undefined ? {} : await instanceScope(kms, accountId, instanceId)
  const caller = { ...who, ...scope, sourceAddress, secureTransport }
  const resource = await simulatedResource(call, input.resource)
  const matched: Matched[] = []
  const decision = decide({
    ...{ caller, action: input.operation, resource, now: kms.now() },
    trace: (policy, index, effect) => matched.push(described(policy, index, effect, caller.sessionPolicy)),
  })
  const told = { matched, resource: resource.arn, caller: callerArn(caller) }
  if (networks && !isLetIn({ networks }, caller)) return { ...told, ...keptOut }
  return { ...told, ...outcome(decision, matched) }
}

/** Whoever no policy lets in from where it calls is refused before anything is decided. */
const keptOut = { decision: 'ImplicitDeny', policyType: 'NetworkRule' } as const

function isLetIn(networks: Pick<ClientKeyCredential, 'networks'>, caller: Parameters<typeof requireNetwork>[1]) {
  try {
    requireNetwork(networks, caller)
    return true
  } catch (error) {
    if (error instanceof KmsError) return false
    throw error
  }
}

function described(
  policy: PolicyDocument,
  index: number,
  effect: 'Allow' | 'Deny',
  sessionPolicy: PolicyDocument | undefined,
): Matched {
  const { sid } = policy.statements[index] ?? {}
  const policyType = policy.protects ? 'Resource' : policy === sessionPolicy ? 'Session' : 'Identity'
  const policyName = policy.name ?? (policyType === 'Resource' ? 'default' : 'session')
  return { policyType, policyName, statementIndex: index + 1, sid, effect }
}

/** Of several that deny, or allow, the first is named: any of them would have been enough. */
function outcome(decision: Decision, matched: readonly Matched[]) {
  if (!decision.allowed) {
    const { reason, policyType } = decision
    return { decision: reason, policyType, decidedBy: matched.find(({ effect }) => effect === 'Deny') }
  }
  const decidedBy = matched.find(({ policyType, effect }) => effect === 'Allow' && policyType !== 'Session')
  return { decision: 'Allow', decidedBy } as const
}
