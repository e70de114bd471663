import { createSecretKey } from 'node:crypto'
import { openDerived, sealDerived } from '../../crypto/derived-seal.ts'
import { CryptoFailure } from '../../crypto/failure.ts'

/**
 * What keeps the root key while no process has it in memory: something outside the data directory that wraps and
 * unwraps it. A provider is one such object; those that ask others are in `src/seals/`.
 */
export interface Seal {
  /** stored with what it wrapped: `passphrase`, `key-file`, `environment`, `shamir`, `kms`, `pkcs11` */
  readonly name: string
  /**
   * @param rootKey - 32 bytes, left alone
   * @param aad - authenticated with the result: whose root key it is
   * @throws UnsealFailure `unavailable` when who wraps cannot be asked
   */
  wrap(rootKey: Uint8Array, aad: Uint8Array): Promise<WrappedRootKey>
  /**
   * @returns the root key; the caller wipes it
   * @throws CryptoFailure when the secret is another one than it was wrapped with, or the wrapping was altered;
   * UnsealFailure `corrupt` for parameters that no such wrapping has, `unavailable` when who unwraps cannot be asked
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
  readonly reason:
    | 'wrong-secret'
    | 'corrupt'
    | 'other-seal'
    | 'initialised'
    | 'not-initialised'
    | 'rotating'
    /** who keeps the root key is out of reach or refuses: later it may open */
    | 'unavailable'
    /** another try could lock who keeps the root key: that is for an operator */
    | 'wrong-pin'
    /** what the operator has set up cannot be used */
    | 'misconfigured'

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
