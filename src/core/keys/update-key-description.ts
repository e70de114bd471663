import type { UpdateKeyDescription } from '../../api/keys.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { changeKey } from './change-key.ts'
import { requireState, unlessDeletionIsPlanned } from './key-state.ts'

/**
 * @throws KmsError `Rejected.PendingDeletion`
 * @see KMS API 2016-01-20, UpdateKeyDescription
 */
export async function updateKeyDescription(
  call: Call,
  { keyId, description }: Input<typeof UpdateKeyDescription>,
): Promise<Result<typeof UpdateKeyDescription>> {
  await changeKey(call, keyId, { accepts: 'id' }, (key) => {
    requireState(key, unlessDeletionIsPlanned)
    return { ...key.body, description }
  })
  return {}
}
