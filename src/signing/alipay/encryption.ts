import { createCipheriv, createDecipheriv } from 'node:crypto'
import { decodeBase64, encodeBase64 } from '../../crypto/base64.ts'
import { SigningError } from '../errors.ts'

// Alipay prescribes AES in CBC with PKCS #7 padding and an IV of zeros. The signature, not the cipher, keeps the text whole.
const iv = new Uint8Array(16)

/** The key that the open platform calls the content encryption key (接口内容加密密钥). */
export type ContentKey = { readonly bytes: Uint8Array; readonly cipher: string }

/**
 * @param text - Base64 of 16 or 32 bytes
 * @throws SigningError `key`
 */
export function contentKey(text: string): ContentKey {
  const bytes = decodeBase64(text.trim())
  if (bytes !== undefined && [16, 24, 32].includes(bytes.length))
    return { bytes, cipher: `aes-${bytes.length * 8}-cbc` }
  throw new SigningError('key', 'The content key is not Base64 of an AES key.', { parameter: 'encryptKey' })
}

/** @returns Base64 */
export function encryptContent({ cipher, bytes }: ContentKey, text: string): string {
  const encryption = createCipheriv(cipher, bytes, iv)
  return encodeBase64(Buffer.concat([encryption.update(text, 'utf8'), encryption.final()]))
}

/** @throws SigningError `document` */
export function decryptContent({ cipher, bytes }: ContentKey, base64: string): string {
  const decryption = createDecipheriv(cipher, bytes, iv)
  try {
    return Buffer.concat([decryption.update(base64, 'base64'), decryption.final()]).toString('utf8')
  } catch (cause) {
    throw new SigningError('document', 'The content cannot be decrypted with the content key.', { cause })
  }
}
