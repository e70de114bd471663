import type { Input, Result } from '../../api/operation.ts'
import type { CreateGroup } from '../../api/ram-groups.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { formatTime } from '../time.ts'
import { entityId } from './entity-id.ts'
import { describeGroup, groupId, groups } from './group.ts'
import { authorizeRam } from './ram-arn.ts'

/**
 * Creates a group without users and without any permission.
 * @throws KmsError `EntityAlreadyExists.Group`
 */
export async function createGroup(call: Call, input: Input<typeof CreateGroup>): Promise<Result<typeof CreateGroup>> {
  const { groupName, comments = '' } = input
  authorizeRam(call, `group/${groupName}`)
  const { accountId } = call.caller
  const id = groupId(accountId, groupName)
  const now = formatTime(call.kms.now())
  const group = await call.kms.records.transaction(async (transaction) => {
    if ((await transaction.get(groups, id)) !== undefined) throw new KmsError('EntityAlreadyExists.Group')
    return transaction.insert(groups, id, {
      ...{ accountId, groupId: entityId(call.kms, 'group'), groupName, comments },
      ...{ createdAt: now, updatedAt: now, policies: [], userCount: 0 },
    })
  })
  return { group: describeGroup(group) }
}
