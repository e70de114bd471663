import { decodeBase64 } from '../../../crypto/base64.ts'
import type { KmsCallOptions } from '../envelope-kms.ts'
import { EnvelopeError, throwIfAborted } from '../errors.ts'

/** Runs one KMS call and turns its failure into one line that names the key and the answer. */
export async function callKms<Answer>(
  keyName: string,
  signal: AbortSignal | undefined,
  call: (options: KmsCallOptions) => Promise<Answer>,
): Promise<Answer> {
  throwIfAborted(signal)
  try {
    return await call(signal === undefined ? {} : { signal })
  } catch (cause) {
    throwIfAborted(signal)
    throw new EnvelopeError('KeyUnavailable', `key ${keyName}: ${describe(cause)}`, { cause })
  }
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const code = 'code' in cause && typeof cause.code === 'string' ? `${cause.code}: ` : ''
  return cause.message.startsWith(code) ? cause.message : `${code}${cause.message}`
}

/** Answers carry a data key as bytes (GenerateDataKey) or as its Base64 text (Decrypt). */
export function keyBytes(plaintext: Uint8Array | string): Uint8Array | undefined {
  return typeof plaintext === 'string' ? decodeBase64(plaintext) : plaintext
}

export function blobBytes(ciphertextBlob: Uint8Array | string): Uint8Array {
  if (typeof ciphertextBlob !== 'string') return ciphertextBlob
  const bytes = decodeBase64(ciphertextBlob)
  if (bytes === undefined)
    throw new EnvelopeError('KeyUnavailable', 'the KMS answered with a ciphertext that is not Base64')
  return bytes
}
