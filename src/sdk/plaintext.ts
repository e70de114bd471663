import { decodeBase64 } from '../crypto/base64.ts'
import { ClientError } from './errors.ts'

/**
 * The bytes of a `plaintext` that Decrypt returned, when what was encrypted were bytes: `encrypt` sends them as Base64
 * text, and GenerateDataKey seals the Base64 text of the data key.
 *
 * @throws ClientError `badResponse` if the text is not Base64; then the text itself is the plaintext
 */
export function plaintextBytes(plaintext: string): Uint8Array {
  const bytes = typeof plaintext === 'string' ? decodeBase64(plaintext) : undefined
  if (bytes === undefined) throw new ClientError('badResponse', 'The plaintext is not Base64.')
  return new Uint8Array(bytes)
}
