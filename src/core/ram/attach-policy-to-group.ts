import type { Input, Result } from '../../api/operation.ts'
import type { AttachPolicyToGroup } from '../../api/ram-groups.ts'
import type { Call } from '../kms.ts'
import { formatTime } from '../time.ts'
import { withPolicy } from './attachment.ts'
import { findGroup, groups } from './group.ts'
import { authorizePolicy, authorizeRam } from './ram-arn.ts'

/**
 * Gives a policy to a group, for its users from their next request on. The caller needs the permission on both.
 * @throws KmsError `EntityNotExist.Group`, `EntityNotExist.Policy`; `EntityAlreadyExists.Group.Policy`; `LimitExceeded.Group.Policy`
 */
export async function attachPolicyToGroup(
  call: Call,
  input: Input<typeof AttachPolicyToGroup>,
): Promise<Result<typeof AttachPolicyToGroup>> {
  authorizeRam(call, `group/${input.groupName}`)
  authorizePolicy(call, input)
  await call.kms.records.transaction(async (transaction) => {
    const group = await findGroup(transaction, call.caller.accountId, input.groupName)
    const policies = await withPolicy(transaction, 'Group', group, input, formatTime(call.kms.now()))
    await transaction.update(groups, group, { ...group.body, policies })
  })
  return {}
}
