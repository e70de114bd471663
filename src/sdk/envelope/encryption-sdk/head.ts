import { type CipherGCM, createCipheriv, timingSafeEqual } from 'node:crypto'
import { encodeBase64 } from '../../../crypto/base64.ts'
import { lengthAnd, u32 } from '../big-endian.ts'
import { type EncryptionContext, encodeContext } from '../encryption-context.ts'
import { EnvelopeError } from '../errors.ts'
import type { SdkAlgorithm } from './algorithm.ts'

export const headVersion = 1
export const headIvBytes = 12
export const headTagBytes = 16

export interface EncryptedDataKey {
  /** The ARN that the writer's provider was configured with. */
  readonly keyId: string
  readonly ciphertextBlob: Uint8Array
}

/** What stands before the body in both serialisations, without its authentication. */
interface HeadFields {
  readonly algorithm: SdkAlgorithm
  readonly encryptedDataKeys: readonly EncryptedDataKey[]
  readonly encryptionContext: EncryptionContext
}

export interface Head extends HeadFields {
  readonly headerIv: Uint8Array
  readonly headerAuthTag: Uint8Array
}

/**
 * What the header's tag covers. Two things are as the official SDK has them: a context that is not empty is counted
 * twice, and a wrapped key enters as its Base64 text.
 */
export function authenticatedFields(head: HeadFields): Uint8Array {
  const pairs = Object.keys(head.encryptionContext).length
  const keys = sortedKeys(head.encryptedDataKeys)
  return Buffer.concat([
    u32(headVersion),
    u32(head.algorithm.id),
    u32(pairs),
    encodeContext(head.encryptionContext),
    u32(keys.length),
    ...keys.flatMap((key) => [...lengthAnd(key.keyId), ...lengthAnd(encodeBase64(key.ciphertextBlob))]),
  ])
}

/** GCM over no plaintext: the tag alone. */
export function sealHead(fields: HeadFields, dataKey: Uint8Array, headerIv: Uint8Array): Head {
  const { headerCipher } = fields.algorithm
  const cipher = createCipheriv(headerCipher as 'aes-256-gcm', dataKey, headerIv, {
    authTagLength: headTagBytes,
  }) as CipherGCM
  cipher.setAAD(authenticatedFields(fields))
  cipher.final()
  return { ...fields, headerIv, headerAuthTag: cipher.getAuthTag() }
}

/** Whether this data key wrote this header. Constant time. */
export function headIsAuthentic(head: Head, dataKey: Uint8Array): boolean {
  if (dataKey.length !== head.algorithm.dataKeyBytes) return false
  return timingSafeEqual(sealHead(head, dataKey, head.headerIv).headerAuthTag, head.headerAuthTag)
}

/** By the bytes of the key id, as both official SDKs order them. */
export function sortedKeys(keys: readonly EncryptedDataKey[]): readonly EncryptedDataKey[] {
  return keys.toSorted((a, b) => Buffer.compare(Buffer.from(a.keyId), Buffer.from(b.keyId)))
}

/**
 * Java keeps one of two entries with the same key id and counts both, so that such a message opens nowhere.
 *
 * @throws EnvelopeError `DamagedHeader`
 */
export function requireDistinctKeys(keys: readonly EncryptedDataKey[]): void {
  if (keys.length === 0) throw damagedMessage('it has no encrypted data key')
  if (new Set(keys.map(({ keyId }) => keyId)).size !== keys.length) throw damagedMessage('it names a key twice')
}

export function damagedMessage(reason: string): EnvelopeError {
  return new EnvelopeError('DamagedHeader', `the encryption-SDK message cannot be read: ${reason}`)
}
