import { KmsError } from '../../core/errors.ts'
import { type Seal, UnsealFailure } from '../../core/sealing/seal.ts'
import { StoreUnavailable } from '../../core/store.ts'
import type { Log } from '../log.ts'

const firstWaitMs = 250
const longestWaitMs = 30_000

/** What a server can start with, sealed. */
const bearable: ReadonlySet<UnsealFailure['reason']> = new Set(['unavailable', 'wrong-pin'])

const untilWhen: Readonly<Record<string, string>> = {
  unavailable: 'who keeps the root key can be asked',
  database: 'the database answers',
  'wrong-pin': 'an operator opens it',
}

interface Options {
  readonly log: Log
  /** gives up when the signal fires before the deployment is open */
  open(seal: Seal, signal: AbortSignal): Promise<void>
}

/** Opens a deployment by a seal for which somebody else has to be asked, and asks again while that is away. */
export class AutoUnseal {
  readonly #options: Options
  #stopping = new AbortController()
  #next: NodeJS.Timeout | undefined
  #problem: string | undefined
  #isTrying = false

  constructor(options: Options) {
    this.#options = options
  }

  /** why it is not open yet */
  get problem(): string | undefined {
    return this.#problem
  }

  get isTrying(): boolean {
    return this.#isTrying
  }

  /**
   * Opens it, or leaves it sealed and tries again until it opens or is stopped. After a wrong PIN it stays sealed: who
   * starts a service again and again would lock the token.
   *
   * @throws UnsealFailure when another try would not help
   */
  async run(seal: Seal): Promise<void> {
    this.stop()
    const { signal } = this.#stopping
    if (await this.#opens(seal, signal)) return
    this.#again(seal, signal, firstWaitMs)
  }

  stop(): void {
    this.#stopping.abort()
    clearTimeout(this.#next)
    this.#stopping = new AbortController()
    this.#problem = undefined
    this.#isTrying = false
  }

  async #opens(seal: Seal, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#options.open(seal, signal)
      this.#problem = undefined
      this.#isTrying = false
      return true
    } catch (error) {
      if (!isBearable(error)) throw error
      if (!signal.aborted) this.#tell(error)
      return false
    }
  }

  #again(seal: Seal, signal: AbortSignal, waitMs: number): void {
    if (signal.aborted || !this.#isTrying) return
    this.#next = setTimeout(() => void this.#try(seal, signal, waitMs), waitMs)
  }

  async #try(seal: Seal, signal: AbortSignal, waitMs: number): Promise<void> {
    const { log } = this.#options
    try {
      if (await this.#opens(seal, signal)) log.write('info', 'unsealed')
      else this.#again(seal, signal, Math.min(2 * waitMs, longestWaitMs))
    } catch (error) {
      if (signal.aborted) return
      this.stop()
      log.write('error', 'it stays sealed', { error })
    }
  }

  /** Once for each thing that is the matter, not for each try. */
  #tell(error: Error): void {
    const reason = error instanceof UnsealFailure ? error.reason : 'database'
    this.#isTrying = reason !== 'wrong-pin'
    if (this.#problem === error.message) return
    this.#problem = error.message
    this.#options.log.write('warn', `sealed until ${untilWhen[reason]}`, { error })
  }
}

/** What a server can be sealed for; what comes of a try while the database is away says nothing of the seal. */
const isBearable = (error: unknown): error is Error =>
  error instanceof UnsealFailure
    ? bearable.has(error.reason)
    : error instanceof StoreUnavailable || (error instanceof KmsError && error.code === 'ServiceUnavailableTemporary')
