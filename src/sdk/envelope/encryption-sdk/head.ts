import { type CipherGCM, createCipheriv, timingSafeEqual } from 'node:crypto'
import { encodeBase64 } from '../../../crypto/base64.ts'
import { lengthAnd, u32 } from '../big-endian.ts'
import { type EncryptionContext, encodeContext } from '../encryption-context.ts'
import { EnvelopeError } from '../errors.ts'
import type { SdkAlgorithm } from './algorithm.ts'
import { countedEntries, type EncryptedDataKey, sortedKeys } from './counted-entries.ts'

export const headVersion = 1
export const headIvBytes = 12
export const headTagBytes = 16

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
 *
 * @param counted - the entries that go in, all of them unless a key is named twice
 */
export function authenticatedFields(
  head: HeadFields,
  counted: readonly EncryptedDataKey[] = sortedKeys(head.encryptedDataKeys),
): Uint8Array {
  const pairs = Object.keys(head.encryptionContext).length
  return Buffer.concat([
    u32(headVersion),
    u32(head.algorithm.id),
    u32(pairs),
    encodeContext(head.encryptionContext),
    u32(head.encryptedDataKeys.length),
    ...counted.flatMap((key) => [...lengthAnd(key.keyId), ...lengthAnd(encodeBase64(key.ciphertextBlob))]),
  ])
}

export function sealHead(fields: HeadFields, dataKey: Uint8Array, headerIv: Uint8Array): Head {
  return { ...fields, headerIv, headerAuthTag: tagOver(authenticatedFields(fields), fields, dataKey, headerIv) }
}

/** GCM over no plaintext: the tag alone. */
function tagOver(fields: Uint8Array, { algorithm }: HeadFields, dataKey: Uint8Array, headerIv: Uint8Array): Uint8Array {
  const cipher = createCipheriv(algorithm.headerCipher as 'aes-256-gcm', dataKey, headerIv, {
    authTagLength: headTagBytes,
  }) as CipherGCM
  cipher.setAAD(fields)
  cipher.final()
  return cipher.getAuthTag()
}

/** Whether this data key wrote this header. Constant time for a given header. */
export function headIsAuthentic(head: Head, dataKey: Uint8Array): boolean {
  if (dataKey.length !== head.algorithm.dataKeyBytes) return false
  return countedEntries(head.encryptedDataKeys).some((counted) =>
    timingSafeEqual(tagOver(authenticatedFields(head, counted), head, dataKey, head.headerIv), head.headerAuthTag),
  )
}

/** @throws EnvelopeError `DamagedHeader` */
export function requireKeys(keys: readonly EncryptedDataKey[]): void {
  if (keys.length === 0) throw damagedMessage('it has no encrypted data key')
}

/**
 * What the official SDKs make of two entries with one key id depends on an order that the message does not keep, so that
 * only a part of such messages opens there. None are written.
 *
 * @throws EnvelopeError `InvalidArgument`
 */
export function requireDistinctKeys(keyIds: readonly string[]): void {
  const twice = keyIds.find((keyId, index) => keyIds.indexOf(keyId) !== index)
  if (twice !== undefined)
    throw new EnvelopeError(
      'InvalidArgument',
      `a message of the encryption SDK names a key once; ${twice} is there twice`,
    )
}

export function damagedMessage(reason: string): EnvelopeError {
  return new EnvelopeError('DamagedHeader', `the encryption-SDK message cannot be read: ${reason}`)
}
