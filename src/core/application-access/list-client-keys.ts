import type { ListClientKeys } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { findAccessPoint } from './access-point.ts'
import { authorizeAccess } from './authorize-access.ts'
import { clientKeys, clientKeysOf, describeClientKey } from './client-key.ts'

/** The operation has no pages; a deployment with more ClientKeys asks for one access point at a time. */
const mostListed = 1000

/** @throws KmsError `Forbidden.ResourceNotFound` for an unknown application access point */
export async function listClientKeys(
  call: Call,
  { aapName }: Input<typeof ListClientKeys>,
): Promise<Result<typeof ListClientKeys>> {
  const { accountId } = call.caller
  const { records } = call.kms
  authorizeAccess(call, aapName === undefined ? 'clientkey' : `applicationaccesspoint/${aapName}`)
  if (aapName === undefined) {
    const all = await records.list(clientKeys, { account: [accountId] }, { offset: 0, limit: mostListed })
    return { clientKeys: all.items.map(describeClientKey) }
  }
  await findAccessPoint(records, accountId, aapName)
  return { clientKeys: (await clientKeysOf(records, accountId, aapName)).map(describeClientKey) }
}
