import type { Input, Result } from '../../api/operation.ts'
import type { RemoveUserFromGroup } from '../../api/ram-groups.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { findGroup, groups } from './group.ts'
import { authorizeRam } from './ram-arn.ts'
import { findUser, users } from './user.ts'

/**
 * Takes a user out of a group, whose policies it no longer has from its next call on. The caller needs the permission on
 * both.
 * @throws KmsError `EntityNotExist.User`, `EntityNotExist.Group`, `EntityNotExist.User.Group`
 */
export async function removeUserFromGroup(
  call: Call,
  { userName, groupName }: Input<typeof RemoveUserFromGroup>,
): Promise<Result<typeof RemoveUserFromGroup>> {
  authorizeRam(call, `user/${userName}`)
  authorizeRam(call, `group/${groupName}`)
  const { accountId } = call.caller
  await call.kms.records.transaction(async (transaction) => {
    const user = await findUser(transaction, accountId, userName)
    const group = await findGroup(transaction, accountId, groupName)
    const { groups: held = [] } = user.body
    const left = held.filter((one) => one.groupName !== groupName)
    if (left.length === held.length) throw new KmsError('EntityNotExist.User.Group')
    await transaction.update(users, user, { ...user.body, groups: left })
    await transaction.update(groups, group, { ...group.body, userCount: group.body.userCount - 1 })
  })
  return {}
}
