import type { DataKeyCache } from './data-keys/cache.ts'
import type { EncryptionContext } from './encryption-context.ts'
import type { SdkAlgorithmName } from './encryption-sdk/algorithm.ts'
import type { EnvelopeKms, Recipient } from './envelope-kms.ts'
import type { EnvelopeFormat } from './formats.ts'
import type { EnvelopeAlgorithm } from './keyhaven/suite.ts'

export interface EncryptOptions {
  /** The SDK's `Client` or anything else with these operations. */
  readonly kms: EnvelopeKms
  /** Key id, alias or ARN; with several, any one of them opens the result. */
  readonly keyId: Recipient | readonly Recipient[]
  /** Authenticated with the data key, and in the formats that carry it, readable in the result. */
  readonly encryptionContext?: EncryptionContext
  /** Default `keyhaven`; `auto` lets data of up to 6144 bytes skip the envelope, the result says what was chosen. */
  readonly format?: EnvelopeFormat | 'auto'
  /** Default AES-256-GCM; SM4 for `keyhaven`, all algorithms of the official SDK for its two formats. */
  readonly algorithm?: EnvelopeAlgorithm | SdkAlgorithmName
  /** Plaintext bytes per chunk of a `keyhaven` envelope: a power of two from 4 KiB to 16 MiB. Default 256 KiB. */
  readonly chunkBytes?: number
  /** Share data keys between calls; without it each call gets its own. */
  readonly cache?: DataKeyCache
  /** Needed for the CBC and CTR algorithms of the official SDK, whose content can be altered unnoticed. */
  readonly allowUnauthenticated?: boolean
  readonly signal?: AbortSignal
}

export interface DecryptOptions {
  /** One KMS, or several of which any may know a key of the envelope. */
  readonly kms: EnvelopeKms | readonly EnvelopeKms[]
  /**
   * For formats that carry a context: pairs that must be in it. For the sample formats and `online`, which carry none:
   * the context to open with.
   */
  readonly encryptionContext?: EncryptionContext
  /**
   * Refuse every other format. Only `online` ever has to be said: 16 or 32 bytes that were encrypted directly look
   * like a wrapped data key, the first line of a sample file.
   */
  readonly format?: EnvelopeFormat
  /** Remember recovered data keys. A withdrawn permission then goes unnoticed for the lifetime of an entry. */
  readonly cache?: DataKeyCache
  /** Open messages of the official SDK whose content is not authenticated (CBC, CTR). */
  readonly allowUnauthenticated?: boolean
  readonly signal?: AbortSignal
}

export interface RewrapOptions {
  /** Opens the data key as it is now, and wraps it for keys in `to` that name no other KMS. */
  readonly kms: EnvelopeKms
  /** The keys that open the envelope from now on. */
  readonly to: Recipient | readonly Recipient[]
  /** Keep the present keys too. Formats with room for one key refuse it. */
  readonly keepPresentKeys?: boolean
  /** For formats that do not carry their context. */
  readonly encryptionContext?: EncryptionContext
  readonly signal?: AbortSignal
}
