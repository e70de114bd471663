import type { ListManagedDataKeyVersions } from '../../api/cryptography.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { findDataKey, versionName } from './managed-data-key.ts'

/** @see KMS API 2016-01-20, ListManagedDataKeyVersions */
export async function listManagedDataKeyVersions(
  call: Call,
  { dataKeyName, pageNumber, pageSize }: Input<typeof ListManagedDataKeyVersions>,
): Promise<Result<typeof ListManagedDataKeyVersions>> {
  const { name, versionIds } = (await findDataKey(call, dataKeyName)).body
  const page = versionIds.slice((pageNumber - 1) * pageSize, pageNumber * pageSize)
  return {
    dataKeyName: name,
    managedDataKeyVersions: {
      managedDataKeyVersion: page.map((id) => ({ dataKeyVersionId: id, dataKeyVersionName: versionName(name, id) })),
    },
    pageNumber,
    pageSize,
    totalCount: versionIds.length,
  }
}
