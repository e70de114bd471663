import { createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { gcmIvBytes, gcmTagBytes, openGcm, sealGcm } from './block-cipher.ts'
import { CryptoFailure } from './failure.ts'
import { counterKdf } from './kdf.ts'
import { randomBytes } from './random.ts'

const label = 'keyhaven/aes256gcm/v1'
const nonceBytes = 16
const keyBytes = 32
const commitmentBytes = 32
const headerBytes = nonceBytes + gcmIvBytes + commitmentBytes

/** How many bytes longer than the plaintext a derived seal is. */
export const derivedSealOverhead = headerBytes + gcmTagBytes

/**
 * Seals under a key derived for this one call, so that the 2^32 limit of random GCM IVs never applies to `secret`, and
 * commits to the key, so that no ciphertext opens under two of them (SEC-15, SEC-16).
 *
 * Layout: N (16) ‖ IV (12) ‖ commitment (32) ‖ ciphertext ‖ tag (16).
 *
 * @param secret - 32 bytes, used for nothing else
 * @param random - where N and the IV come from
 */
export function sealDerived(
  secret: KeyObject,
  plaintext: Uint8Array,
  aad: Uint8Array,
  random: (length: number) => Uint8Array = randomBytes,
): Uint8Array {
  const nonce = random(nonceBytes)
  const iv = random(gcmIvBytes)
  const { key, commitment } = derive(secret, nonce)
  const sealed = sealGcm({ cipher: 'aes-256', secret: key }, iv, plaintext, aad)
  return Buffer.concat([nonce, iv, commitment, sealed])
}

/**
 * Opens what `sealDerived` made.
 *
 * @throws CryptoFailure for every reason it does not open
 */
export function openDerived(secret: KeyObject, sealed: Uint8Array, aad: Uint8Array): Uint8Array {
  if (sealed.length < derivedSealOverhead) throw new CryptoFailure()
  const iv = sealed.subarray(nonceBytes, nonceBytes + gcmIvBytes)
  const claimed = sealed.subarray(nonceBytes + gcmIvBytes, headerBytes)
  const { key, commitment } = derive(secret, sealed.subarray(0, nonceBytes))
  if (!timingSafeEqual(commitment, claimed)) throw new CryptoFailure()
  return openGcm({ cipher: 'aes-256', secret: key }, iv, sealed.subarray(headerBytes), aad)
}

function derive(secret: KeyObject, nonce: Uint8Array): { key: KeyObject; commitment: Uint8Array } {
  const output = counterKdf(secret, label, nonce, keyBytes + commitmentBytes)
  const key = createSecretKey(output.subarray(0, keyBytes))
  output.fill(0, 0, keyBytes)
  return { key, commitment: output.subarray(keyBytes) }
}
