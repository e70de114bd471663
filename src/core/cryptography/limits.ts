import { decodeBase64 } from '../../crypto/base64.ts'
import { invalidParameter, missingParameter } from '../errors.ts'

/** KMS API, Encrypt: up to 6 KB of data. */
export const maxPlaintextBytes = 6144

/**
 * The bytes that Encrypt seals: the UTF-8 text itself, never its decoded form, since programs encrypt text that is
 * not Base64 and expect it back. The limit counts what valid Base64 stands for.
 *
 * @throws KmsError `MissingParameter`, `InvalidParameter` naming Plaintext
 */
export function opaquePlaintext(text: string): Uint8Array {
  if (text === '') throw missingParameter('Plaintext')
  const bytes = Buffer.from(text, 'utf8')
  if (bytes.length > maxPlaintextBytes && (decodeBase64(text)?.length ?? bytes.length) > maxPlaintextBytes) {
    throw invalidParameter('Plaintext', `It holds more than ${maxPlaintextBytes} bytes.`)
  }
  return bytes
}
