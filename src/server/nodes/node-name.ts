import { hostname } from 'node:os'
import { version } from '../../api/version.ts'
import { KmsError } from '../../core/errors.ts'
import type { Kms } from '../../core/kms.ts'
import { NameTaken, NodeLease, type OtherNode, renewMs } from '../../core/oversight/node-lease.ts'
import { ConfigError } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import type { Log } from '../log.ts'
import { databaseFile } from '../store/open-configured-store.ts'
import { folderIdentity } from './folder-identity.ts'
import { settingsToCompare } from './other-nodes.ts'

export interface NodeNameOptions {
  readonly kms: Kms
  readonly config: Config
  readonly log: Log
  /** another server has the name: this one must not go on */
  onLost(): void
  /** what to tell the others: the calls that this one is asked for */
  use(): Promise<OtherNode['use']>
  /** told again and again which others there are; nothing while they are not heard of */
  hear(others: readonly OtherNode[] | undefined): Promise<void>
}

/** The name of this server among those that share a PostgreSQL, kept while it is unsealed. */
export class NodeName {
  readonly #options: NodeNameOptions
  readonly #lease: NodeLease | undefined
  #timer: NodeJS.Timeout | undefined
  #renewal: Promise<void> | undefined

  constructor(options: NodeNameOptions) {
    const { kms, config } = options
    this.#options = options
    const process = Buffer.from(kms.randomBytes(16)).toString('hex')
    const self = {
      process,
      place: folderIdentity(config.data),
      host: hostname(),
      version,
      settings: settingsToCompare(config),
    }
    const { records } = kms
    // of a file there is but one server
    this.#lease =
      databaseFile(config) === undefined
        ? new NodeLease({ records, name: config.node, self, now: () => kms.now() })
        : undefined
  }

  /** @throws ConfigError when a living server has it */
  async take(): Promise<void> {
    if (this.#lease === undefined) return
    await this.#lease.take().catch((error: unknown) => {
      throw error instanceof NameTaken ? new ConfigError(error.message) : error
    })
    this.#timer = setInterval(() => this.#renewOnce(), renewMs).unref()
    await this.#hear()
  }

  /** Another server may have it at once. */
  async release(): Promise<void> {
    if (this.#timer === undefined) return
    clearInterval(this.#timer)
    this.#timer = undefined
    // One that is under way would say afterwards that this server is there.
    await this.#renewal
    await this.#lease?.release().catch(() => undefined)
  }

  /** A store may take longer to answer than it is from one to the next. */
  #renewOnce(): void {
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = undefined
    })
  }

  async #hear(): Promise<void> {
    await this.#options.hear((await this.#lease?.others()) ?? [])
  }

  /** Never rejects. */
  async #renew(): Promise<void> {
    const { log, onLost, use, hear } = this.#options
    try {
      await this.#lease?.renew(await use())
      await this.#hear()
    } catch (error) {
      await hear(undefined)
      // away, as the store says itself, or sealed
      if (error instanceof KmsError && error.code === 'ServiceUnavailableTemporary') return
      if (!(error instanceof NameTaken)) {
        log.write('error', 'the name of this server cannot be renewed', { error })
        return
      }
      log.write('error', 'the name of this server is lost', { error })
      onLost()
    }
  }
}
