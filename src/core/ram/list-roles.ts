import type { Input, Result } from '../../api/operation.ts'
import type { ListRoles } from '../../api/ram.ts'
import type { Call } from '../kms.ts'
import { afterPage, markedPage } from './marker.ts'
import { authorizeRam } from './ram-arn.ts'
import { describeRole, roles } from './role.ts'

export async function listRoles(call: Call, input: Input<typeof ListRoles>): Promise<Result<typeof ListRoles>> {
  authorizeRam(call, 'role/*')
  const page = markedPage(input)
  const { items, total } = await call.kms.records.list(roles, { account: [call.caller.accountId] }, page)
  return { roles: { role: items.map(describeRole) }, ...afterPage(page, items.length, total) }
}
