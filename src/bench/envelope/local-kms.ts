import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { EnvelopeKms } from '../../sdk/envelope/index.ts'

/** A KMS with one key in this process: what is measured here is the work on the data, not the service. */
export function localKms(key: Uint8Array): EnvelopeKms {
  const seal = (plaintext: string) => {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, iv)
    const ciphertextBlob = Buffer.concat([iv, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return { keyId: 'local', keyVersionId: 'local', ciphertextBlob }
  }
  return {
    generateDataKey: async ({ numberOfBytes = 32 }) => {
      const plaintext = randomBytes(numberOfBytes)
      return { ...seal(plaintext.toString('base64')), plaintext }
    },
    encrypt: async ({ plaintext }) => seal(plaintext),
    decrypt: async ({ ciphertextBlob }) => {
      const decipher = createDecipheriv('aes-256-gcm', key, ciphertextBlob.subarray(0, 12))
      decipher.setAuthTag(ciphertextBlob.subarray(-16))
      const plaintext = Buffer.concat([decipher.update(ciphertextBlob.subarray(12, -16)), decipher.final()])
      return { keyId: 'local', keyVersionId: 'local', plaintext: plaintext.toString('utf8') }
    },
  }
}
