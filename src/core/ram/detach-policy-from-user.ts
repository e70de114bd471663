import type { Input, Result } from '../../api/operation.ts'
import type { DetachPolicyFromUser } from '../../api/ram.ts'
import type { Call } from '../kms.ts'
import { withoutPolicy } from './attachment.ts'
import { authorizePolicy, authorizeRam } from './ram-arn.ts'
import { findUser, users } from './user.ts'

/**
 * Takes a policy from a user, from its next request on. The caller needs the permission on both.
 * @throws KmsError `EntityNotExist.User`; `EntityNotExist.User.Policy`
 */
export async function detachPolicyFromUser(
  call: Call,
  input: Input<typeof DetachPolicyFromUser>,
): Promise<Result<typeof DetachPolicyFromUser>> {
  authorizeRam(call, `user/${input.userName}`)
  authorizePolicy(call, input)
  await call.kms.records.transaction(async (transaction) => {
    const user = await findUser(transaction, call.caller.accountId, input.userName)
    const policies = await withoutPolicy(transaction, 'User', user, input)
    await transaction.update(users, user, { ...user.body, policies })
  })
  return {}
}
