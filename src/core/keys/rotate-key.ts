import { theService } from '../access/principal.ts'
import type { Kms } from '../kms.ts'
import type { Stored } from '../records.ts'
import { addVersion, withNewMaterial } from './add-version.ts'
import { type Key, type KeyVersion, keys, nextRotationAt } from './key.ts'

/**
 * Gives a key a new primary version without a caller having asked, when `isDue` still holds for the key as it is at
 * that moment: of several nodes that find a rotation due, one makes it.
 *
 * @returns the new version, or `undefined` when nothing was due any more
 * @throws KmsError `Rejected.LimitExceeded`
 */
export async function rotateKey(
  kms: Kms,
  keyId: string,
  isDue: (key: Stored<Key>) => boolean,
): Promise<Stored<KeyVersion> | undefined> {
  const key = await kms.records.get(keys, keyId)
  if (!key || !isDue(key)) return undefined
  return withNewMaterial(key.body, theService, (material) =>
    kms.records.transaction(async (transaction) => {
      const current = await transaction.get(keys, keyId)
      if (!current || !isDue(current)) return undefined
      return (await addVersion(kms, transaction, current, material)).version
    }),
  )
}

/** Whether automatic rotation is on, not suspended, and its time has come. */
export function isRotationDue(kms: Kms, key: Key): boolean {
  const next = nextRotationAt(key)
  return key.state.name === 'Enabled' && next !== undefined && Date.parse(next) <= kms.now().getTime()
}
