import type { Input, Result } from '../../api/operation.ts'
import type { GetUser } from '../../api/ram.ts'
import type { Call } from '../kms.ts'
import { authorizeRam } from './ram-arn.ts'
import { describeUser, findUser } from './user.ts'

/** @throws KmsError `EntityNotExist.User` */
export async function getUser(call: Call, { userName }: Input<typeof GetUser>): Promise<Result<typeof GetUser>> {
  authorizeRam(call, `user/${userName}`)
  return { user: describeUser(await findUser(call.kms.records, call.caller.accountId, userName)) }
}
