import type { Input, Result } from '../../api/operation.ts'
import type { UpdateAccessKey } from '../../api/ram.ts'
import type { Call } from '../kms.ts'
import { accessKeys, findAccessKey, requireAnotherActive } from './access-key.ts'
import { authorizeForUser } from './own-user-name.ts'

/**
 * Enables or disables an AccessKey, from the next request on.
 * @throws KmsError `EntityNotExist.User.AccessKey`; `DeleteConflict.Account.AccessKey` for the account's last active one
 */
export async function updateAccessKey(
  call: Call,
  input: Input<typeof UpdateAccessKey>,
): Promise<Result<typeof UpdateAccessKey>> {
  const userName = authorizeForUser(call, input.userName)
  await call.kms.records.transaction(async (transaction) => {
    const key = await findAccessKey(transaction, call.caller.accountId, userName, input.userAccessKeyId)
    if (input.status === 'Inactive') await requireAnotherActive(transaction, key)
    await transaction.update(accessKeys, key, {
      ...key.body,
      status: input.status,
      requireAcs3: input.requireAcs3 ?? key.body.requireAcs3,
    })
  })
  return {}
}
