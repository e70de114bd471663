import type { Input, Result } from '../../api/operation.ts'
import type { ListGroupsForUser } from '../../api/ram-groups.ts'
import type { Call } from '../kms.ts'
import { findGroup } from './group.ts'
import { authorizeRam } from './ram-arn.ts'
import { findUser } from './user.ts'

/** @throws KmsError `EntityNotExist.User` */
export async function listGroupsForUser(
  call: Call,
  { userName }: Input<typeof ListGroupsForUser>,
): Promise<Result<typeof ListGroupsForUser>> {
  authorizeRam(call, `user/${userName}`)
  const { records } = call.kms
  const { accountId, groups: memberships = [] } = (await findUser(records, call.caller.accountId, userName)).body
  const group = await Promise.all(
    memberships.map(async ({ groupName, joinedAt }) => {
      const { groupId, comments } = (await findGroup(records, accountId, groupName)).body
      return { groupId, groupName, comments, joinDate: joinedAt }
    }),
  )
  return { groups: { group } }
}
