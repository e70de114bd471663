import type { EnableKey } from '../../api/keys.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { changeKey } from './change-key.ts'
import { requireState } from './key-state.ts'

/**
 * Enables a disabled key; an enabled one is left as it is. Automatic rotation goes on, at once if it fell due meanwhile.
 *
 * @throws KmsError `Rejected.StateModifiedFailed` in any other state
 * @see KMS API 2016-01-20, EnableKey
 */
export async function enableKey(call: Call, { keyId }: Input<typeof EnableKey>): Promise<Result<typeof EnableKey>> {
  await changeKey(call, keyId, { accepts: 'id' }, (key) => {
    requireState(key, ['Enabled', 'Disabled'], 'Rejected.StateModifiedFailed')
    return key.body.state.name === 'Enabled' ? key.body : { ...key.body, state: { name: 'Enabled' } }
  })
  return {}
}
