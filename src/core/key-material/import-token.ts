import { createHmac, timingSafeEqual } from 'node:crypto'
import { decodeBase64, encodeBase64 } from '../../crypto/base64.ts'
import { dueEntries } from '../due.ts'
import { KmsError } from '../errors.ts'
import type { Kms } from '../kms.ts'
import { recordKind } from '../records.ts'

/** What an import token stands for. Its sealed secret is the private half of the wrapping key. */
export interface ImportToken {
  readonly accountId: string
  readonly keyId: string
  readonly wrappingKeySpec: string
  readonly wrappingAlgorithm: string
  /** `yyyy-MM-ddTHH:mm:ssZ` */
  readonly expiresAt: string
}

/** Record id = 16 random bytes in hexadecimal. Importing deletes the record, so a token works once. */
export const importTokens = recordKind<ImportToken>({
  name: 'import-token',
  indexes: (token) => [['key', token.keyId], ...dueEntries(token.expiresAt)],
  binding: (token) => [token.accountId, token.keyId, token.wrappingKeySpec, token.wrappingAlgorithm, token.expiresAt],
})

export const importTokenSeconds = 86_400

const idBytes = 16
const expiryBytes = 8
const macBytes = 32

export const newImportTokenId = (kms: Kms): string => Buffer.from(kms.randomBytes(idBytes)).toString('hex')

/**
 * The token as callers carry it: id ‖ expiry ‖ MAC, in Base64. The MAC is over the key id too, so that a token tells its
 * own age and a token of another key is known without a look at the store.
 */
export function writeImportToken(kms: Kms, id: string, { keyId, expiresAt }: ImportToken): string {
  const head = Buffer.alloc(idBytes + expiryBytes)
  head.write(id, 'hex')
  head.writeBigUInt64BE(BigInt(Date.parse(expiresAt)), idBytes)
  return encodeBase64(Buffer.concat([head, macOf(kms, keyId, head)]))
}

/**
 * The record id that a token for this key stands for.
 *
 * @throws KmsError `InvalidImportToken` when it is damaged or for another key; `ExpiredImportToken`
 */
export function readImportToken(kms: Kms, keyId: string, token: string): string {
  const bytes = decodeBase64(token)
  if (bytes?.length !== idBytes + expiryBytes + macBytes) throw new KmsError('InvalidImportToken')
  const head = Buffer.from(bytes.subarray(0, idBytes + expiryBytes))
  if (!timingSafeEqual(macOf(kms, keyId, head), bytes.subarray(head.length))) throw new KmsError('InvalidImportToken')
  if (head.readBigUInt64BE(idBytes) <= BigInt(kms.now().getTime())) throw new KmsError('ExpiredImportToken')
  return head.toString('hex', 0, idBytes)
}

const macOf = (kms: Kms, keyId: string, head: Uint8Array): Uint8Array =>
  createHmac('sha256', kms.sealing.derive('import-token')).update(head).update(keyId, 'utf8').digest()
