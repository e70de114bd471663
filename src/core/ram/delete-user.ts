import type { Input, Result } from '../../api/operation.ts'
import type { DeleteUser } from '../../api/ram.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { authorizeRam } from './ram-arn.ts'
import { findUser, users } from './user.ts'

/** @throws KmsError `EntityNotExist.User`; `DeleteConflict.User.AccessKey`, `DeleteConflict.User.Policy`, `DeleteConflict.User.Group` */
export async function deleteUser(
  call: Call,
  { userName }: Input<typeof DeleteUser>,
): Promise<Result<typeof DeleteUser>> {
  authorizeRam(call, `user/${userName}`)
  await call.kms.records.transaction(async (transaction) => {
    const user = await findUser(transaction, call.caller.accountId, userName)
    if (user.body.accessKeyCount > 0) throw new KmsError('DeleteConflict.User.AccessKey')
    if (user.body.policies.length > 0) throw new KmsError('DeleteConflict.User.Policy')
    if ((user.body.groups ?? []).length > 0) throw new KmsError('DeleteConflict.User.Group')
    await transaction.delete(users, user)
  })
  return {}
}
