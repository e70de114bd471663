import { createSecretKey } from 'node:crypto'
import { counterKdf } from '../../../crypto/kdf.ts'

/** The algorithm of a Keyhaven envelope, as callers name it. */
export type EnvelopeAlgorithm = 'AES_256_GCM' | 'SM4_GCM'

/** One row of docs/reference/envelope-format.md, "Suites". */
export interface Suite {
  /** The number in the header. */
  readonly id: number
  readonly algorithm: EnvelopeAlgorithm
  readonly cipher: 'aes-256-gcm' | 'sm4-gcm'
  readonly chunkKeyBytes: number
  readonly hash: 'sha256' | 'sm3'
  /** Below this many bytes a file is done at once where the call came from: starting a thread takes longer. */
  readonly inlineBytes: number
}

export const suites: readonly Suite[] = [
  { id: 1, algorithm: 'AES_256_GCM', cipher: 'aes-256-gcm', chunkKeyBytes: 32, hash: 'sha256', inlineBytes: 8 << 20 },
  { id: 2, algorithm: 'SM4_GCM', cipher: 'sm4-gcm', chunkKeyBytes: 16, hash: 'sm3', inlineBytes: 1 << 19 },
]

export const dataKeyBytes = 32
export const saltBytes = 32
export const commitmentBytes = 32

/** What one envelope needs, derived from its data key; `chunkKey` and `headerKey` are wiped by their holder. */
export interface EnvelopeKeys {
  readonly chunkKey: Uint8Array
  /** Public: stands in the header and binds the envelope to this one data key (SEC-16). */
  readonly commitment: Uint8Array
  readonly headerKey: Uint8Array
}

/**
 * Key derivation in counter mode with HMAC of the suite's hash, 96 bytes: chunk key, commitment, header key.
 *
 * @param binding - everything that must not change under a data key: fixed header fields, salt, encryption context
 */
export function deriveKeys(suite: Suite, dataKey: Uint8Array, binding: Uint8Array): EnvelopeKeys {
  const derived = counterKdf(createSecretKey(dataKey), 'keyhaven/envelope/v1', binding, 96, suite.hash)
  const chunkKey = derived.slice(0, suite.chunkKeyBytes)
  const commitment = derived.slice(32, 64)
  const headerKey = derived.slice(64, 96)
  derived.fill(0)
  return { chunkKey, commitment, headerKey }
}
