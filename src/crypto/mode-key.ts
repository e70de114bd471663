import { createSecretKey } from 'node:crypto'
import type { BlockKey } from './block-cipher.ts'
import { counterKdf } from './kdf.ts'

/**
 * The ways of using a block cipher that must not share a key: encrypting in one of them would decrypt another (a CBC
 * block under a chosen IV is a block of GCM's keystream), and so would GCM under an IV that somebody else has used. Both
 * paddings of CBC and of ECB are one mode: who sees one decrypted sees the other, and encrypting gives the same blocks.
 */
export const keyModes = ['GCM', 'GCM_GIVEN_IV', 'CBC', 'CTR', 'ECB'] as const
export type KeyMode = (typeof keyModes)[number]

const label = 'keyhaven/mode-key/v1'

/**
 * A key for one purpose (SP 800-108, SEC-07). The material is then used for deriving alone.
 *
 * @param purpose - a mode, or a part of one
 * @returns a key of the same cipher and length
 */
export function deriveModeKey({ cipher, secret }: BlockKey, purpose: string): BlockKey {
  const context = Buffer.from(`${cipher} ${purpose}`, 'ascii')
  const bytes = counterKdf(secret, label, context, secret.symmetricKeySize ?? 0)
  try {
    return { cipher, secret: createSecretKey(bytes) }
  } finally {
    bytes.fill(0)
  }
}
