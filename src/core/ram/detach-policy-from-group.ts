import type { Input, Result } from '../../api/operation.ts'
import type { DetachPolicyFromGroup } from '../../api/ram-groups.ts'
import type { Call } from '../kms.ts'
import { withoutPolicy } from './attachment.ts'
import { findGroup, groups } from './group.ts'
import { authorizePolicy, authorizeRam } from './ram-arn.ts'

/**
 * Takes a policy from a group, from its next request on. The caller needs the permission on both.
 * @throws KmsError `EntityNotExist.Group`; `EntityNotExist.Group.Policy`
 */
export async function detachPolicyFromGroup(
  call: Call,
  input: Input<typeof DetachPolicyFromGroup>,
): Promise<Result<typeof DetachPolicyFromGroup>> {
  authorizeRam(call, `group/${input.groupName}`)
  authorizePolicy(call, input)
  await call.kms.records.transaction(async (transaction) => {
    const group = await findGroup(transaction, call.caller.accountId, input.groupName)
    const policies = await withoutPolicy(transaction, 'Group', group, input)
    await transaction.update(groups, group, { ...group.body, policies })
  })
  return {}
}
