import type { ListPolicies } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { paged, pageOf } from '../paging.ts'
import { accessPolicies } from './access-policy.ts'
import { authorizeAccess } from './authorize-access.ts'

export async function listPolicies(
  call: Call,
  input: Input<typeof ListPolicies>,
): Promise<Result<typeof ListPolicies>> {
  authorizeAccess(call, 'policy')
  const { items, total } = await call.kms.records.list(
    accessPolicies,
    { account: [call.caller.accountId] },
    pageOf(input),
  )
  return { policies: { policy: items.map(({ body }) => ({ name: body.name })) }, ...paged(input, total) }
}
