import type { Input, Result } from '../../api/operation.ts'
import type { ListPolicies } from '../../api/ram.ts'
import type { Call } from '../kms.ts'
import { afterPage, markedPage } from './marker.ts'
import { describeDatedPolicy, policies } from './policy.ts'
import { authorizeRam } from './ram-arn.ts'
import { systemPolicies } from './system-policies.ts'

/** Built-in policies first, then the account's own. */
export async function listPolicies(
  call: Call,
  input: Input<typeof ListPolicies>,
): Promise<Result<typeof ListPolicies>> {
  authorizeRam(call, 'policy/*')
  const { offset, limit } = markedPage(input)
  const builtIn = input.policyType === 'Custom' ? [] : [...systemPolicies.values()]
  const first = builtIn.slice(offset, offset + limit).map((policy) => describeDatedPolicy('System', policy))
  const rest = { offset: Math.max(0, offset - builtIn.length), limit: limit - first.length }
  const filter = { account: input.policyType === 'System' ? [] : [call.caller.accountId] }
  const { items, total } = await call.kms.records.list(policies, filter, rest)
  const policy = [...first, ...items.map(({ body }) => describeDatedPolicy('Custom', body))]
  return { policies: { policy }, ...afterPage({ offset, limit }, policy.length, builtIn.length + total) }
}
