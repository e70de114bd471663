import { undecipherable } from '../errors.ts'
import { authorizeKey, requireUsable } from '../keys/find-key.ts'
import { type Key, type KeyVersion, keys, keyVersions } from '../keys/key.ts'
import { primaryVersion } from '../keys/key-version.ts'
import type { Call } from '../kms.ts'
import type { Stored } from '../records.ts'
import { decryptWith, encryptUnder } from './block-encryption.ts'
import { composeBlob, parseBlob } from './ciphertext-blob.ts'
import { contextAad } from './encryption-context.ts'

export type EncryptionContext = Readonly<Record<string, string>> | undefined

export interface SealedBlob {
  readonly keyId: string
  readonly keyVersionId: string
  readonly ciphertextBlob: Uint8Array
}

/** Seals bytes under the primary version of a symmetric key that `usableKey` found. */
export async function sealBlob(
  call: Call,
  key: Stored<Key>,
  plaintext: Uint8Array,
  context: EncryptionContext,
): Promise<SealedBlob> {
  const version = await primaryVersion(call, key)
  const { keyVersionId, iv, ciphertext } = await encryptUnder(call, key, version, plaintext, {
    aad: contextAad(context),
  })
  return { keyId: key.id, keyVersionId, ciphertextBlob: composeBlob({ keyVersionId, iv, sealed: ciphertext }) }
}

export interface OpenedBlob {
  readonly keyId: string
  readonly keyVersionId: string
  /** the caller wipes it */
  readonly plaintext: Uint8Array
}

/**
 * Opens a ciphertext blob with the key version it names, once the caller may use that key.
 *
 * @param action - RAM action to check; the operation's own unless given
 * @throws KmsError `InvalidParameter` for what is no blob or does not open; `Forbidden.KeyNotFound` for an unknown
 * version; as `usableKey` otherwise
 */
export async function openBlob(
  call: Call,
  ciphertextBlob: Uint8Array,
  context: EncryptionContext,
  action?: string,
): Promise<OpenedBlob> {
  const blob = parseBlob(ciphertextBlob)
  if (blob === undefined) throw undecipherable()
  const { key, version } = await keyOfVersion(call, blob.keyVersionId, action)
  requireUsable(key, 'ENCRYPT/DECRYPT')
  const options = { iv: blob.iv, aad: contextAad(context) }
  const { plaintext } = await decryptWith(call, { key, version }, blob.sealed, options)
  return { keyId: key.id, keyVersionId: version.id, plaintext }
}

/**
 * The key that a version id belongs to, once the caller may act on it.
 * @throws KmsError `Forbidden.NoPermission`, `Forbidden.KeyNotFound`
 */
export async function keyOfVersion(
  call: Call,
  keyVersionId: string,
  action?: string,
): Promise<{ readonly key: Stored<Key>; readonly version: Stored<KeyVersion> }> {
  const { records } = call.kms
  const version = await records.get(keyVersions, keyVersionId)
  const found = version && (await records.get(keys, version.body.keyId))
  const key = authorizeKey(call, found, action === undefined ? {} : { action })
  if (version === undefined) throw undecipherable()
  call.audit.keyVersionId = version.id
  return { key, version }
}
