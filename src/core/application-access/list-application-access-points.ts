import type { ListApplicationAccessPoints } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { paged, pageOf } from '../paging.ts'
import { accessPoints } from './access-point.ts'
import { authorizeAccess } from './authorize-access.ts'

export async function listApplicationAccessPoints(
  call: Call,
  input: Input<typeof ListApplicationAccessPoints>,
): Promise<Result<typeof ListApplicationAccessPoints>> {
  authorizeAccess(call, 'applicationaccesspoint')
  const { items, total } = await call.kms.records.list(
    accessPoints,
    { account: [call.caller.accountId] },
    pageOf(input),
  )
  return {
    applicationAccessPoints: {
      applicationAccessPoint: items.map(({ body }) => ({
        name: body.name,
        authenticationMethod: body.authenticationMethod,
      })),
    },
    ...paged(input, total),
  }
}
