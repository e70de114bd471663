import type { Input, Result } from '../../api/operation.ts'
import type { ListGroups } from '../../api/ram-groups.ts'
import type { Call } from '../kms.ts'
import { describeGroup, groups } from './group.ts'
import { afterPage, markedPage } from './marker.ts'
import { authorizeRam } from './ram-arn.ts'

export async function listGroups(call: Call, input: Input<typeof ListGroups>): Promise<Result<typeof ListGroups>> {
  authorizeRam(call, 'group/*')
  const page = markedPage(input)
  const { items, total } = await call.kms.records.list(groups, { account: [call.caller.accountId] }, page)
  return { groups: { group: items.map(describeGroup) }, ...afterPage(page, items.length, total) }
}
