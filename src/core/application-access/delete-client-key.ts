import type { DeleteClientKey } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { accessPoints, findAccessPoint } from './access-point.ts'
import { authorizeAccess } from './authorize-access.ts'
import { clientKeys, findClientKeyRecord } from './client-key.ts'

/** @throws KmsError `Forbidden.ResourceNotFound` */
export async function deleteClientKey(
  call: Call,
  { clientKeyId }: Input<typeof DeleteClientKey>,
): Promise<Result<typeof DeleteClientKey>> {
  authorizeAccess(call, `clientkey/${clientKeyId}`)
  const { accountId } = call.caller
  await call.kms.records.transaction(async (transaction) => {
    const key = await findClientKeyRecord(transaction, accountId, clientKeyId)
    const point = await findAccessPoint(transaction, accountId, key.body.aapName)
    await transaction.delete(clientKeys, key)
    await transaction.update(accessPoints, point, { ...point.body, clientKeyCount: point.body.clientKeyCount - 1 })
  })
  return {}
}
