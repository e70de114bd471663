import type { ImportKeyMaterial } from '../../api/key-material.ts'
import type { Input, Result } from '../../api/operation.ts'
import { CryptoFailure } from '../../crypto/failure.ts'
import { loadKeyMaterial } from '../../crypto/key-material.ts'
import { invalidParameter, KmsError } from '../errors.ts'
import { insertVersion, type NewMaterial, specOf, withVersion } from '../keys/add-version.ts'
import { changeKey } from '../keys/change-key.ts'
import { findKey } from '../keys/find-key.ts'
import { type Key, keyVersions } from '../keys/key.ts'
import { requireState, unlessDeletionIsPlanned } from '../keys/key-state.ts'
import type { Call } from '../kms.ts'
import type { Stored, Transaction } from '../records.ts'
import { formatTime } from '../time.ts'
import { importTokens, readImportToken } from './import-token.ts'
import { acceptMaterial, fingerprint, requireSameMaterial } from './imported-material.ts'
import { entryOf, wrappings } from './wrapping.ts'

/**
 * Imports wrapped material. The token is used up before anybody looks at the material, so that of two imports with one
 * token one at most goes on, and nobody can try material after material against one wrapping key.
 *
 * @throws KmsError `InvalidParameter` of KeyMaterialExpireUnix when it is past; `Unsupported.Origin`;
 * `Rejected.StateModifiedFailed`; `InvalidImportToken`, `ExpiredImportToken`; `InvalidKeyMaterial` when it does not
 * unwrap, is no material of the key's spec, or differs from what was imported first
 * @see KMS API 2016-01-20, ImportKeyMaterial
 */
export async function importKeyMaterial(
  call: Call,
  input: Input<typeof ImportKeyMaterial>,
): Promise<Result<typeof ImportKeyMaterial>> {
  const expiresAt = expiry(call, input.keyMaterialExpireUnix)
  const key = await findKey(call, input.keyId, { accepts: 'id' })
  requireImportable(key)
  const unwrapped = await unwrap(call, key, input)
  try {
    await keep(call, key, unwrapped, expiresAt)
  } finally {
    unwrapped.fill(0)
  }
  return {}
}

/** @returns `undefined` for never */
function expiry(call: Call, unixSeconds = 0): string | undefined {
  if (unixSeconds === 0) return undefined
  const time = new Date(unixSeconds * 1000)
  if (time.getTime() <= call.kms.now().getTime()) throw invalidParameter('KeyMaterialExpireUnix', 'It is past.')
  return formatTime(time)
}

function requireImportable(key: Stored<Key>): void {
  if (key.body.origin !== 'EXTERNAL') throw new KmsError('Unsupported.Origin')
  requireState(key, unlessDeletionIsPlanned, 'Rejected.StateModifiedFailed')
}

/** Uses up the token and unwraps the material with its wrapping key. */
async function unwrap(
  { kms }: Call,
  key: Stored<Key>,
  { importToken, encryptedKeyMaterial }: Input<typeof ImportKeyMaterial>,
): Promise<Uint8Array> {
  const id = readImportToken(kms, key.id, importToken)
  const token = await kms.records.get(importTokens, id)
  if (!token) throw new KmsError('InvalidImportToken')
  const secret = await kms.sealing.open(importTokens, token)
  try {
    await kms.records.transaction(async (transaction) => {
      const unused = await transaction.get(importTokens, id)
      if (!unused) throw new KmsError('InvalidImportToken')
      await transaction.delete(importTokens, unused)
    })
    const wrappingKey = loadKeyMaterial(entryOf(token.body.wrappingKeySpec), secret)
    const wrapping = wrappings.get(token.body.wrappingAlgorithm)
    if (!wrapping) throw new KmsError('InvalidImportToken')
    return await valid(wrapping.unwrap(wrappingKey, encryptedKeyMaterial))
  } finally {
    secret.fill(0)
  }
}

/** Puts checked material in its place: in the version it had before, or in the first one. */
async function keep(call: Call, key: Stored<Key>, unwrapped: Uint8Array, expiresAt: string | undefined): Promise<void> {
  const material = await valid(acceptMaterial(specOf(key.body), unwrapped))
  try {
    const known = fingerprint(call.kms, key.id, material)
    await changeKey(call, key.id, { accepts: 'id' }, async (current, transaction) => {
      requireImportable(current)
      requireSameMaterial(current.body.materialFingerprint, known)
      const body = await withMaterial(call, current, material, transaction)
      const state = body.state.name === 'Disabled' ? body.state : ({ name: 'Enabled' } as const)
      return { ...body, state, materialFingerprint: known, materialExpiresAt: expiresAt }
    })
  } finally {
    material.secret.fill(0)
  }
}

async function withMaterial(
  call: Call,
  key: Stored<Key>,
  material: NewMaterial,
  transaction: Transaction,
): Promise<Key> {
  const { initialVersionId } = key.body
  const version = initialVersionId === undefined ? undefined : await transaction.get(keyVersions, initialVersionId)
  if (!version) return withVersion(key.body, await insertVersion(call.kms, transaction, key, material))
  await transaction.update(keyVersions, version, version.body, material.secret)
  return key.body
}

/** Every fault of the material sounds the same. */
async function valid<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof CryptoFailure) throw new KmsError('InvalidKeyMaterial')
    throw error
  }
}
