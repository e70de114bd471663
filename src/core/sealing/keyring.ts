import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { KmsError } from '../errors.ts'
import { deriveBytes, type RootKey, reservedPrefix, subKey } from './root-key.ts'

interface Keys {
  readonly root: RootKey
  readonly recordMac: KeyObject
  readonly accountKeyWrapping: KeyObject
}

/** The root key and what is derived from it, while there is one. Empty means sealed: everything below refuses. */
export class Keyring {
  #keys: Keys | undefined
  readonly #whenSealed: (() => void)[] = []

  get isSealed(): boolean {
    return this.#keys === undefined
  }

  unseal(root: RootKey): void {
    this.#keys = {
      root,
      recordMac: subKey(root, 'record-mac'),
      accountKeyWrapping: subKey(root, 'account-key'),
    }
  }

  /** Lets go of every key, here and with everybody who asked to be told. Native memory is cleared when collected. */
  seal(): void {
    this.#keys = undefined
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
    return this.#require().root.deploymentId
  }

  /** For changing the seal, which wraps the same root key anew. */
  get rootKey(): RootKey {
    return this.#require().root
  }

  /** What the keys of accounts are sealed under. */
  get accountKeyWrapping(): KeyObject {
    return this.#require().accountKeyWrapping
  }

  recordMac(message: Uint8Array): Uint8Array {
    return createHmac('sha256', this.#require().recordMac).update(message).digest()
  }

  isRecordMac(message: Uint8Array, mac: Uint8Array): boolean {
    const expected = this.recordMac(message)
    return mac.length === expected.length && timingSafeEqual(mac, expected)
  }

  derive(label: string): Uint8Array {
    if (label.startsWith(reservedPrefix)) throw new RangeError(`the label ${label} is reserved`)
    return deriveBytes(this.#require().root, label)
  }

  #require(): Keys {
    if (this.#keys === undefined) throw new KmsError('ServiceUnavailableTemporary', { message: 'Keyhaven is sealed.' })
    return this.#keys
  }
}
