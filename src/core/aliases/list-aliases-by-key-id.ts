import type { ListAliasesByKeyId } from '../../api/aliases.ts'
import type { Input, Result } from '../../api/operation.ts'
import { findKey } from '../keys/find-key.ts'
import type { Call } from '../kms.ts'
import { listAliasesBy } from './alias-rules.ts'

/**
 * The aliases of a key, oldest first.
 *
 * @see KMS API 2016-01-20, ListAliasesByKeyId
 */
export async function listAliasesByKeyId(
  call: Call,
  input: Input<typeof ListAliasesByKeyId>,
): Promise<Result<typeof ListAliasesByKeyId>> {
  const key = await findKey(call, input.keyId, { accepts: 'idOrArn' })
  return listAliasesBy(call.kms, { key: [key.id] }, input)
}
