import { type Key, keyVersions } from '../keys/key.ts'
import type { Stored, Transaction } from '../records.ts'

/**
 * Destroys the material of an EXTERNAL key. The version stays, so that ciphertexts decrypt once the same material is
 * back; so does the fingerprint, which binds the key to that material for good.
 *
 * @returns the key as it is then: PendingImport, unless its deletion is planned
 */
export async function destroyMaterial(key: Stored<Key>, transaction: Transaction): Promise<Key> {
  const { body } = key
  if (body.initialVersionId === undefined) return body
  const version = await transaction.get(keyVersions, body.initialVersionId)
  if (version?.sealed !== undefined) await transaction.update(keyVersions, version, version.body, null)
  const state = body.state.name === 'PendingDeletion' ? body.state : ({ name: 'PendingImport' } as const)
  return { ...body, state, materialExpiresAt: undefined }
}
