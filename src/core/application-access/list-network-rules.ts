import type { ListNetworkRules } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { paged, pageOf } from '../paging.ts'
import { authorizeAccess } from './authorize-access.ts'
import { networkRules } from './network-rule.ts'

export async function listNetworkRules(
  call: Call,
  input: Input<typeof ListNetworkRules>,
): Promise<Result<typeof ListNetworkRules>> {
  authorizeAccess(call, 'network')
  const { items, total } = await call.kms.records.list(
    networkRules,
    { account: [call.caller.accountId] },
    pageOf(input),
  )
  return {
    networkRules: { networkRule: items.map(({ body }) => ({ name: body.name, type: body.type })) },
    ...paged(input, total),
  }
}
