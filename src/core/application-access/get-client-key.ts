import type { GetClientKey } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { authorizeAccess } from './authorize-access.ts'
import { describeClientKey, findClientKeyRecord } from './client-key.ts'

/** @throws KmsError `Forbidden.ResourceNotFound` */
export async function getClientKey(
  call: Call,
  { clientKeyId }: Input<typeof GetClientKey>,
): Promise<Result<typeof GetClientKey>> {
  authorizeAccess(call, `clientkey/${clientKeyId}`)
  return describeClientKey(await findClientKeyRecord(call.kms.records, call.caller.accountId, clientKeyId))
}
