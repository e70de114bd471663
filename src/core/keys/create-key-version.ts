import type { CreateKeyVersion } from '../../api/keys.ts'
import type { Input, Result } from '../../api/operation.ts'
import { principalId } from '../access/principal.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import type { RecordReader, Stored } from '../records.ts'
import { secondsPerDay } from '../time.ts'
import { addVersion, specOf, withNewMaterial } from './add-version.ts'
import { findKey } from './find-key.ts'
import type { Key } from './key.ts'
import { requireState } from './key-state.ts'
import { describedVersion } from './key-version.ts'
import { canRotate } from './rotation.ts'

/**
 * Makes a new version. Of a symmetric key it becomes the primary one; older versions go on decrypting.
 *
 * @throws KmsError `Rejected.UnsupportedOperation` for imported keys, HMAC keys (which have one version) and keys inside
 * hardware, or too early where the seven-day rule is on; `Rejected.LimitExceeded`; `Rejected.Disabled`,
 * `.PendingDeletion`, `.PendingImport`
 * @see KMS API 2016-01-20, CreateKeyVersion
 */
export async function createKeyVersion(
  call: Call,
  { keyId }: Input<typeof CreateKeyVersion>,
): Promise<Result<typeof CreateKeyVersion>> {
  const { records } = call.kms
  const key = await versionableKey(call, keyId, records)
  const version = await withNewMaterial(key.body, principalId(call.caller), (material) =>
    records.transaction(async (transaction) => {
      const current = await versionableKey(call, key.id, transaction)
      return (await addVersion(call.kms, transaction, current, material)).version
    }),
  )
  call.audit.keyVersionId = version.id
  return { keyVersion: describedVersion(version) }
}

async function versionableKey(call: Call, keyId: string, reader: RecordReader): Promise<Stored<Key>> {
  const key = await findKey(call, keyId, { reader })
  const { kind } = specOf(key.body)
  if (kind === 'hmac') throw new KmsError('Rejected.UnsupportedOperation')
  requireState(key, ['Enabled'])
  const isPossible = kind === 'symmetric' ? canRotate(key.body) : key.body.origin === 'Aliyun_KMS'
  if (!isPossible) throw new KmsError('Rejected.UnsupportedOperation')
  if (kind !== 'symmetric' && call.kms.settings.sevenDaysBetweenVersions) requireSevenDays(call, key.body)
  return key
}

/** The rule of the service's first generation, for asymmetric keys. */
function requireSevenDays(call: Call, key: Key): void {
  const age = call.kms.now().getTime() - Date.parse(key.lastRotationAt)
  if (age < 7 * secondsPerDay * 1000) throw new KmsError('Rejected.UnsupportedOperation')
}
