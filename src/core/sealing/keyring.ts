import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { KmsError } from '../errors.ts'
import type { Change } from '../store.ts'
import type { SubKeyLabel } from '../sub-key-labels.ts'
import { deploymentKind, deploymentRecordId } from './deployment.ts'
import { deriveBytes, type RootKey, type RootKeys, reservedPrefix, subKey } from './root-key.ts'

interface Keys {
  readonly root: RootKey
  readonly recordMac: KeyObject
  readonly accountKeyWrapping: KeyObject
}

interface Unsealed {
  readonly current: Keys
  /** while the root key is being changed: what is written is written under this one */
  readonly next: Keys | undefined
  readonly kept: ReadonlyMap<string, KeyObject>
  readonly revision: number | undefined
}

/** The root key and what is derived from it, while there is one. Empty means sealed: everything below refuses. */
export class Keyring {
  #unsealed: Unsealed | undefined
  readonly #whenSealed: (() => void)[] = []

  get isSealed(): boolean {
    return this.#unsealed === undefined
  }

  unseal({ rootKey, next, kept = new Map(), revision }: RootKeys): void {
    this.#unsealed = { current: keysOf(rootKey), next: next && keysOf(next), kept, revision }
  }

  /** Lets go of every key, here and with everybody who asked to be told. Native memory is cleared when collected. */
  seal(): void {
    this.#unsealed = undefined
    for (const forget of this.#whenSealed) forget()
  }

  /** `forget` is called at every sealing, to drop what was decrypted. */
  whenSealed(forget: () => void): void {
    this.#whenSealed.push(forget)
  }

  /** @throws KmsError `ServiceUnavailableTemporary` while sealed */
  requireUnsealed(): void {
    this.#require()
  }

  get deploymentId(): string {
    return this.#require().current.root.deploymentId
  }

  /** For changing the seal, which wraps the same root key anew. */
  get rootKey(): RootKey {
    return this.#require().current.root
  }

  /** What the root key is being changed to. */
  get nextRootKey(): RootKey | undefined {
    return this.#require().next?.root
  }

  /** of the deployment record that the keys are from */
  get revision(): number | undefined {
    return this.#require().revision
  }

  /** Part of every commit: nothing is written under a root key that has been changed meanwhile. */
  get check(): Change {
    return { type: 'check', kind: deploymentKind, id: deploymentRecordId, revision: this.revision }
  }

  /** What the keys of accounts are sealed under. */
  get accountKeyWrapping(): KeyObject {
    return this.#writing.accountKeyWrapping
  }

  /** What they may have been sealed under. */
  get accountKeyUnwrapping(): readonly KeyObject[] {
    return this.#reading.map(({ accountKeyWrapping }) => accountKeyWrapping)
  }

  recordMac(message: Uint8Array): Uint8Array {
    return macOf(this.#writing, message)
  }

  isRecordMac(message: Uint8Array, mac: Uint8Array): boolean {
    return this.#reading.some((keys) => isMacOf(keys, message, mac))
  }

  /** Whether a record has to be put under the new root key yet. */
  isFormerRecordMac(message: Uint8Array, mac: Uint8Array): boolean {
    const { current, next } = this.#require()
    return next !== undefined && isMacOf(current, message, mac)
  }

  /** Labels of sub-keys that have outlived a root key. */
  get keptLabels(): readonly SubKeyLabel[] {
    return [...this.#require().kept.keys()] as SubKeyLabel[]
  }

  derive(label: SubKeyLabel): Uint8Array {
    if (label.startsWith(reservedPrefix)) throw new RangeError(`the label ${label} is reserved`)
    const { current, kept } = this.#require()
    const key = kept.get(label)
    return key ? new Uint8Array(key.export()) : deriveBytes(current.root, label)
  }

  get #writing(): Keys {
    const { current, next } = this.#require()
    return next ?? current
  }

  get #reading(): readonly Keys[] {
    const { current, next } = this.#require()
    return next ? [next, current] : [current]
  }

  #require(): Unsealed {
    if (this.#unsealed === undefined)
      throw new KmsError('ServiceUnavailableTemporary', { message: 'Keyhaven is sealed.' })
    return this.#unsealed
  }
}

const keysOf = (root: RootKey): Keys => ({
  root,
  recordMac: subKey(root, 'record-mac'),
  accountKeyWrapping: subKey(root, 'account-key'),
})

const macOf = ({ recordMac }: Keys, message: Uint8Array): Uint8Array =>
  createHmac('sha256', recordMac).update(message).digest()

function isMacOf(keys: Keys, message: Uint8Array, mac: Uint8Array): boolean {
  const expected = macOf(keys, message)
  return mac.length === expected.length && timingSafeEqual(mac, expected)
}
