import type { GetKeyLastUsage } from '../../api/keys.ts'
import type { Input, Result } from '../../api/operation.ts'
import type { Call } from '../kms.ts'
import { describedLastUse } from '../last-use.ts'
import { findKey } from './find-key.ts'
import { keyLastUse } from './key.ts'

/** Whoever may describe a key may know this, whatever state the key is in. */
export async function getKeyLastUsage(
  call: Call,
  { keyId }: Input<typeof GetKeyLastUsage>,
): Promise<Result<typeof GetKeyLastUsage>> {
  const key = await findKey(call, keyId)
  return { keyId: key.id, ...(await describedLastUse(call.kms.lastUses, keyLastUse(key.id))) }
}
