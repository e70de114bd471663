import type { DeleteAlias } from '../../api/aliases.ts'
import type { Input, Result } from '../../api/operation.ts'
import { authorize } from '../access/authorize.ts'
import { KmsError } from '../errors.ts'
import { aliases, aliasId } from '../keys/alias.ts'
import { findKey } from '../keys/find-key.ts'
import type { Call } from '../kms.ts'
import { aliasResource, requireAliasName } from './alias-rules.ts'

/**
 * Removes an alias. The caller needs the permission on the alias and on its key, in whatever state that is.
 *
 * @throws KmsError `Forbidden.AliasNotFound`
 * @see KMS API 2016-01-20, DeleteAlias
 */
export async function deleteAlias(
  call: Call,
  { aliasName }: Input<typeof DeleteAlias>,
): Promise<Result<typeof DeleteAlias>> {
  requireAliasName(call, aliasName)
  authorize(call, aliasResource(call, aliasName))
  await call.kms.records.transaction(async (transaction) => {
    const alias = await transaction.get(aliases, aliasId(call.caller.accountId, aliasName))
    if (!alias) throw new KmsError('Forbidden.AliasNotFound')
    await findKey(call, alias.body.keyId, { reader: transaction })
    await transaction.delete(aliases, alias)
  })
  return {}
}
