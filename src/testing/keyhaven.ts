import { readFileSync } from 'node:fs'
import { Client } from '../sdk/client.ts'
import type { ConnectionOptions } from '../sdk/connection-options.ts'
import { InstanceClient } from '../sdk/instance-client.ts'
import type { InstanceOptions } from '../sdk/instance-connection.ts'
import type { Config } from '../server/config/schema.ts'
import type { Control } from '../server/control/control.ts'
import type { Duration } from '../server/control/duration.ts'
import type { Faults } from '../server/control/faults.ts'
import type { RecordedCall } from '../server/control/recorded-call.ts'
import type { Service } from '../server/service.ts'
import { type Application, newApplication } from './application.ts'

/** An AccessKey, as clients take it. */
export interface AccessKey {
  readonly accessKeyId: string
  readonly accessKeySecret: string
}

export interface KeyhavenParts {
  readonly service: Service
  readonly config: Config
  readonly control: Control
  readonly accessKey: AccessKey
  readonly held: AsyncDisposableStack
}

/** A service that runs in this process. `await using` closes it, as `close` does. */
export class Keyhaven implements AsyncDisposable {
  /** `https://localhost:…` */
  readonly endpoint: string
  /** `http://127.0.0.1:…`, for clients that cannot be told of a CA */
  readonly httpEndpoint: string
  /** file with the CA that the endpoint is trusted by, PEM */
  readonly caFile: string
  /** what the file holds */
  readonly ca: string
  readonly regionId: string
  /** 16 digits */
  readonly accountId: string
  /** of the account itself, which may do everything */
  readonly accessKey: AccessKey
  readonly #parts: KeyhavenParts
  readonly #clients: { close(): Promise<void> }[] = []
  #application: Promise<Application> | undefined

  /** Made by `startKeyhaven`. */
  constructor(parts: KeyhavenParts) {
    const { service, config, accessKey } = parts
    this.#parts = parts
    this.endpoint = service.endpoint.replace('127.0.0.1', 'localhost')
    this.httpEndpoint = service.httpEndpoint ?? ''
    this.caFile = service.caFile ?? ''
    this.ca = readFileSync(this.caFile, 'utf8')
    this.regionId = config.regionId
    this.accountId = service.deployment.accountId
    this.accessKey = accessKey
  }

  /** A client of the account, closed with the service; `options` go before what it would be made with. */
  client(options: ConnectionOptions = {}): Client {
    const { endpoint, caFile, regionId, accessKey } = this
    return this.#closing(new Client({ endpoint, caFile, regionId, ...accessKey, ...options }))
  }

  /**
   * A client of the instance gateway, closed with the service. Unless the options name a ClientKey, it has that of
   * {@link application}.
   */
  async instanceClient(options: Partial<InstanceOptions> = {}): Promise<InstanceClient> {
    const { endpoint, caFile } = this
    const { clientKeyContent, clientKeyFile, clientKeyId, clientKey } = options
    const isGiven = [clientKeyContent, clientKeyFile, clientKeyId, clientKey].some((source) => source !== undefined)
    const application = isGiven ? {} : await this.application()
    return this.#closing(new InstanceClient({ endpoint, caFile, ...application, ...options }))
  }

  /** An application that may use every key and read every secret of the default instance; made when first asked for. */
  application(): Promise<Application> {
    this.#application ??= newApplication(this.#parts.service.kms)
    return this.#application
  }

  /** What is to go wrong. */
  get faults(): Faults {
    return this.#parts.control.faults
  }

  /** What was called since the start or the last reset, oldest first, whoever called. */
  records(): readonly RecordedCall[] {
    return this.#parts.control.records()
  }

  /** What the clock of the service shows. */
  now(): Date {
    return this.#parts.control.clock.now()
  }

  /**
   * Moves the clock of the service: tokens and credentials expire, and what falls due on the way, such as rotations and
   * planned deletions, is done when the promise resolves. Dates of requests are still compared with the machine's clock,
   * which clients go by.
   *
   * @throws RangeError for what is no duration
   */
  async advance(duration: Duration): Promise<void> {
    await this.#parts.control.advance(duration)
  }

  /**
   * Back to what there was at first: records, clock, no faults. What `application` made is gone with everything else, and
   * is made anew when it is asked for.
   */
  async reset(): Promise<void> {
    await this.#parts.control.reset()
    this.#application = undefined
  }

  /** Closes clients and service, and removes what it kept on disk. */
  async close(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.close()))
    await this.#parts.held.disposeAsync()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #closing<C extends { close(): Promise<void> }>(client: C): C {
    this.#clients.push(client)
    return client
  }
}
