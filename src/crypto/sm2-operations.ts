import type { KeyObject } from 'node:crypto'
import { CryptoFailure } from './failure.ts'
import { decryptSm2, encryptSm2, openSm2, type Sm2CiphertextFormat } from './sm2-encryption.ts'
import { isSm2ExchangeKey, multiplySm2 } from './sm2-exchange.ts'
import { decodeSm2PrivateKey, Sm2PublicKey } from './sm2-key.ts'
import { verifySm2Digest } from './sm2-signature.ts'

/** What threads do of SM2; keys come in the forms that go from one thread to another. */
export const sm2Operations = {
  /** @returns undefined for every reason it does not open */
  decrypt(key: KeyObject, ciphertext: Uint8Array, formats?: readonly Sm2CiphertextFormat[]): Uint8Array | undefined {
    try {
      return isSm2ExchangeKey(key)
        ? openSm2((c1) => multiplySm2(key, c1), ciphertext, formats)
        : decryptSm2(decodeSm2PrivateKey(pkcs8Of(key)), ciphertext, formats)
    } catch (error) {
      if (error instanceof CryptoFailure) return undefined
      throw error
    }
  },

  encrypt(encodedPoint: Uint8Array, plaintext: Uint8Array, format?: Sm2CiphertextFormat): Uint8Array {
    try {
      return encryptSm2(publicKey(encodedPoint), plaintext, format)
    } finally {
      plaintext.fill(0)
    }
  },

  verify: (encodedPoint: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean =>
    verifySm2Digest(publicKey(encodedPoint), digest, signature),
}

const pkcs8Of = (key: KeyObject): Uint8Array => key.export({ format: 'der', type: 'pkcs8' })

const mostKeys = 64
const publicKeys = new Map<string, Sm2PublicKey>()

/** The key with the table that its uses have made; the one that was not used for the longest time gives way. */
function publicKey(encodedPoint: Uint8Array): Sm2PublicKey {
  const name = Buffer.from(encodedPoint).toString('latin1')
  const key = publicKeys.get(name) ?? new Sm2PublicKey(encodedPoint)
  publicKeys.delete(name)
  publicKeys.set(name, key)
  const [oldest] = publicKeys.keys()
  if (publicKeys.size > mostKeys && oldest !== undefined) publicKeys.delete(oldest)
  return key
}
