import type { Input, Result } from '../../api/operation.ts'
import type { ListPoliciesForUser } from '../../api/ram.ts'
import type { Call } from '../kms.ts'
import { describeAttachments } from './attachment.ts'
import { authorizeRam } from './ram-arn.ts'
import { findUser } from './user.ts'

/** @throws KmsError `EntityNotExist.User` */
export async function listPoliciesForUser(
  call: Call,
  { userName }: Input<typeof ListPoliciesForUser>,
): Promise<Result<typeof ListPoliciesForUser>> {
  authorizeRam(call, `user/${userName}`)
  const { records } = call.kms
  const user = await findUser(records, call.caller.accountId, userName)
  return { policies: { policy: await describeAttachments(records, user.body) } }
}
