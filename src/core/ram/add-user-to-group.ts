import type { Input, Result } from '../../api/operation.ts'
import type { AddUserToGroup } from '../../api/ram-groups.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { formatTime } from '../time.ts'
import { findGroup, groups, mostUsers } from './group.ts'
import { authorizeRam } from './ram-arn.ts'
import { findUser, users } from './user.ts'

/** Of one user; more would make every decision slower. */
const mostGroups = 50

/**
 * Puts a user into a group. The caller needs the permission on both: on the group, since that gives its policies away,
 * and on the user, who gets them.
 * @throws KmsError `EntityNotExist.User`, `EntityNotExist.Group`; `EntityAlreadyExists.User.Group`;
 * `LimitExceeded.User.Group`, `LimitExceeded.Group.User`
 */
export async function addUserToGroup(
  call: Call,
  { userName, groupName }: Input<typeof AddUserToGroup>,
): Promise<Result<typeof AddUserToGroup>> {
  authorizeRam(call, `user/${userName}`)
  authorizeRam(call, `group/${groupName}`)
  const { accountId } = call.caller
  await call.kms.records.transaction(async (transaction) => {
    const user = await findUser(transaction, accountId, userName)
    const group = await findGroup(transaction, accountId, groupName)
    const { groups: held = [] } = user.body
    if (held.some((one) => one.groupName === groupName)) throw new KmsError('EntityAlreadyExists.User.Group')
    if (held.length >= mostGroups) throw new KmsError('LimitExceeded.User.Group')
    if (group.body.userCount >= mostUsers) throw new KmsError('LimitExceeded.Group.User')
    const joinedAt = formatTime(call.kms.now())
    await transaction.update(users, user, { ...user.body, groups: [...held, { groupName, joinedAt }] })
    await transaction.update(groups, group, { ...group.body, userCount: group.body.userCount + 1 })
  })
  return {}
}
