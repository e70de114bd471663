import type { UpdateAlias } from '../../api/aliases.ts'
import type { Input, Result } from '../../api/operation.ts'
import { authorize } from '../access/authorize.ts'
import { KmsError } from '../errors.ts'
import { aliases, aliasId } from '../keys/alias.ts'
import { findKey } from '../keys/find-key.ts'
import { requireState, unlessDeletionIsPlanned } from '../keys/key-state.ts'
import type { Call } from '../kms.ts'
import { aliasResource, requireAliasName } from './alias-rules.ts'

/**
 * Points an alias at another key. The caller needs the permission on the alias, on the key it leaves and on the new one.
 *
 * @throws KmsError `Forbidden.AliasNotFound`; `Rejected.PendingDeletion` of the new key
 * @see KMS API 2016-01-20, UpdateAlias
 */
export async function updateAlias(
  call: Call,
  { aliasName, keyId }: Input<typeof UpdateAlias>,
): Promise<Result<typeof UpdateAlias>> {
  requireAliasName(call, aliasName)
  authorize(call, aliasResource(call, aliasName))
  await call.kms.records.transaction(async (transaction) => {
    const alias = await transaction.get(aliases, aliasId(call.caller.accountId, aliasName))
    if (!alias) throw new KmsError('Forbidden.AliasNotFound')
    await findKey(call, alias.body.keyId, { reader: transaction })
    const key = await findKey(call, keyId, { accepts: 'id', reader: transaction })
    requireState(key, unlessDeletionIsPlanned)
    if (alias.body.keyId !== key.id) await transaction.update(aliases, alias, { ...alias.body, keyId: key.id })
  })
  return {}
}
