import { createSecretKey, type KeyObject } from 'node:crypto'
import { hkdfSha256 } from '../../crypto/kdf.ts'

export const rootKeyBytes = 32

/** The root key of a deployment, in memory. The hierarchy below it is in keyring.ts. */
export interface RootKey {
  /** 256 bits, outside the JavaScript heap (SEC-25) */
  readonly secret: KeyObject
  readonly deploymentId: string
}

/** What an opened deployment record gives. */
export interface RootKeys {
  readonly rootKey: RootKey
  /** while the root key is being changed: what everything is written under already */
  readonly next?: RootKey | undefined
  /** by label: sub-keys that were derived from a former root key, and go on */
  readonly kept?: ReadonlyMap<string, KeyObject> | undefined
  /** of the deployment record; undefined: there is none */
  readonly revision?: number | undefined
}

/** Takes the key out of `bytes`, which are erased. */
export function rootKeyOf(bytes: Uint8Array, deploymentId: string): RootKey {
  if (bytes.length !== rootKeyBytes) throw new RangeError(`a root key has ${rootKeyBytes} bytes`)
  const secret = createSecretKey(bytes)
  bytes.fill(0)
  return { secret, deploymentId }
}

/** Labels of the sub-keys of sealing itself; `Sealing.derive` gives out no label with this prefix. */
export const reservedPrefix = 'keyhaven/root/'

type Purpose = 'record-mac' | 'account-key' | 'verification' | 'next-root-key' | 'kept-keys'

/** A sub-key of sealing itself, one per purpose (SEC-07). */
export function subKey(root: RootKey, purpose: Purpose): KeyObject {
  const bytes = deriveBytes(root, reservedPrefix + purpose)
  const key = createSecretKey(bytes)
  bytes.fill(0)
  return key
}

/** 32 bytes for one label. RFC 5869 §3.1: the root key is uniform, so no salt is needed. */
export const deriveBytes = (root: RootKey, label: string): Uint8Array =>
  hkdfSha256(root.secret, new Uint8Array(0), label, 32)
