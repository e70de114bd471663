import { type KeySpecEntry, keySpecs } from '../../crypto/algorithms.ts'
import { encodeBase64 } from '../../crypto/base64.ts'
import { loadKeyMaterial, publicKeySpki, type UsableKey } from '../../crypto/key-material.ts'
import { KmsError } from '../errors.ts'
import type { Kms } from '../kms.ts'
import { countOnly } from '../paging.ts'
import type { Stored, Transaction } from '../records.ts'
import { formatTime } from '../time.ts'
import { generateMaterial } from './generation.ts'
import { type Key, type KeyVersion, keys, keyVersions } from './key.ts'
import { newKeyVersionId } from './new-ids.ts'

/** Material on its way into a version. Whoever made it wipes `secret` after the transaction. */
export interface NewMaterial {
  readonly secret: Uint8Array
  /** SubjectPublicKeyInfo, base64; of asymmetric keys */
  readonly publicKey: string | undefined
}

/** The entry of a spec that a stored key has. */
export function specOf(key: Pick<Key, 'keySpec'>): KeySpecEntry {
  const entry = keySpecs.get(key.keySpec)
  if (!entry) throw new KmsError('InternalFailure', { cause: new Error(`a key has the unknown spec ${key.keySpec}`) })
  return entry
}

/**
 * Makes material, lends it to `use`, and wipes it whatever comes of that.
 *
 * @param owner - on whose behalf, as `principalId` names callers
 */
export async function withNewMaterial<T>(
  key: Pick<Key, 'keySpec'>,
  owner: string,
  use: (material: NewMaterial) => Promise<T>,
): Promise<T> {
  const entry = specOf(key)
  const secret = await generateMaterial(entry, owner)
  try {
    return await use({ secret, publicKey: publicKeyOf(loadKeyMaterial(entry, secret)) })
  } finally {
    secret.fill(0)
  }
}

export const publicKeyOf = (key: UsableKey): string | undefined =>
  key.kind === 'symmetric' || key.kind === 'hmac' ? undefined : encodeBase64(publicKeySpki(key))

/**
 * Adds a version to a key. It becomes the primary version, unless the key is asymmetric: those have none.
 *
 * @throws KmsError `Rejected.LimitExceeded` when the account has as many versions as it may
 */
export async function addVersion(
  kms: Kms,
  transaction: Transaction,
  key: Stored<Key>,
  material: NewMaterial,
): Promise<{ readonly key: Stored<Key>; readonly version: Stored<KeyVersion> }> {
  const version = await insertVersion(kms, transaction, key, material)
  return { version, key: await transaction.update(keys, key, withVersion(key.body, version)) }
}

/**
 * The record of a version alone, for keys that are not stored yet.
 *
 * @param given - an id and a date that are not to be made up here
 */
export async function insertVersion(
  kms: Kms,
  transaction: Transaction,
  key: { readonly id: string; readonly body: Key },
  material: NewMaterial,
  given: { readonly id?: string; readonly createdAt?: string } = {},
): Promise<Stored<KeyVersion>> {
  const { accountId, keySpec, keyUsage, origin, instanceId } = key.body
  const { total } = await transaction.list(keyVersions, { account: [accountId] }, countOnly)
  if (total >= kms.settings.limits.keyVersions) throw new KmsError('Rejected.LimitExceeded')
  return transaction.insert(
    keyVersions,
    given.id ?? newKeyVersionId(kms, key.id, instanceId),
    {
      accountId,
      keyId: key.id,
      keySpec,
      keyUsage,
      origin,
      createdAt: given.createdAt ?? formatTime(kms.now()),
      publicKey: material.publicKey,
      // What was imported may have encrypted elsewhere, as it is.
      modes: origin !== 'EXTERNAL' && specOf(key.body).kind === 'symmetric' ? 'derived' : undefined,
    },
    material.secret,
  )
}

/** The key as it is once it has the version. */
export function withVersion(key: Key, version: Stored<KeyVersion>): Key {
  return {
    ...key,
    versionCount: key.versionCount + 1,
    lastRotationAt: version.body.createdAt,
    initialVersionId: key.initialVersionId ?? version.id,
    ...(version.body.publicKey === undefined ? { primaryVersionId: version.id } : {}),
  }
}
