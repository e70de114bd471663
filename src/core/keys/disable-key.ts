import type { DisableKey } from '../../api/keys.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { changeKey } from './change-key.ts'
import { requireState } from './key-state.ts'

/**
 * Disables an enabled key; a disabled one is left as it is. Automatic rotation is suspended.
 *
 * @throws KmsError `Rejected.StateModifiedFailed` in any other state
 * @see KMS API 2016-01-20, DisableKey
 */
export async function disableKey(call: Call, { keyId }: Input<typeof DisableKey>): Promise<Result<typeof DisableKey>> {
  await changeKey(call, keyId, { accepts: 'id' }, (key) => {
    requireState(key, ['Enabled', 'Disabled'], 'Rejected.StateModifiedFailed')
    return key.body.state.name === 'Disabled' ? key.body : { ...key.body, state: { name: 'Disabled' } }
  })
  return {}
}
