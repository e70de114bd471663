import type { GetManagedDataKey } from '../../api/cryptography.ts'
import type { Input, Result } from '../../api/operation.ts'
import { resourceNotFound } from '../errors.ts'
import type { Call } from '../kms.ts'
import { findDataKey, managedDataKeyVersions, versionName } from './managed-data-key.ts'

/**
 * A named version; else the latest with UseLatest; else the first.
 * @throws KmsError `Forbidden.ResourceNotFound`
 * @see KMS API 2016-01-20, GetManagedDataKey
 */
export async function getManagedDataKey(
  call: Call,
  input: Input<typeof GetManagedDataKey>,
): Promise<Result<typeof GetManagedDataKey>> {
  const found = await findDataKey(call, input.dataKeyName)
  const { name, versionIds } = found.body
  const versionId = input.dataKeyVersionId || versionIds.at(input.useLatest ? -1 : 0)
  const version = await call.kms.records.get(managedDataKeyVersions, `${found.id}/${versionId}`)
  // Names may hold slashes, so the record's id alone does not say whose version it is.
  if (versionId === undefined || version?.body.name !== name) {
    throw resourceNotFound('version of the managed data key', versionId ?? '')
  }
  const plaintext = await call.kms.sealing.open(managedDataKeyVersions, version)
  return { dataKeyName: name, dataKeyVersionId: versionId, dataKeyVersionName: versionName(name, versionId), plaintext }
}
