import { KmsError } from '../../core/errors.ts'
import type { Kms } from '../../core/kms.ts'
import type { Log } from '../log.ts'

/** How often; after a crash, what was used in this time before it may count as unused since. */
export const lastUsesMs = 60_000
/** How long sealing waits for it: a store that hangs is not to keep the server open. */
export const lastUsesTimeoutMs = 1000

/** Writes down which keys, secrets and AccessKeys were used when. While sealed that has to wait. Never rejects. */
export async function keepLastUses({ lastUses, sealing }: Kms, log: Log): Promise<void> {
  if (sealing.isSealed) return
  try {
    await lastUses.flush()
  } catch (error) {
    // that the store is away is told once, by itself
    if (error instanceof KmsError && error.code === 'ServiceUnavailableTemporary') return
    log.write('error', 'the last uses of keys and secrets could not be kept', { error })
  }
}
