import { decodeBase64, encodeBase64 } from '../../../crypto/base64.ts'
import { EnvelopeError } from '../errors.ts'

/** The object of EnvelopeEncryptV2: names are its own; `cipherText` ends with the 16-byte tag. */
export interface V2Object {
  readonly encryptedDataKey: string
  readonly iv: Uint8Array
  readonly cipherText: Uint8Array
}

/** One JSON object, bytes as Base64. The official sample leaves the stored form to its user. */
export function formatV2Object({ encryptedDataKey, iv, cipherText }: V2Object): Uint8Array {
  return Buffer.from(
    `${JSON.stringify({ encryptedDataKey, iv: encodeBase64(iv), cipherText: encodeBase64(cipherText) })}\n`,
  )
}

/** @throws EnvelopeError `DamagedHeader`, `UnknownFormat` for JSON of another kind */
export function parseV2Object(text: Uint8Array): V2Object & { readonly ciphertextBlob: Uint8Array } {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null) throw notOurs()
  const { encryptedDataKey, iv, cipherText, ...others } = value as Record<string, unknown>
  if (typeof encryptedDataKey !== 'string' || typeof iv !== 'string' || typeof cipherText !== 'string') throw notOurs()
  if (Object.keys(others).length > 0) throw notOurs()
  const [ciphertextBlob, ivBytes, sealed] = [encryptedDataKey, iv, cipherText].map(decodeBase64)
  if (!ciphertextBlob || ivBytes?.length !== 12 || !sealed || sealed.length < 16)
    throw new EnvelopeError('DamagedHeader', 'the envelope object cannot be read: a field is damaged')
  return { encryptedDataKey, ciphertextBlob, iv: ivBytes, cipherText: sealed }
}

function parseJson(text: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(text).toString('utf8'))
  } catch {
    throw notOurs()
  }
}

function notOurs(): EnvelopeError {
  return new EnvelopeError(
    'UnknownFormat',
    'this JSON is not an envelope object with encryptedDataKey, iv and cipherText',
  )
}
