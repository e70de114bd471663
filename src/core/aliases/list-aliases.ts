import type { ListAliases } from '../../api/aliases.ts'
import type { Input, Result } from '../../api/operation.ts'
import { authorize } from '../access/authorize.ts'
import { container } from '../keys/key-resource.ts'
import type { Call } from '../kms.ts'
import { listAliasesBy } from './alias-rules.ts'

/**
 * The aliases of the account, oldest first.
 *
 * @see KMS API 2016-01-20, ListAliases
 */
export async function listAliases(call: Call, input: Input<typeof ListAliases>): Promise<Result<typeof ListAliases>> {
  authorize(call, container(call, 'alias'))
  return listAliasesBy(call.kms, { account: [call.caller.accountId] }, input)
}
