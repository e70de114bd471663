import type { CreateManagedDataKeyVersion } from '../../api/cryptography.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { formatTime } from '../time.ts'
import { findDataKey, managedDataKeys, managedDataKeyVersions, newVersionId, versionName } from './managed-data-key.ts'

/** @throws KmsError `Forbidden.ResourceNotFound` */
export async function createManagedDataKeyVersion(
  call: Call,
  { dataKeyName: name }: Input<typeof CreateManagedDataKeyVersion>,
): Promise<Result<typeof CreateManagedDataKeyVersion>> {
  const { kms, caller } = call
  const { numberOfBytes } = (await findDataKey(call, name)).body
  const dataKey = kms.randomBytes(numberOfBytes)
  const versionId = newVersionId(call)
  const version = { accountId: caller.accountId, name, versionId, createdAt: formatTime(kms.now()) }
  try {
    await kms.records.transaction(async (transaction) => {
      const found = await findDataKey(call, name, transaction)
      const versionIds = [...found.body.versionIds, versionId]
      await transaction.update(managedDataKeys, found, { ...found.body, versionIds })
      await transaction.insert(managedDataKeyVersions, `${found.id}/${versionId}`, version, dataKey)
    })
  } finally {
    dataKey.fill(0)
  }
  return { dataKeyName: name, dataKeyVersionId: versionId, dataKeyVersionName: versionName(name, versionId) }
}
