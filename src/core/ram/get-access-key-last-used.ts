import type { Input, Result } from '../../api/operation.ts'
import type { GetAccessKeyLastUsed } from '../../api/ram.ts'
import type { Call } from '../kms.ts'
import { describedLastUse } from '../last-use.ts'
import { accessKeyLastUse, findAccessKey } from './access-key.ts'
import { authorizeForUser } from './own-user-name.ts'

/**
 * @throws KmsError `EntityNotExist.User.AccessKey`
 * @see RAM API 2015-05-01, GetAccessKeyLastUsed
 */
export async function getAccessKeyLastUsed(
  call: Call,
  input: Input<typeof GetAccessKeyLastUsed>,
): Promise<Result<typeof GetAccessKeyLastUsed>> {
  const { kms, caller } = call
  const userName = authorizeForUser(call, input.userName)
  const { id } = await findAccessKey(kms.records, caller.accountId, userName, input.userAccessKeyId)
  const { lastUsedDate } = await describedLastUse(kms.lastUses, accessKeyLastUse(id))
  return { accessKeyLastUsed: { lastUsedDate } }
}
