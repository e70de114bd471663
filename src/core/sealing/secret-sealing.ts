import { openDerived, sealDerived } from '../../crypto/derived-seal.ts'
import { KmsError } from '../errors.ts'
import type { RecordKind, Sealing, Stored } from '../records.ts'
import type { SubKeyLabel } from '../sub-key-labels.ts'
import { type AccountKeys, currentVersion } from './account-keys.ts'
import { type OnTampering, tampered } from './authentic-record.ts'
import { canonicalBytes } from './canonical.ts'
import type { Keyring } from './keyring.ts'

const formatVersion = 1
/** format version (1) ‖ version of the account's key (4, big-endian) */
const headerBytes = 5

interface Options {
  readonly keyring: Keyring
  readonly accountKeys: AccountKeys
  readonly randomBytes: (length: number) => Uint8Array
  readonly onTampering: OnTampering
}

/** Seals the secrets of records under the keys of their accounts, each bound to its place (SEC-08). */
export class SecretSealing implements Sealing {
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  get isSealed(): boolean {
    return this.#options.keyring.isSealed
  }

  derive(label: SubKeyLabel): Uint8Array {
    return this.#options.keyring.derive(label)
  }

  async seal<Body extends object>(
    kind: RecordKind<Body>,
    id: string,
    body: Body,
    secret: Uint8Array,
  ): Promise<Uint8Array> {
    const key = await this.#options.accountKeys.current(accountOf(body))
    const header = Buffer.alloc(headerBytes)
    header.writeUInt8(formatVersion)
    header.writeUInt32BE(currentVersion, 1)
    const aad = this.#aad(header, kind, id, body)
    return Buffer.concat([header, sealDerived(key, secret, aad, this.#options.randomBytes)])
  }

  async open<Body extends object>(kind: RecordKind<Body>, record: Stored<Body>): Promise<Uint8Array> {
    this.#options.keyring.requireUnsealed()
    try {
      const header = Buffer.from((record.sealed ?? new Uint8Array()).subarray(0, headerBytes))
      if (record.sealed === undefined || header.length < headerBytes) throw new Error('the record has no secret')
      if (header.readUInt8() !== formatVersion) throw new Error('unknown format of a sealed secret')
      const key = await this.#options.accountKeys.find(accountOf(record.body), header.readUInt32BE(1))
      if (!key) throw new Error('the key of the account is gone')
      return openDerived(key, record.sealed.subarray(headerBytes), this.#aad(header, kind, record.id, record.body))
    } catch (error) {
      this.#options.keyring.requireUnsealed()
      // The key of the account could not be read: that says nothing about the record.
      if (error instanceof KmsError) throw error
      throw tampered(kind.name, record.id, this.#options.onTampering, error)
    }
  }

  #aad<Body extends object>(header: Uint8Array, kind: RecordKind<Body>, id: string, body: Body): Uint8Array {
    const { deploymentId } = this.#options.keyring
    return canonicalBytes(header, deploymentId, accountOf(body), kind.name, id, ...(kind.binding?.(body) ?? []))
  }
}

/** Whose key seals the secret: the account a record names, or the deployment's own. */
function accountOf(body: object): string {
  return 'accountId' in body && typeof body.accountId === 'string' ? body.accountId : 'system'
}
