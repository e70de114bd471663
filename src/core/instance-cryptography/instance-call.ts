import type { Message, MessageInput } from '../../api/instance.ts'
import type { KeyUsage } from '../../crypto/algorithms.ts'
import { keyOfVersion } from '../cryptography/blob-encryption.ts'
import { KmsError, missingParameter } from '../errors.ts'
import { requireUsable, type UsableKeyOptions, usableKey } from '../keys/find-key.ts'
import type { Key, KeyVersion } from '../keys/key.ts'
import { type KeyAndVersion, keyVersionOf } from '../keys/key-version.ts'
import type { Call } from '../kms.ts'
import type { Stored } from '../records.ts'

/** A call of the instance gateway. */
export interface InstanceCall extends Call {
  /** the key version that the caller insists on; header `x-kms-migrationkeyversionid` */
  readonly pinnedVersionId?: string | undefined
}

/** What an operation of the instance gateway answers; the gateway adds the request id. */
export interface InstanceAnswer<Response extends Message> {
  readonly response: Omit<MessageInput<Response>, 'requestId'>
  /** goes into the response header; clients slice ciphertexts by its 36 characters */
  readonly keyVersionId?: string | undefined
}

/**
 * The key and version that a plain operation (Encrypt, Sign, GetPublicKey …) uses: the pinned version, else the one
 * the key began with. Rotation leaves these operations alone; the Advance operations follow it.
 *
 * @param usage - undefined when the operation takes keys of any usage and has checked the state itself
 */
export async function plainKey(
  call: InstanceCall,
  keyId: string,
  usage: KeyUsage,
  options: UsableKeyOptions = {},
): Promise<KeyAndVersion> {
  if (keyId === '') return pinnedKey(call, usage, options)
  const key = await usableKey(call, keyId, usage, { kind: 'any', ...options })
  return { key, version: await plainVersion(call, key) }
}

export async function plainVersion(call: InstanceCall, key: Stored<Key>): Promise<Stored<KeyVersion>> {
  const versionId = call.pinnedVersionId ?? key.body.initialVersionId
  if (versionId === undefined) throw new KmsError('Forbidden.KeyVersionNotFound')
  return keyVersionOf(call, key, versionId)
}

/** Without a key id the pinned version alone names the key, as the low-version transfer clients have it. */
async function pinnedKey(call: InstanceCall, usage: KeyUsage, options: UsableKeyOptions): Promise<KeyAndVersion> {
  if (call.pinnedVersionId === undefined) throw missingParameter('KeyId')
  const found = await keyOfVersion(call, call.pinnedVersionId)
  requireUsable(found.key, usage, options.kind ?? 'any')
  return found
}
