import { type Key, keys } from '../keys/key.ts'
import type { Kms } from '../kms.ts'
import { destroyMaterial } from './destroy-material.ts'

/** Whether imported material is past its time. */
export const isExpiryDue = (kms: Kms, key: Key): boolean =>
  key.materialExpiresAt !== undefined && Date.parse(key.materialExpiresAt) <= kms.now().getTime()

/**
 * Destroys imported material that is past its time.
 *
 * @returns whether there was anything to do
 */
export function expireMaterial(kms: Kms, keyId: string): Promise<boolean> {
  return kms.records.transaction(async (transaction) => {
    const key = await transaction.get(keys, keyId)
    if (!key || !isExpiryDue(kms, key.body)) return false
    await transaction.update(keys, key, await destroyMaterial(key, transaction))
    return true
  })
}
