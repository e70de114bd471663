import { createSecretKey } from 'node:crypto'
import { openDerived, sealDerived } from '../../crypto/derived-seal.ts'
import { CryptoFailure } from '../../crypto/failure.ts'

/**
 * What keeps the root key while no process has it in memory: something outside the data directory that wraps and
 * unwraps it. A provider is one such object. A hardware module joins by wrapping with a key of its own that never
 * leaves it (PKCS #11: an AES-256 key with CKA_SENSITIVE and without CKA_EXTRACTABLE, mechanism CKM_AES_GCM, the label
 * of the key among the parameters); nothing else has to know.
 */
export interface Seal {
  /** stored with what it wrapped: `passphrase`, `key-file`, `environment` */
  readonly name: string
  /**
   * @param rootKey - 32 bytes, left alone
   * @param aad - authenticated with the result: whose root key it is
   */
  wrap(rootKey: Uint8Array, aad: Uint8Array): Promise<WrappedRootKey>
  /**
   * @returns the root key; the caller wipes it
   * @throws CryptoFailure when the secret is another one than it was wrapped with, or the wrapping was altered;
   * UnsealFailure `corrupt` for parameters that no such wrapping has
   */
  unwrap(wrapped: WrappedRootKey, aad: Uint8Array): Promise<Uint8Array>
}

/** What a seal leaves in the store. Nothing in it is secret. */
export interface WrappedRootKey {
  /** what the provider needs besides its secret, such as salt and cost */
  readonly parameters: Readonly<Record<string, string | number>>
  readonly ciphertext: Uint8Array
}

/** The operator is told this in one line; callers over the network only ever learn that the service is sealed. */
export class UnsealFailure extends Error {
  readonly reason: 'wrong-secret' | 'corrupt' | 'other-seal' | 'initialised' | 'not-initialised' | 'rotating'

  constructor(reason: UnsealFailure['reason'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UnsealFailure'
    this.reason = reason
  }
}

/** Wraps under 32 secret bytes, which are erased. */
export function wrapUnder(secret: Uint8Array, rootKey: Uint8Array, aad: Uint8Array): Uint8Array {
  const key = createSecretKey(secret)
  secret.fill(0)
  return sealDerived(key, rootKey, aad)
}

/** @throws CryptoFailure */
export function unwrapUnder(secret: Uint8Array, ciphertext: Uint8Array, aad: Uint8Array): Uint8Array {
  if (secret.length !== 32) throw new CryptoFailure()
  const key = createSecretKey(secret)
  secret.fill(0)
  return openDerived(key, ciphertext, aad)
}
