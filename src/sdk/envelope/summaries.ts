import type { WrappedKey } from './data-keys/data-key.ts'
import type { EncryptionContext } from './encryption-context.ts'
import type { EnvelopeFormat } from './formats.ts'

/** What was written. */
export interface EncryptionSummary {
  readonly format: EnvelopeFormat
  readonly algorithm: string
  readonly keys: readonly KeySummary[]
}

/** What was opened, and by which key. */
export interface DecryptionSummary {
  readonly format: EnvelopeFormat
  readonly algorithm: string
  readonly key: KeySummary
  readonly encryptionContext: EncryptionContext
}

/** What an envelope says about itself. Nothing of it is authenticated: that takes the data key. */
export interface EnvelopeDescription {
  /** One of the formats; `python-4line` when only decryption can tell EAX from GCM. */
  readonly format: string
  readonly algorithm: string
  /** Which keys open it; fields that a format does not record are empty. */
  readonly keys: readonly KeySummary[]
  /** undefined where the format does not carry one */
  readonly encryptionContext?: EncryptionContext
  /** Whether altered content is noticed. */
  readonly isAuthenticated: boolean
  readonly headerBytes?: number
  readonly chunkBytes?: number
  /** From lengths alone; undefined where padding hides it or the length of the source is not known. */
  readonly plaintextBytes?: number
}

/** A key that opens an envelope; fields a format does not record are empty. */
export type KeySummary = Omit<WrappedKey, 'ciphertextBlob'>

export function summaryOf({ name, keyId, keyVersionId }: WrappedKey): KeySummary {
  return { name, keyId, keyVersionId }
}
