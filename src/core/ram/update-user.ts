import type { Input, Result } from '../../api/operation.ts'
import type { UpdateUser } from '../../api/ram.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import type { Stored, Transaction } from '../records.ts'
import { formatTime } from '../time.ts'
import { accessKeys, accessKeysOf } from './access-key.ts'
import { authorizeRam } from './ram-arn.ts'
import { describeUser, findUser, type User, userId, users } from './user.ts'

/**
 * Changes the particulars of a user. A renamed user keeps its id, AccessKeys and policies. The caller needs the
 * permission on the new name too: trust and key policies name users, and who takes a name takes what it was given.
 * @throws KmsError `EntityNotExist.User`; `EntityAlreadyExists.User` when the new name is taken
 */
export async function updateUser(call: Call, input: Input<typeof UpdateUser>): Promise<Result<typeof UpdateUser>> {
  const { userName, newUserName = userName } = input
  authorizeRam(call, `user/${userName}`)
  if (newUserName !== userName) authorizeRam(call, `user/${newUserName}`)
  const user = await call.kms.records.transaction(async (transaction) => {
    const found = await findUser(transaction, call.caller.accountId, userName)
    const body: User = {
      ...found.body,
      userName: newUserName,
      displayName: input.newDisplayName ?? found.body.displayName,
      mobilePhone: input.newMobilePhone ?? found.body.mobilePhone,
      email: input.newEmail ?? found.body.email,
      comments: input.newComments ?? found.body.comments,
      updatedAt: formatTime(call.kms.now()),
    }
    return newUserName === userName ? transaction.update(users, found, body) : rename(transaction, found, body)
  })
  return { user: describeUser(user) }
}

async function rename(transaction: Transaction, user: Stored<User>, body: User): Promise<Stored<User>> {
  const { accountId, userName } = body
  const id = userId(accountId, userName)
  if ((await transaction.get(users, id)) !== undefined) throw new KmsError('EntityAlreadyExists.User')
  for (const key of await accessKeysOf(transaction, accountId, user.body.userName)) {
    await transaction.update(accessKeys, key, { ...key.body, userName })
  }
  await transaction.delete(users, user)
  return transaction.insert(users, id, body)
}
