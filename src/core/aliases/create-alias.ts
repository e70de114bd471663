import type { CreateAlias } from '../../api/aliases.ts'
import type { Input, Result } from '../../api/operation.ts'
import { authorize } from '../access/authorize.ts'
import { KmsError } from '../errors.ts'
import { aliases, aliasId } from '../keys/alias.ts'
import { findKey } from '../keys/find-key.ts'
import { requireState, unlessDeletionIsPlanned } from '../keys/key-state.ts'
import type { Call } from '../kms.ts'
import { countOnly } from '../paging.ts'
import { aliasResource, requireAliasName } from './alias-rules.ts'

/**
 * Gives a key another name. The caller needs the permission on the alias and on the key.
 *
 * @throws KmsError `InvalidParameter` of AliasName; `AliasAlreadyExists`; `Rejected.StateModifiedFailed` for a key that
 * is planned to be deleted; `Rejected.LimitExceeded`
 * @see KMS API 2016-01-20, CreateAlias
 */
export async function createAlias(
  call: Call,
  { aliasName, keyId }: Input<typeof CreateAlias>,
): Promise<Result<typeof CreateAlias>> {
  const { records, settings } = call.kms
  const { accountId } = call.caller
  requireAliasName(call, aliasName)
  authorize(call, aliasResource(call, aliasName))
  await records.transaction(async (transaction) => {
    const key = await findKey(call, keyId, { accepts: 'id', reader: transaction })
    requireState(key, unlessDeletionIsPlanned, 'Rejected.StateModifiedFailed')
    const id = aliasId(accountId, aliasName)
    if (await transaction.get(aliases, id)) throw new KmsError('AliasAlreadyExists')
    const { total } = await transaction.list(aliases, { account: [accountId] }, countOnly)
    if (total >= settings.limits.aliases) throw new KmsError('Rejected.LimitExceeded')
    await transaction.insert(aliases, id, { accountId, aliasName, keyId: key.id })
  })
  return {}
}
