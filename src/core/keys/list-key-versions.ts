import type { ListKeyVersions } from '../../api/keys.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { paged, pageOf } from '../paging.ts'
import { findKey } from './find-key.ts'
import { keyVersions } from './key.ts'
import { describedVersion } from './key-version.ts'

/**
 * The versions of a key, oldest first.
 *
 * @see KMS API 2016-01-20, ListKeyVersions
 */
export async function listKeyVersions(
  call: Call,
  input: Input<typeof ListKeyVersions>,
): Promise<Result<typeof ListKeyVersions>> {
  const key = await findKey(call, input.keyId)
  const { items, total } = await call.kms.records.list(keyVersions, { key: [key.id] }, pageOf(input))
  return { keyVersions: { keyVersion: items.map(describedVersion) }, ...paged(input, total) }
}
