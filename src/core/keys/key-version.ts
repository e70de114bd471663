import type { UsableKey } from '../../crypto/key-material.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { noteUse } from '../last-use.ts'
import type { RecordReader, Stored } from '../records.ts'
import { type Key, type KeyVersion, keyLastUse, keyVersions } from './key.ts'

export interface KeyAndVersion {
  readonly key: Stored<Key>
  readonly version: Stored<KeyVersion>
}

/**
 * A version that the caller named, of a key already found. Notes it for the audit.
 *
 * @throws KmsError `Forbidden.KeyVersionNotFound` when it is unknown or belongs to another key
 */
export async function keyVersionOf(
  call: Call,
  key: Stored<Key>,
  versionId: string,
  reader: RecordReader = call.kms.records,
): Promise<Stored<KeyVersion>> {
  const version = await reader.get(keyVersions, versionId)
  if (version?.body.keyId !== key.id) throw new KmsError('Forbidden.KeyVersionNotFound')
  call.audit.keyVersionId = version.id
  return version
}

/**
 * The version that encrypts. Notes it for the audit.
 *
 * @throws KmsError `Rejected.UnsupportedOperation` for asymmetric keys, which have none
 */
export function primaryVersion(
  call: Call,
  key: Stored<Key>,
  reader: RecordReader = call.kms.records,
): Promise<Stored<KeyVersion>> {
  const { primaryVersionId } = key.body
  if (primaryVersionId === undefined) return Promise.reject(new KmsError('Rejected.UnsupportedOperation'))
  return keyVersionOf(call, key, primaryVersionId, reader)
}

/**
 * The usable material of a version, from memory while it is warm. Whoever asks for it uses the key.
 *
 * @throws KmsError `Rejected.PendingImport` for imported material that is gone
 */
export function materialOf({ kms, audit }: Call, version: Stored<KeyVersion>): Promise<UsableKey> {
  noteUse(audit, keyLastUse(version.body.keyId))
  return kms.materials.open(keyVersions, version)
}

/** A version as the API describes it. */
export const describedVersion = (version: Stored<KeyVersion>) => ({
  keyId: version.body.keyId,
  keyVersionId: version.id,
  creationDate: version.body.createdAt,
})
