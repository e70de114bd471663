import type { EncryptionContext } from '../encryption-context.ts'
import type { EnvelopeKms, Recipient, SealedAnswer } from '../envelope-kms.ts'
import { blobBytes } from './call-kms.ts'

/** A data key as one KMS key protects it. */
export interface WrappedKey {
  /** What the writer called the key: an alias, an id or an ARN. */
  readonly name: string
  /** What the KMS calls it; empty where a format does not record it. */
  readonly keyId: string
  readonly keyVersionId: string
  readonly ciphertextBlob: Uint8Array
}

/** A data key in the clear with everything that can recover it. The holder wipes `plaintext` after use. */
export interface DataKey {
  readonly plaintext: Uint8Array
  readonly wrappedKeys: readonly WrappedKey[]
}

export interface DataKeyRequest {
  readonly kms: EnvelopeKms
  readonly recipients: readonly Recipient[]
  readonly numberOfBytes: number
  readonly encryptionContext: EncryptionContext
  readonly signal?: AbortSignal | undefined
}

/** What the KMS answered for the key that its caller named so. @throws EnvelopeError `KeyUnavailable` */
export function wrappedKeyFrom(name: string, answer: Partial<SealedAnswer>): WrappedKey {
  const { keyId = '', keyVersionId = '', ciphertextBlob } = answer
  return { name, keyId, keyVersionId, ciphertextBlob: blobBytes(ciphertextBlob) }
}

/** Overwrites key material; what JavaScript strings held (the Base64 of Decrypt's answer) is beyond reach. */
export function wipe(...secrets: Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0)
}
