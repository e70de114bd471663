import type { Input, Result } from '../../api/operation.ts'
import type { CreateUser } from '../../api/ram.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { formatTime } from '../time.ts'
import { entityId } from './entity-id.ts'
import { authorizeRam } from './ram-arn.ts'
import { describeUser, userId, users } from './user.ts'

/**
 * Creates a user without any permission.
 * @throws KmsError `EntityAlreadyExists.User`
 */
export async function createUser(call: Call, input: Input<typeof CreateUser>): Promise<Result<typeof CreateUser>> {
  authorizeRam(call, `user/${input.userName}`)
  const { accountId } = call.caller
  const id = userId(accountId, input.userName)
  const now = formatTime(call.kms.now())
  const user = await call.kms.records.transaction(async (transaction) => {
    if ((await transaction.get(users, id)) !== undefined) throw new KmsError('EntityAlreadyExists.User')
    return transaction.insert(users, id, {
      accountId,
      userId: entityId(call.kms, 'user'),
      userName: input.userName,
      displayName: input.displayName ?? '',
      mobilePhone: input.mobilePhone ?? '',
      email: input.email ?? '',
      comments: input.comments ?? '',
      createdAt: now,
      updatedAt: now,
      policies: [],
      accessKeyCount: 0,
    })
  })
  return { user: describeUser(user) }
}
