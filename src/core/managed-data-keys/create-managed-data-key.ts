import type { CreateManagedDataKey } from '../../api/cryptography.ts'
import type { Input, Result } from '../../api/operation.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { formatTime } from '../time.ts'
import {
  authorizeDataKey,
  dataKeyId,
  managedDataKeys,
  managedDataKeyVersions,
  newVersionId,
  versionName,
} from './managed-data-key.ts'

/** @throws KmsError `Rejected.ResourceExist` */
export async function createManagedDataKey(
  call: Call,
  { dataKeyName: name, numberOfBytes }: Input<typeof CreateManagedDataKey>,
): Promise<Result<typeof CreateManagedDataKey>> {
  const { kms, caller } = call
  const { accountId } = caller
  authorizeDataKey(call, name)
  const dataKey = kms.randomBytes(numberOfBytes)
  const versionId = newVersionId(call)
  const createdAt = formatTime(kms.now())
  const id = dataKeyId(accountId, name)
  try {
    await kms.records.transaction(async (transaction) => {
      if (await transaction.get(managedDataKeys, id)) throw new KmsError('Rejected.ResourceExist')
      const versionIds = [versionId]
      await transaction.insert(managedDataKeys, id, { accountId, name, numberOfBytes, createdAt, versionIds })
      const version = { accountId, name, versionId, createdAt }
      await transaction.insert(managedDataKeyVersions, `${id}/${versionId}`, version, dataKey)
    })
  } finally {
    dataKey.fill(0)
  }
  return { dataKeyName: name, dataKeyVersionId: versionId, dataKeyVersionName: versionName(name, versionId) }
}
