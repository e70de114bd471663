import type { Input, Result } from '../../api/operation.ts'
import type { ListUsers } from '../../api/ram.ts'
import type { Call } from '../kms.ts'
import { afterPage, markedPage } from './marker.ts'
import { authorizeRam } from './ram-arn.ts'
import { describeUser, users } from './user.ts'

export async function listUsers(call: Call, input: Input<typeof ListUsers>): Promise<Result<typeof ListUsers>> {
  authorizeRam(call, 'user/*')
  const page = markedPage(input)
  const { items, total } = await call.kms.records.list(users, { account: [call.caller.accountId] }, page)
  return { users: { user: items.map(describeUser) }, ...afterPage(page, items.length, total) }
}
