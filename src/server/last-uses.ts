import { KmsError } from '../core/errors.ts'
import type { Kms } from '../core/kms.ts'
import type { Log } from './log.ts'

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
