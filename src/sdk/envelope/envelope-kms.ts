import type { EncryptionContext } from './encryption-context.ts'

/** Passed on to every KMS call. */
export interface KmsCallOptions {
  readonly signal?: AbortSignal
}

/**
 * The three KMS operations an envelope needs, as `Client` of this SDK offers them for the public gateway, the real
 * cloud and, through `TransferClient`, for instances. Anything with these methods will do.
 *
 * `Encrypt` and `Decrypt` carry `plaintext` as opaque text (for a data key: its Base64); `GenerateDataKey` answers
 * with the bytes.
 */
export interface EnvelopeKms {
  generateDataKey(
    request: { keyId: string; numberOfBytes?: number; encryptionContext?: Record<string, string> },
    options?: KmsCallOptions,
  ): Promise<DataKeyAnswer>
  encrypt(
    request: { keyId: string; plaintext: string; encryptionContext?: Record<string, string> },
    options?: KmsCallOptions,
  ): Promise<SealedAnswer>
  decrypt(
    request: { ciphertextBlob: Uint8Array; encryptionContext?: Record<string, string> },
    options?: KmsCallOptions,
  ): Promise<OpenedAnswer>
  /** Moves a blob to another key inside the KMS. Used by `rewrap` where the format allows; may be absent. */
  reEncrypt?(
    request: {
      ciphertextBlob: Uint8Array
      destinationKeyId: string
      sourceEncryptionContext?: Record<string, string>
      destinationEncryptionContext?: Record<string, string>
    },
    options?: KmsCallOptions,
  ): Promise<{ ciphertextBlob: Uint8Array | string }>
  /**
   * Gives the ARN that messages of the official encryption SDK name keys by, and the id behind an alias, which ReEncrypt
   * does not take; may be absent.
   */
  describeKey?(
    request: { keyId: string },
    options?: KmsCallOptions,
  ): Promise<{ keyMetadata?: { arn?: string; keyId?: string } }>
}

export interface SealedAnswer {
  readonly keyId: string
  readonly keyVersionId: string
  readonly ciphertextBlob: Uint8Array | string
}

interface DataKeyAnswer extends SealedAnswer {
  readonly plaintext: Uint8Array | string
}

export interface OpenedAnswer {
  readonly keyId: string
  readonly keyVersionId: string
  readonly plaintext: Uint8Array | string
}

/** A key that can open an envelope; with `kms` when it lives in another KMS (region, instance) than the others. */
export type Recipient = string | { readonly keyId: string; readonly kms: EnvelopeKms }

/** The part of a request that carries the context: absent when there is none. */
export function contextField(context: EncryptionContext): { encryptionContext?: Record<string, string> } {
  return Object.keys(context).length === 0 ? {} : { encryptionContext: { ...context } }
}

/** Every KMS that a reader may ask. */
export function servicesOf(kms: EnvelopeKms | readonly EnvelopeKms[]): readonly EnvelopeKms[] {
  return 'decrypt' in kms ? [kms] : kms
}
