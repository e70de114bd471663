import { digestFor, type PublicKey, type SignatureAlgorithm } from './public-key.ts'

/**
 * A private key that somebody holds and signs with on request: a key in a KMS, or one on this machine. Whatever needs
 * signatures (certificates, PDF, JOSE) takes one of these and never sees a private key.
 */
export interface Signer {
  readonly publicKey: PublicKey
  readonly algorithm: SignatureAlgorithm
  /** Signs a message of any length, which is digested here. Returns RSA as long as the modulus, ECDSA and SM2 DER. */
  sign(message: Uint8Array): Promise<Uint8Array>
  /** Signs a digest of 32 bytes: SHA-256, or for SM2 SM3(Z ‖ message); see `digesterFor`. */
  signDigest(digest: Uint8Array): Promise<Uint8Array>
}

/** A signer from what signs digests. */
export function signerOf(
  publicKey: PublicKey,
  algorithm: SignatureAlgorithm,
  signDigest: Signer['signDigest'],
): Signer {
  return { publicKey, algorithm, signDigest, sign: (message) => signDigest(digestFor(publicKey, message)) }
}
