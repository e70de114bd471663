import { decodeBase64, encodeBase64 } from '../../crypto/base64.ts'
import { usableKey } from '../keys/find-key.ts'
import type { Call } from '../kms.ts'
import { type EncryptionContext, type SealedBlob, sealBlob } from './blob-encryption.ts'

export interface DataKeyRequest {
  readonly keyId: string
  readonly keySpec?: 'AES_256' | 'AES_128' | 'SM4_128' | undefined
  readonly numberOfBytes?: number | undefined
  readonly encryptionContext?: EncryptionContext
}

export interface DataKey extends SealedBlob {
  /** the caller wipes it, unless it is the answer */
  readonly plaintext: Uint8Array
}

/**
 * Makes a data key and seals it. What is sealed is its Base64 *text*, so that Decrypt of the blob returns that text;
 * the official clients depend on it.
 */
export async function makeDataKey(call: Call, request: DataKeyRequest): Promise<DataKey> {
  const key = await usableKey(call, request.keyId, 'ENCRYPT/DECRYPT')
  const plaintext = call.kms.randomBytes(dataKeyBytes(request))
  return { ...(await sealBytesAsText(call, key, plaintext, request.encryptionContext)), plaintext }
}

/** Seals bytes as GenerateDataKey seals a data key: their Base64 text. */
export async function sealBytesAsText(
  call: Call,
  key: Parameters<typeof sealBlob>[1],
  bytes: Uint8Array,
  context: EncryptionContext,
): Promise<SealedBlob> {
  const text = Buffer.from(encodeBase64(bytes), 'latin1')
  try {
    return await sealBlob(call, key, text, context)
  } finally {
    text.fill(0)
  }
}

/** KMS API, GenerateDataKey: NumberOfBytes wins over KeySpec; with neither, 32 bytes. Zero counts as absent. */
export function dataKeyBytes({ keySpec, numberOfBytes }: Pick<DataKeyRequest, 'keySpec' | 'numberOfBytes'>): number {
  return numberOfBytes || (keySpec === 'AES_128' || keySpec === 'SM4_128' ? 16 : 32)
}

/** The data key in what a blob opened to: Base64 text, or raw bytes that the instance gateway sealed. */
export function dataKeyOf(opened: Uint8Array): Uint8Array {
  return decodeBase64(Buffer.from(opened).toString('latin1')) ?? opened
}
