import type { Input, Result } from '../../api/operation.ts'
import type { ListUsersForGroup } from '../../api/ram-groups.ts'
import type { Call } from '../kms.ts'
import { findGroup } from './group.ts'
import { afterPage, markedPage } from './marker.ts'
import { authorizeRam } from './ram-arn.ts'
import { groupMembers, type User, users } from './user.ts'

/** @throws KmsError `EntityNotExist.Group` */
export async function listUsersForGroup(
  call: Call,
  input: Input<typeof ListUsersForGroup>,
): Promise<Result<typeof ListUsersForGroup>> {
  const { groupName } = input
  authorizeRam(call, `group/${groupName}`)
  const { accountId } = call.caller
  const { records } = call.kms
  await findGroup(records, accountId, groupName)
  const page = markedPage(input)
  const { items, total } = await records.list(users, groupMembers(accountId, groupName), page)
  const user = items.map(({ body }) => describeMember(body, groupName))
  return { users: { user }, ...afterPage(page, items.length, total) }
}

const describeMember = ({ userName, displayName, groups = [] }: User, name: string) => ({
  userName,
  displayName,
  joinDate: groups.find(({ groupName }) => groupName === name)?.joinedAt ?? '',
})
