import type { ScheduleKeyDeletion } from '../../api/keys.ts'
import type { Input, Result } from '../../api/operation.ts'
import { KmsError } from '../errors.ts'
import type { Call } from '../kms.ts'
import { formatTime, secondsLater, secondsPerDay } from '../time.ts'
import { changeKey } from './change-key.ts'
import { requireState, unlessDeletionIsPlanned } from './key-state.ts'

/**
 * Plans the deletion of a key. When the time has come, the schedule destroys key, versions and aliases.
 *
 * @throws KmsError `Rejected.StateModifiedFailed` when it is planned already; `Rejected.UnsupportedOperation` for a
 * protected key
 * @see KMS API 2016-01-20, ScheduleKeyDeletion
 */
export async function scheduleKeyDeletion(
  call: Call,
  { keyId, pendingWindowInDays }: Input<typeof ScheduleKeyDeletion>,
): Promise<Result<typeof ScheduleKeyDeletion>> {
  await changeKey(call, keyId, { accepts: 'id' }, (key) => {
    requireState(key, unlessDeletionIsPlanned, 'Rejected.StateModifiedFailed')
    // The service publishes neither code nor text for this refusal.
    if (key.body.deletionProtection) {
      const message = 'Unsupported operation. The deletion protection of the key is on.'
      throw new KmsError('Rejected.UnsupportedOperation', { message })
    }
    const deleteAt = formatTime(secondsLater(call.kms.now(), pendingWindowInDays * secondsPerDay))
    return { ...key.body, state: { name: 'PendingDeletion', deleteAt } }
  })
  return {}
}
