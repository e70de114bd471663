import { type Seal, UnsealFailure } from '../../core/sealing/seal.ts'
import { unseal } from '../../core/sealing/unseal.ts'
import type { Store } from '../../core/store.ts'
import type { Log } from '../log.ts'

/** Where a server has its root secret from. */
export interface SealSource {
  /** for messages: `the key file /etc/keyhaven/key (keyFile)` */
  readonly name: string
  /** what is there by now, if it was changed since the last question */
  changed(): Promise<Seal | undefined>
}

export interface SealWatchOptions {
  readonly store: Store
  readonly log: Log
  /** what the server was started with; nothing is looked at where an operator opens it */
  readonly seal: Seal | undefined
  /** unless given, what the server was started with cannot change */
  readonly source?: SealSource | undefined
  /** told of another seal that opens the deployment from now on */
  readonly take: (seal: Seal) => void
  /** milliseconds until it is looked again whether the source holds what opens it; a minute unless given */
  readonly againMs?: number
}

const usualAgainMs = 60_000

/**
 * Looks whether a server could open the deployment once more by what it was started with. Another one that shares the
 * database may have resealed it: this one goes on, and would find out when nobody expects it.
 */
export class SealWatch {
  readonly #options: SealWatchOptions
  #seal: Seal | undefined
  /** of the deployment record that it was compared with */
  #revision: number | undefined
  #isOutdated = false
  #isStopped = false
  #looking: Promise<void> | undefined
  #again: NodeJS.Timeout | undefined

  constructor(options: SealWatchOptions) {
    this.#options = options
    this.#seal = options.seal
  }

  /** what the server was started with does not open the deployment any more */
  get isOutdated(): boolean {
    return this.#isOutdated
  }

  /** A seal has opened the deployment as it is in this revision. */
  hasOpened(seal: Seal, revision: number | undefined): void {
    if (seal === this.#seal) this.#revision = revision
  }

  /** Looks, if the deployment record is another one than at the last look. */
  async see(revision: number): Promise<void> {
    if (revision === this.#revision) return
    this.#revision = revision
    await this.#looking
    // who has seen a later one meanwhile looks itself
    if (this.#seal !== undefined && revision === this.#revision) await this.#look(this.#seal)
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#again)
  }

  #look(seal: Seal): Promise<void> {
    clearTimeout(this.#again)
    this.#looking = this.#compare(seal).finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  /** Never rejects: while who has to be asked is away, or a file is half written, it is looked again later. */
  async #compare(seal: Seal): Promise<void> {
    const { source, take, againMs = usualAgainMs } = this.#options
    try {
      // What is known not to open it is not tried again: a token may lock itself for that.
      if (!this.#isOutdated && (await this.#opens(seal))) return
      const changed = await source?.changed()
      if (changed !== undefined && (await this.#opens(changed))) {
        this.#seal = changed
        take(changed)
        this.#end()
        return
      }
      this.#begin()
    } catch {}
    if (!this.#isStopped) this.#again = setTimeout(() => void this.#look(seal), againMs).unref()
  }

  async #opens(seal: Seal): Promise<boolean> {
    try {
      await unseal(this.#options.store, seal)
      return true
    } catch (error) {
      if (error instanceof UnsealFailure && isNotTheOne.has(error.reason)) return false
      throw error
    }
  }

  #begin(): void {
    if (this.#isOutdated) return
    this.#isOutdated = true
    const { log, source } = this.#options
    const what = source?.name ?? 'what this server was started with'
    log.write(
      'error',
      `the deployment was resealed, and ${what} does not open it any more: the next start fails unless the settings name what opens it now`,
    )
  }

  #end(): void {
    if (this.#isOutdated) this.#options.log.write('info', 'what the settings name opens the deployment again')
    this.#isOutdated = false
  }
}

const isNotTheOne: ReadonlySet<string> = new Set(['other-seal', 'wrong-secret', 'misconfigured', 'wrong-pin'])
