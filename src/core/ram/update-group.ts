import type { Input, Result } from '../../api/operation.ts'
import type { UpdateGroup } from '../../api/ram-groups.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import type { Stored, Transaction } from '../records.ts'
import { formatTime } from '../time.ts'
import { describeGroup, findGroup, type Group, groupId, groups, mostUsers } from './group.ts'
import { authorizeRam } from './ram-arn.ts'
import { groupMembers, users } from './user.ts'

/**
 * Changes the name or the comments of a group. A renamed group keeps its id, users and policies. The caller needs the
 * permission on the new name too: policies say by name whose users somebody may manage.
 * @throws KmsError `EntityNotExist.Group`; `EntityAlreadyExists.Group` when the new name is taken
 */
export async function updateGroup(call: Call, input: Input<typeof UpdateGroup>): Promise<Result<typeof UpdateGroup>> {
  const { groupName, newGroupName = groupName, newComments } = input
  authorizeRam(call, `group/${groupName}`)
  if (newGroupName !== groupName) authorizeRam(call, `group/${newGroupName}`)
  const group = await call.kms.records.transaction(async (transaction) => {
    const found = await findGroup(transaction, call.caller.accountId, groupName)
    const body: Group = {
      ...found.body,
      groupName: newGroupName,
      comments: newComments ?? found.body.comments,
      updatedAt: formatTime(call.kms.now()),
    }
    return newGroupName === groupName ? transaction.update(groups, found, body) : rename(transaction, found, body)
  })
  return { group: describeGroup(group) }
}

/** Whoever joins or leaves at the same time writes the group's record too, so that nobody is left behind. */
async function rename(transaction: Transaction, group: Stored<Group>, body: Group): Promise<Stored<Group>> {
  const { accountId, groupName } = body
  const id = groupId(accountId, groupName)
  if ((await transaction.get(groups, id)) !== undefined) throw new KmsError('EntityAlreadyExists.Group')
  const before = group.body.groupName
  const { items } = await transaction.list(users, groupMembers(accountId, before), { offset: 0, limit: mostUsers })
  for (const user of items) {
    const memberships = user.body.groups?.map((one) => (one.groupName === before ? { ...one, groupName } : one))
    await transaction.update(users, user, { ...user.body, groups: memberships })
  }
  await transaction.delete(groups, group)
  return transaction.insert(groups, id, body)
}
