import { createSecretKey } from 'node:crypto'
import type { Sealing } from '../../core/records.ts'
import { openDerived, sealDerived } from '../../crypto/derived-seal.ts'

/** Keeps secrets of the TLS folder that are needed only while the deployment is unsealed. */
export interface Vault {
  readonly isOpen: boolean
  /** @param place - what the secret belongs to; it opens nowhere else */
  seal(secret: Uint8Array, place: Uint8Array): Uint8Array
  /** @throws CryptoFailure when it was sealed by another deployment or for another place */
  open(sealed: Uint8Array, place: Uint8Array): Uint8Array
}

/** A vault under the root key of the deployment. */
export function rootKeyVault(sealing: Pick<Sealing, 'isSealed' | 'derive'>): Vault {
  const key = () => {
    const bytes = sealing.derive('tls-authority-key')
    try {
      return createSecretKey(bytes)
    } finally {
      bytes.fill(0)
    }
  }
  return {
    get isOpen() {
      return !sealing.isSealed
    },
    seal: (secret, place) => sealDerived(key(), secret, place),
    open: (sealed, place) => openDerived(key(), sealed, place),
  }
}
