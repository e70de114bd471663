import type { Input, Result } from '../../api/operation.ts'
import type { GetGroup } from '../../api/ram-groups.ts'
import type { Call } from '../kms.ts'
import { describeGroup, findGroup } from './group.ts'
import { authorizeRam } from './ram-arn.ts'

/** @throws KmsError `EntityNotExist.Group` */
export async function getGroup(call: Call, { groupName }: Input<typeof GetGroup>): Promise<Result<typeof GetGroup>> {
  authorizeRam(call, `group/${groupName}`)
  return { group: describeGroup(await findGroup(call.kms.records, call.caller.accountId, groupName)) }
}
