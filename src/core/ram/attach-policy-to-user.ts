import type { Input, Result } from '../../api/operation.ts'
import type { AttachPolicyToUser } from '../../api/ram.ts'
import type { Call } from '../kms.ts'
import { formatTime } from '../time.ts'
import { withPolicy } from './attachment.ts'
import { authorizePolicy, authorizeRam } from './ram-arn.ts'
import { findUser, users } from './user.ts'

/**
 * Gives a policy to a user, from its next request on. The caller needs the permission on both.
 * @throws KmsError `EntityNotExist.User`, `EntityNotExist.Policy`; `EntityAlreadyExists.User.Policy`; `LimitExceeded.User.Policy`
 */
export async function attachPolicyToUser(
  call: Call,
  input: Input<typeof AttachPolicyToUser>,
): Promise<Result<typeof AttachPolicyToUser>> {
  authorizeRam(call, `user/${input.userName}`)
  authorizePolicy(call, input)
  await call.kms.records.transaction(async (transaction) => {
    const user = await findUser(transaction, call.caller.accountId, input.userName)
    const policies = await withPolicy(transaction, 'User', user, input, formatTime(call.kms.now()))
    await transaction.update(users, user, { ...user.body, policies })
  })
  return {}
}
