import type { Input, Result } from '../../api/operation.ts'
import type { DeleteAccessKey } from '../../api/ram.ts'
import type { Call } from '../kms.ts'
import { findAccessKey, removeAccessKey, requireAnotherActive } from './access-key.ts'
import { authorizeForUser } from './own-user-name.ts'
import { findUser, users } from './user.ts'

/** @throws KmsError `EntityNotExist.User.AccessKey`; `DeleteConflict.Account.AccessKey` for the account's last one */
export async function deleteAccessKey(
  call: Call,
  input: Input<typeof DeleteAccessKey>,
): Promise<Result<typeof DeleteAccessKey>> {
  const userName = authorizeForUser(call, input.userName)
  const { accountId } = call.caller
  await call.kms.records.transaction(async (transaction) => {
    const key = await findAccessKey(transaction, accountId, userName, input.userAccessKeyId)
    await requireAnotherActive(transaction, key)
    await removeAccessKey(transaction, key)
    if (userName === undefined) return
    const user = await findUser(transaction, accountId, userName)
    await transaction.update(users, user, { ...user.body, accessKeyCount: user.body.accessKeyCount - 1 })
  })
  return {}
}
