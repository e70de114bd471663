import { createSecretKey, type KeyObject } from 'node:crypto'
import { openDerived, sealDerived } from '../../crypto/derived-seal.ts'
import { recordKind } from '../records.ts'
import { Conflict, type Store } from '../store.ts'
import { fromStoredRecord, type OnTampering, tampered, toStoredRecord } from './authentic-record.ts'
import { canonicalBytes } from './canonical.ts'
import type { Keyring } from './keyring.ts'

/**
 * The key-encryption key of an account. Record id = `<account>/<version>`; its sealed secret, alone of all, is sealed
 * under the root key. Deleting it makes everything of the account unreadable for ever (SEC-10).
 */
interface AccountKey {
  readonly accountId: string
  readonly version: number
}

export const accountKeys = recordKind<AccountKey>({ name: 'kek', indexes: (key) => [['account', key.accountId]] })

/** The version that new secrets are sealed under. */
export const currentVersion = 1

const keyBytes = 32

interface Options {
  readonly store: Store
  readonly keyring: Keyring
  readonly randomBytes: (length: number) => Uint8Array
  readonly onTampering: OnTampering
}

/** Finds and makes the keys of accounts, and keeps the opened ones until the deployment is sealed. */
export class AccountKeys {
  readonly #options: Options
  readonly #opened = new Map<string, KeyObject>()

  constructor(options: Options) {
    this.#options = options
    options.keyring.whenSealed(() => this.#opened.clear())
  }

  /** @returns undefined when the account has no key of that version */
  async find(accountId: string, version: number): Promise<KeyObject | undefined> {
    const { store, keyring, onTampering } = this.#options
    keyring.requireUnsealed()
    const id = `${accountId}/${version}`
    const known = this.#opened.get(id)
    if (known) return known
    const found = await store.get(accountKeys.name, id)
    if (!found) return undefined
    const { sealed } = fromStoredRecord<AccountKey>(keyring, found, onTampering)
    return this.#open(id, accountId, version, sealed ?? new Uint8Array())
  }

  /** The key that new secrets of an account are sealed under; made when there is none yet. */
  async current(accountId: string): Promise<KeyObject> {
    const found = await this.find(accountId, currentVersion)
    return found ?? this.#create(accountId, currentVersion)
  }

  #open(id: string, accountId: string, version: number, sealed: Uint8Array): KeyObject {
    const { keyring, onTampering } = this.#options
    try {
      const secret = openDerived(keyring.accountKeyWrapping, sealed, this.#aad(accountId, version))
      const key = createSecretKey(secret)
      secret.fill(0)
      this.#opened.set(id, key)
      return key
    } catch (error) {
      throw tampered(accountKeys.name, id, onTampering, error)
    }
  }

  async #create(accountId: string, version: number): Promise<KeyObject> {
    const { store, keyring, randomBytes } = this.#options
    const secret = randomBytes(keyBytes)
    const sealed = sealDerived(keyring.accountKeyWrapping, secret, this.#aad(accountId, version), randomBytes)
    secret.fill(0)
    const record = { id: `${accountId}/${version}`, revision: 1, body: { accountId, version }, sealed }
    try {
      await store.commit([{ type: 'insert', record: toStoredRecord(keyring, accountKeys, record) }])
    } catch (error) {
      // Somebody else made it in the meantime; that one counts.
      if (!(error instanceof Conflict)) throw error
    }
    const key = await this.find(accountId, version)
    if (!key) throw new Error(`the key of account ${accountId} was made and is gone`)
    return key
  }

  #aad(accountId: string, version: number): Uint8Array {
    return canonicalBytes(1, this.#options.keyring.deploymentId, accountKeys.name, accountId, version)
  }
}
