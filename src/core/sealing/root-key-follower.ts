import { KmsError } from '../errors.ts'
import type { Conflict, Store, StoredRecord } from '../store.ts'
import type { OnTampering } from './authentic-record.ts'
import { deploymentKind, deploymentRecordId } from './deployment.ts'
import { rootKeysOf } from './deployment-keys.ts'
import type { Keyring } from './keyring.ts'
import { UnsealFailure } from './seal.ts'

interface Options {
  readonly store: Store
  readonly keyring: Keyring
  readonly onTampering: OnTampering
  /** told when the root key was changed to one that cannot be known here: what was open is sealed */
  readonly onLost: () => void
}

/**
 * Takes over what somebody else makes of the root key: another server that changes it, or a command beside this one.
 * Whoever writes under a former one meets a conflict, and whoever reads, something that is not authentic; both come here
 * first, so that nobody has to be told in time.
 */
export class RootKeyFollower {
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  /** Asks the store how the root key stands. */
  async follow(): Promise<void> {
    const { store, keyring, onLost } = this.#options
    const stored = await store.get(deploymentKind, deploymentRecordId)
    if (!stored || keyring.isSealed || stored.revision <= (keyring.revision ?? 0)) return
    if (takeOver(stored, keyring)) return
    keyring.seal()
    onLost()
  }

  /** @returns whether the conflict was about the root key, which is now known as it is */
  async hasFollowed({ kind }: Conflict): Promise<boolean> {
    if (kind !== deploymentKind) return false
    await this.follow()
    return true
  }

  /** What is not authentic may have been written under a root key that is not known yet: it is read once more, then. */
  async reading<T>(read: (onTampering: OnTampering) => Promise<T>): Promise<T> {
    try {
      return await read(() => {})
    } catch (error) {
      if (!(error instanceof KmsError && error.code === 'InternalFailure')) throw error
      await this.follow()
      return read(this.#options.onTampering)
    }
  }
}

function takeOver(stored: StoredRecord, keyring: Keyring): boolean {
  for (const rootKey of [keyring.rootKey, keyring.nextRootKey]) {
    if (rootKey === undefined) continue
    try {
      keyring.unseal(rootKeysOf(stored, rootKey))
      return true
    } catch (error) {
      if (!(error instanceof UnsealFailure)) throw error
    }
  }
  return false
}
