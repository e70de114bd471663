import type { Input, Result } from '../../api/operation.ts'
import type { DeleteGroup } from '../../api/ram-groups.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { findGroup, groups } from './group.ts'
import { authorizeRam } from './ram-arn.ts'

/** @throws KmsError `EntityNotExist.Group`; `DeleteConflict.Group.User`, `DeleteConflict.Group.Policy` */
export async function deleteGroup(
  call: Call,
  { groupName }: Input<typeof DeleteGroup>,
): Promise<Result<typeof DeleteGroup>> {
  authorizeRam(call, `group/${groupName}`)
  await call.kms.records.transaction(async (transaction) => {
    const group = await findGroup(transaction, call.caller.accountId, groupName)
    if (group.body.userCount > 0) throw new KmsError('DeleteConflict.Group.User')
    if (group.body.policies.length > 0) throw new KmsError('DeleteConflict.Group.Policy')
    await transaction.delete(groups, group)
  })
  return {}
}
