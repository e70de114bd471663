import type { ReleaseKmsInstance } from '../../api/instances.ts'
import type { Input, Result } from '../../api/operation.ts'
import { KmsError } from '../errors.ts'
import { authorizeInstance } from '../instances/authorize-instance.ts'
import { findInstance, instances } from '../instances/instance.ts'
import { keys } from '../keys/key.ts'
import type { Call } from '../kms.ts'
import { countOnly } from '../paging.ts'

/**
 * Removes an instance. The cloud destroys its keys with it; here they have to be gone first, since nothing could bring
 * them back.
 *
 * @throws KmsError `Forbidden.DKMSInstanceNotFound`; `Forbidden.NoBackup` unless that is accepted;
 * `Rejected.UnsupportedOperation` while protected from deletion; `Rejected.ResourceInUse` while it holds keys
 */
export async function releaseKmsInstance(
  call: Call,
  input: Input<typeof ReleaseKmsInstance>,
): Promise<Result<typeof ReleaseKmsInstance>> {
  const { kmsInstanceId, forceDeleteWithoutBackup } = input
  authorizeInstance(call, kmsInstanceId)
  await call.kms.records.transaction(async (transaction) => {
    const instance = await findInstance(transaction, call.caller.accountId, kmsInstanceId)
    if (instance.body.deletionProtection !== undefined) throw new KmsError('Rejected.UnsupportedOperation')
    if (forceDeleteWithoutBackup !== 'true') throw new KmsError('Forbidden.NoBackup')
    const { total } = await transaction.list(keys, { DKMSInstanceId: [kmsInstanceId] }, countOnly)
    if (total > 0) throw new KmsError('Rejected.ResourceInUse')
    await transaction.delete(instances, instance)
  })
  return {}
}
