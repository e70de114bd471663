import { decodeBase64 } from '../../../crypto/base64.ts'
import type { KmsCallOptions } from '../envelope-kms.ts'
import { EnvelopeError, throwIfAborted } from '../errors.ts'

/** Runs one KMS call and turns its failure into one line that names the key and the answer, which is an object. */
export async function callKms<Answer extends object>(
  keyName: string,
  signal: AbortSignal | undefined,
  call: (options: KmsCallOptions) => Promise<Answer>,
): Promise<Answer> {
  throwIfAborted(signal)
  try {
    const answer: unknown = await call(signal === undefined ? {} : { signal })
    // Anybody may write a client.
    if (typeof answer !== 'object' || answer === null) throw new TypeError('the KMS answered with nothing')
    return answer as Answer
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

/**
 * Answers carry a data key as bytes (GenerateDataKey) or as its Base64 text (Decrypt).
 *
 * @returns undefined for anything else: anybody may write a client
 */
export function keyBytes(plaintext: unknown): Uint8Array | undefined {
  if (plaintext instanceof Uint8Array) return plaintext
  return typeof plaintext === 'string' ? decodeBase64(plaintext) : undefined
}

/** @throws EnvelopeError `KeyUnavailable` */
export function blobBytes(ciphertextBlob: unknown): Uint8Array {
  const bytes = keyBytes(ciphertextBlob)
  if (bytes === undefined || bytes.length === 0)
    throw new EnvelopeError('KeyUnavailable', 'the KMS answered without a ciphertext')
  return bytes
}

/** What Decrypt gave back: the text that was encrypted, or bytes. @throws EnvelopeError `KeyUnavailable` */
export function openedContent({ plaintext }: { readonly plaintext?: unknown }): string | Uint8Array {
  if (typeof plaintext === 'string' || plaintext instanceof Uint8Array) return plaintext
  throw new EnvelopeError('KeyUnavailable', 'the KMS answered without a plaintext')
}
