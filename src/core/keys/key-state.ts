import type { KmsErrorCode } from '../../api/errors.ts'
import { KmsError } from '../errors.ts'
import type { Kms } from '../kms.ts'
import type { Stored } from '../records.ts'
import type { Key, KeyStateName } from './key.ts'

/** All states but PendingDeletion: what may be changed about a key may be changed in any of them. */
export const unlessDeletionIsPlanned = ['Enabled', 'Disabled', 'PendingImport'] as const

const refusals: Readonly<Record<KeyStateName, KmsErrorCode>> = {
  // The service lists a code `Rejected.Enabled`, but no operation answers with it.
  Enabled: 'Rejected.StateModifiedFailed',
  Disabled: 'Rejected.Disabled',
  PendingDeletion: 'Rejected.PendingDeletion',
  PendingImport: 'Rejected.PendingImport',
}

/**
 * Refuses unless the key is in one of the states.
 *
 * @param refusal - the code of operations that change the state and answer all wrong states alike; else the code names
 * the state the key is in
 * @throws KmsError `Rejected.Disabled`, `Rejected.PendingDeletion`, `Rejected.PendingImport` or `refusal`
 * @see KMS documentation, "Impact of CMK states on API calls"
 */
export function requireState(
  key: { readonly body: Key },
  allowed: readonly KeyStateName[],
  refusal?: 'Rejected.StateModifiedFailed',
): void {
  const { name } = key.body.state
  if (!allowed.includes(name)) throw new KmsError(refusal ?? refusals[name])
}

/**
 * The key as it is at this moment: material that has expired counts as gone, even when the schedule has yet to destroy
 * it.
 */
export function asOfNow(kms: Kms, key: Stored<Key>): Stored<Key> {
  const { materialExpiresAt, state } = key.body
  if (materialExpiresAt === undefined || Date.parse(materialExpiresAt) > kms.now().getTime()) return key
  return state.name === 'PendingDeletion' ? key : { ...key, body: { ...key.body, state: { name: 'PendingImport' } } }
}
