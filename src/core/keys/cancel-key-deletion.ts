import type { CancelKeyDeletion } from '../../api/keys.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import type { RecordReader } from '../records.ts'
import { changeKey } from './change-key.ts'
import { type Key, keyVersions } from './key.ts'
import { requireState } from './key-state.ts'

/**
 * Gives up a planned deletion. The key becomes Enabled, or PendingImport if it waits for imported material.
 *
 * @throws KmsError `Rejected.StateModifiedFailed` when no deletion is planned
 * @see KMS API 2016-01-20, CancelKeyDeletion
 */
export async function cancelKeyDeletion(
  call: Call,
  { keyId }: Input<typeof CancelKeyDeletion>,
): Promise<Result<typeof CancelKeyDeletion>> {
  await changeKey(call, keyId, { accepts: 'id' }, async (key, transaction) => {
    requireState(key, ['PendingDeletion'], 'Rejected.StateModifiedFailed')
    const state = { name: (await hasMaterial(key.body, transaction)) ? 'Enabled' : 'PendingImport' } as const
    return { ...key.body, state }
  })
  return {}
}

async function hasMaterial(key: Key, reader: RecordReader): Promise<boolean> {
  if (key.origin !== 'EXTERNAL') return true
  if (key.initialVersionId === undefined) return false
  const version = await reader.get(keyVersions, key.initialVersionId)
  return version?.sealed !== undefined
}
