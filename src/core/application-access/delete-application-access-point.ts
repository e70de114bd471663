import type { DeleteApplicationAccessPoint } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { accessPoints, findAccessPoint } from './access-point.ts'
import { authorizeAccess } from './authorize-access.ts'
import { clientKeys, clientKeysOf } from './client-key.ts'

/**
 * Deletes an application access point with its ClientKeys, so that none comes back to life with a new one of the name.
 * @throws KmsError `Forbidden.ResourceNotFound`
 */
export async function deleteApplicationAccessPoint(
  call: Call,
  { name }: Input<typeof DeleteApplicationAccessPoint>,
): Promise<Result<typeof DeleteApplicationAccessPoint>> {
  authorizeAccess(call, `applicationaccesspoint/${name}`)
  const { accountId } = call.caller
  await call.kms.records.transaction(async (transaction) => {
    const point = await findAccessPoint(transaction, accountId, name)
    for (const key of await clientKeysOf(transaction, accountId, name)) await transaction.delete(clientKeys, key)
    await transaction.delete(accessPoints, point)
  })
  return {}
}
