import { setTimeout as wait } from 'node:timers/promises'
import { KmsError } from '../../core/errors.ts'
import {
  beginRotation,
  finishRotation,
  type RotationOutcome,
  type RotationParts,
  type RotationProgress,
} from '../../core/sealing/rotate-root-key.ts'
import type { Seal } from '../../core/sealing/seal.ts'
import { unseal } from '../../core/sealing/unseal.ts'
import { StoreUnavailable } from '../../core/store.ts'
import type { Anchors } from '../audit/anchor.ts'
import type { Log } from '../log.ts'

/** How often every server looks how the root key stands. */
export const followMs = 1000
/** So that each has looked, also one that is busy, before the former root key is given up. */
const settleMs = 3 * followMs
/** how often it is gone on with while the store is away */
const retryMs = 1000

interface Options extends RotationParts {
  readonly anchors: Anchors
  readonly log: Log
  /** keeps in the audit log what was done */
  event(action: string): Promise<void>
  onTampering(kind: string, id: string): void
}

export type TellProgress = (progress: RotationProgress) => void

/** The change of the root key, of which there is one at a time, however many ask for it. */
export class RootKeyRotation {
  readonly #options: Options
  readonly #stopping = new AbortController()
  #working: Promise<RotationOutcome> | undefined
  #listeners: TellProgress[] = []

  constructor(options: Options) {
    this.#options = options
  }

  get isPending(): boolean {
    const { keyring } = this.#options
    return !keyring.isSealed && keyring.nextRootKey !== undefined
  }

  /**
   * Changes the root key, or goes on with what was begun.
   *
   * @param seal - opens the deployment, and will open it afterwards
   * @throws UnsealFailure when it does not open it
   */
  async run(seal: Seal, tell: TellProgress): Promise<RotationOutcome> {
    const { store, keyring, follower, anchors, log, event } = this.#options
    keyring.requireUnsealed()
    await follower.follow()
    if (this.isPending) await unseal(store, seal)
    else {
      await beginRotation(this.#options, seal, await anchors.derivedLabels())
      log.write('info', 'a new root key takes over')
      await event('RotateRootKeyBegin')
    }
    return this.finish(tell)
  }

  /** Goes on by itself with what was cut off, if anything was. */
  resume(): void {
    if (!this.isPending) return
    const { log } = this.#options
    log.write('info', 'the change of the root key is gone on with')
    this.finish().catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) log.write('error', 'the change of the root key stopped', { error })
    })
  }

  /** Ends what was begun, also when the store is away for some time; not once this server is sealed. */
  async finish(tell: TellProgress = () => {}): Promise<RotationOutcome> {
    this.#listeners.push(tell)
    this.#working ??= this.#persist().finally(() => {
      this.#working = undefined
      this.#listeners = []
    })
    return this.#working
  }

  /** What was begun is gone on with after the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#working?.catch(() => undefined)
  }

  async #persist(): Promise<RotationOutcome> {
    for (;;) {
      try {
        return await this.#work()
      } catch (error) {
        if (!isMomentary(error) || this.#options.keyring.isSealed) throw error
        await this.#wait(retryMs)
      }
    }
  }

  async #work(): Promise<RotationOutcome> {
    const { onTampering, log, event } = this.#options
    const outcome = await finishRotation(this.#options, {
      onTampering,
      tell: (progress) => {
        this.#stopping.signal.throwIfAborted()
        for (const tell of this.#listeners) tell(progress)
      },
      settle: () => this.#wait(settleMs),
    })
    log.write('info', 'the new root key has taken over; the former one is gone', { count: outcome.rekeyed })
    await event('RotateRootKey')
    return outcome
  }

  async #wait(milliseconds: number): Promise<void> {
    await wait(milliseconds, undefined, { signal: this.#stopping.signal })
  }
}

const isMomentary = (error: unknown): boolean =>
  error instanceof StoreUnavailable || (error instanceof KmsError && error.code === 'ServiceUnavailableTemporary')
