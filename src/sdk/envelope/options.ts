import type { DataKeyCache } from './data-keys/cache.ts'
import type { WrappedKey } from './data-keys/data-key.ts'
import type { EncryptionContext } from './encryption-context.ts'
import type { SdkAlgorithmName } from './encryption-sdk/algorithm.ts'
import { EnvelopeError } from './errors.ts'
import type { EnvelopeAlgorithm } from './keyhaven/suite.ts'
import type { EnvelopeKms, Recipient } from './kms.ts'

/**
 * Every form this library writes and reads:
 * - `keyhaven`: this project's own, for data of any size (docs/reference/envelope-format.md)
 * - `java-go-gcm-3line`, `python-gcm-4line`, `python-eax-4line`: the text files of the official samples
 * - `java-v2-object`: the fields of EnvelopeEncryptV2 as one JSON object
 * - `sdk-message`, `sdk-stream`: the official encryption SDK, as DER and as Java's stream
 * - `online`: no envelope at all: the KMS encrypts up to 6144 bytes itself
 */
export const envelopeFormats = [
  'keyhaven',
  'java-go-gcm-3line',
  'python-gcm-4line',
  'python-eax-4line',
  'java-v2-object',
  'sdk-message',
  'sdk-stream',
  'online',
] as const
export type EnvelopeFormat = (typeof envelopeFormats)[number]

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

/** A key that opens an envelope; fields a format does not record are empty. */
export type KeySummary = Omit<WrappedKey, 'ciphertextBlob'>

/** An envelope in the making: the summary is known, the bytes come as they are asked for. */
export interface Sealed {
  readonly summary: EncryptionSummary
  readonly bytes: AsyncIterable<Uint8Array>
}

/** What the caller knows about the source and the place of the result. */
export interface SealHints {
  readonly plaintextBytes?: number | undefined
  /** Room for later keys: headers are padded to a multiple of this many bytes. */
  readonly headerAlignment: number
}

/** An envelope being opened: its header is authentic, the plaintext comes as it is asked for. */
export interface Opened {
  readonly summary: DecryptionSummary
  readonly bytes: AsyncIterable<Uint8Array>
}

export interface OpenHints {
  /** The caller hides what it gets until the end and throws it away on an error, so bytes need not be held back. */
  readonly isDiscardedOnError: boolean
}

export function summaryOf({ name, keyId, keyVersionId }: WrappedKey): KeySummary {
  return { name, keyId, keyVersionId }
}

/** @throws EnvelopeError `UnknownFormat` if the reader expects another format */
export function requireFormat(found: EnvelopeFormat, { format }: DecryptOptions): void {
  if (format !== undefined && format !== found)
    throw new EnvelopeError('UnknownFormat', `this envelope has format ${found}, not ${format}`)
}

/** Encrypt takes at most 6144 bytes of data. */
export const onlineLimitBytes = 6144

/** Lengths of the data keys that the formats use; a plaintext of that length could be one. */
export function isDataKeyLength(bytes: number): boolean {
  return bytes === 16 || bytes === 32
}

/** @throws EnvelopeError `InvalidArgument` for none */
export function recipientsOf({ keyId }: Pick<EncryptOptions, 'keyId'>): readonly [Recipient, ...Recipient[]] {
  const [first, ...others] = Array.isArray(keyId) ? (keyId as readonly Recipient[]) : [keyId as Recipient]
  if (first === undefined || first === '') throw new EnvelopeError('InvalidArgument', 'name at least one key')
  return [first, ...others]
}

/** For formats with room for one key only. @throws EnvelopeError `InvalidArgument` for several */
export function onlyRecipientOf(options: EncryptOptions, format: EnvelopeFormat): Recipient {
  const [first, ...others] = recipientsOf(options)
  if (others.length > 0)
    throw new EnvelopeError('InvalidArgument', `format ${format} takes one key, ${others.length + 1} were named`)
  return first
}
