import type { Input, Result } from '../../api/operation.ts'
import type { ListPoliciesForGroup } from '../../api/ram-groups.ts'
import type { Call } from '../kms.ts'
import { describeAttachments } from './attachment.ts'
import { findGroup } from './group.ts'
import { authorizeRam } from './ram-arn.ts'

/** @throws KmsError `EntityNotExist.Group` */
export async function listPoliciesForGroup(
  call: Call,
  { groupName }: Input<typeof ListPoliciesForGroup>,
): Promise<Result<typeof ListPoliciesForGroup>> {
  authorizeRam(call, `group/${groupName}`)
  const { records } = call.kms
  const group = await findGroup(records, call.caller.accountId, groupName)
  return { policies: { policy: await describeAttachments(records, group.body) } }
}
