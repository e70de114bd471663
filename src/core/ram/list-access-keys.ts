import type { Input, Result } from '../../api/operation.ts'
import type { ListAccessKeys } from '../../api/ram.ts'
import type { Call } from '../kms.ts'
import { accessKeysOf, describeAccessKey } from './access-key.ts'
import { authorizeForUser } from './own-user-name.ts'
import { findUser } from './user.ts'

/** @throws KmsError `EntityNotExist.User` */
export async function listAccessKeys(
  call: Call,
  input: Input<typeof ListAccessKeys>,
): Promise<Result<typeof ListAccessKeys>> {
  const userName = authorizeForUser(call, input.userName)
  const { accountId } = call.caller
  if (userName !== undefined) await findUser(call.kms.records, accountId, userName)
  const keys = await accessKeysOf(call.kms.records, accountId, userName)
  return { accessKeys: { accessKey: keys.map(describeAccessKey) } }
}
