import { createSecretKey, type KeyObject } from 'node:crypto'
import { openDerived, sealDerived } from '../../crypto/derived-seal.ts'
import { CryptoFailure } from '../../crypto/failure.ts'
import { recordKind } from '../records.ts'
import { Conflict, type Store, type StoredRecord } from '../store.ts'
import { fromStoredRecord, type OnTampering, tampered, toStoredRecord } from './authentic-record.ts'
import { canonicalBytes } from './canonical.ts'
import type { Keyring } from './keyring.ts'
import type { RootKeyFollower } from './root-key-follower.ts'

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
/** How often a key is tried to be made while the root key is being changed, which takes two commits. */
const maxAttempts = 5

interface Options {
  readonly store: Store
  readonly keyring: Keyring
  readonly randomBytes: (length: number) => Uint8Array
  readonly follower: RootKeyFollower
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
    const { store, keyring, follower } = this.#options
    keyring.requireUnsealed()
    const id = idOf({ accountId, version })
    const known = this.#opened.get(id)
    if (known) return known
    return follower.reading(async (onTampering) => {
      const found = await store.get(accountKeys.name, id)
      return found && this.#open(found, { accountId, version }, onTampering)
    })
  }

  /** The key that new secrets of an account are sealed under; made when there is none yet. */
  async current(accountId: string): Promise<KeyObject> {
    const found = await this.find(accountId, currentVersion)
    return found ?? this.#create({ accountId, version: currentVersion })
  }

  #open(found: StoredRecord, place: AccountKey, onTampering: OnTampering): KeyObject {
    const { keyring } = this.#options
    const id = idOf(place)
    const { sealed = new Uint8Array() } = fromStoredRecord<AccountKey>(keyring, found, onTampering)
    try {
      const secret = openSecret(keyring, place, sealed)
      const key = createSecretKey(secret)
      secret.fill(0)
      this.#opened.set(id, key)
      return key
    } catch (error) {
      throw tampered(accountKeys.name, id, onTampering, error)
    }
  }

  async #create(place: AccountKey): Promise<KeyObject> {
    const secret = this.#options.randomBytes(keyBytes)
    try {
      await this.#keep(place, secret)
    } finally {
      secret.fill(0)
    }
    const { accountId, version } = place
    const key = await this.find(accountId, version)
    if (!key) throw new Error(`the key of account ${accountId} was made and is gone`)
    return key
  }

  async #keep(body: AccountKey, secret: Uint8Array): Promise<void> {
    const { store, keyring, randomBytes, follower } = this.#options
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const sealed = sealSecret(keyring, body, secret, randomBytes)
      const record = toStoredRecord(keyring, accountKeys, { id: idOf(body), revision: 1, body, sealed })
      try {
        return await store.commit([{ type: 'insert', record }, keyring.check])
      } catch (error) {
        if (!(error instanceof Conflict)) throw error
        // Somebody else made it in the meantime; that one counts.
        if (!(await follower.hasFollowed(error))) return
      }
    }
  }
}

export const isAccountKey = ({ kind }: StoredRecord): boolean => kind === accountKeys.name

/** The sealed secret of an account's key, under the root key that it is being changed to. */
export function rewrappedAccountKey(
  keyring: Keyring,
  { body, sealed = new Uint8Array() }: StoredRecord,
  randomBytes: (length: number) => Uint8Array,
): Uint8Array {
  const place = JSON.parse(body) as AccountKey
  const secret = openSecret(keyring, place, sealed)
  try {
    return sealSecret(keyring, place, secret, randomBytes)
  } finally {
    secret.fill(0)
  }
}

const idOf = ({ accountId, version }: AccountKey): string => `${accountId}/${version}`

const aadOf = ({ deploymentId }: Keyring, { accountId, version }: AccountKey): Uint8Array =>
  canonicalBytes(1, deploymentId, accountKeys.name, accountId, version)

function sealSecret(keyring: Keyring, place: AccountKey, secret: Uint8Array, random: (length: number) => Uint8Array) {
  return sealDerived(keyring.accountKeyWrapping, secret, aadOf(keyring, place), random)
}

/** @throws CryptoFailure */
function openSecret(keyring: Keyring, place: AccountKey, sealed: Uint8Array): Uint8Array {
  for (const key of keyring.accountKeyUnwrapping) {
    try {
      return openDerived(key, sealed, aadOf(keyring, place))
    } catch (error) {
      if (!(error instanceof CryptoFailure)) throw error
    }
  }
  throw new CryptoFailure()
}
