import type { WrappedKey } from './data-keys/data-key.ts'
import type { DecryptionSummary, EncryptionSummary } from './summaries.ts'

/*
 * What the verbs of every format take and give. Each folder of a format has the same four: seal, open, describe and
 * rewrap; the files of these names beside this one choose among the formats.
 */

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

/** The same data behind other keys; the bytes come as they are asked for. */
export interface Rewrapped {
  /** all that open the envelope now */
  readonly keys: readonly WrappedKey[]
  readonly bytes: AsyncIterable<Uint8Array>
}
