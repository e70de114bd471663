import { randomBytes, X509Certificate } from 'node:crypto'
import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import {
  type ClientTrust,
  type ClientTrustSettings,
  readClientTrust,
  trustFiles,
} from '../client-certificates/trust.ts'
import type { Log } from '../log.ts'
import { renewalDays } from '../tls/authority.ts'
import { type ServerIdentity, serverIdentity, type TlsSettings } from '../tls/store.ts'
import type { Addresses, Endpoints, Ports, Presented } from './ports.ts'

export interface ListenOptions extends Addresses {
  readonly front: Pick<Ports, 'listen' | 'close'> & { present(presented: Presented): Promise<void> | void }
  readonly tls: TlsSettings
  /** whose certificates of clients are taken; none are asked for unless given */
  readonly clients?: ClientTrustSettings | undefined
  now(): Date
  readonly log: Log
}

const dayMs = 86_400_000
const ticketLifeMs = 12 * 3_600_000
const renewalCheckMs = dayMs
const fileCheckMs = 2000

/** Where the server is reached, and the certificate that can change under it. */
export class Listeners {
  readonly #options: ListenOptions
  readonly #watched: string[]
  readonly #timers: NodeJS.Timeout[] = []
  /** Sealed with them, tickets of sessions open in every thread; they change, so that an old one does not open for ever. */
  #ticketKeys = randomBytes(48)
  #identity: ServerIdentity | undefined
  #clients: ClientTrust | undefined
  #endpoints: Endpoints = { https: '', http: undefined }

  constructor(options: ListenOptions) {
    this.#options = options
    const { tls, clients = {} } = options
    const ownFiles = [tls.certFile, tls.keyFile].filter((file) => file !== undefined)
    this.#watched = [...ownFiles, ...trustFiles(clients)]
  }

  /** `https://host:port` */
  get endpoint(): string {
    return this.#endpoints.https
  }

  /** `http://host:port`, if there is one */
  get httpEndpoint(): string | undefined {
    return this.#endpoints.http
  }

  /** `https://host:port` of the console, if it has a port of its own */
  get consoleEndpoint(): string | undefined {
    return this.#endpoints.console
  }

  /** `http://host:port` for probes, if they have a port of their own */
  get healthEndpoint(): string | undefined {
    return this.#endpoints.health
  }

  get caFile(): string | undefined {
    return this.#identity?.caFile
  }

  /** when the certificate in use ends */
  get certificateEnd(): Date | undefined {
    return this.#identity && new X509Certificate(this.#identity.certificate).validToDate
  }

  /** when the own CA ends */
  get authorityEnd(): Date | undefined {
    return this.caFile === undefined ? undefined : new X509Certificate(readFileSync(this.caFile)).validToDate
  }

  /** when the first list of revoked client certificates ends */
  get revocationListsEnd(): Date | undefined {
    const end = this.#clients?.revocationListsEnd
    return end === undefined ? undefined : new Date(end)
  }

  /** @throws ConfigError when an address is not free, or a certificate cannot be used */
  async open(): Promise<void> {
    const { front, https, http, console, health } = this.#options
    const identity = await this.#identityNow()
    this.#clients = this.#clientsNow()
    const presented = { ...identity, ticketKeys: this.#ticketKeys, clients: this.#clients }
    this.#endpoints = await front.listen(presented, { https, http, console, health })
    this.#identity = identity
    this.#timers.push(setInterval(() => void this.#changeTicketKeys(), ticketLifeMs).unref())
    this.#timers.push(setInterval(() => void this.reload(), renewalCheckMs).unref())
    const changed = () => void this.reload()
    for (const file of this.#watched) watchFile(file, { interval: fileCheckMs, persistent: false }, changed)
  }

  /**
   * Reads, or renews, the certificate, and reads which certificates of clients are taken. Connections that are open stay
   * open, but for those of clients whose certificate may count no longer; a bad file leaves the old one in use.
   */
  async reload(): Promise<void> {
    const { log } = this.#options
    if (this.#identity === undefined) return
    await this.#reloadClients(this.#identity)
    try {
      const identity = await this.#identityNow()
      if (identity.certificate === this.#identity.certificate) return
      await this.#present(identity)
      log.write('info', 'server certificate changed')
    } catch (error) {
      log.write('error', 'the new server certificate cannot be used', { error })
    }
  }

  async #reloadClients(identity: ServerIdentity): Promise<void> {
    const { log } = this.#options
    try {
      const clients = this.#clientsNow()
      if (isDeepStrictEqual(clients, this.#clients)) return
      this.#clients = clients
      // A session that goes on is not verified again.
      this.#ticketKeys = randomBytes(48)
      await this.#present(identity)
      log.write('info', 'which client certificates are taken has changed')
    } catch (error) {
      log.write('error', 'what says which client certificates are taken cannot be used', { error })
    }
  }

  async #changeTicketKeys(): Promise<void> {
    this.#ticketKeys = randomBytes(48)
    if (this.#identity) await this.#present(this.#identity)
  }

  async #present(identity: ServerIdentity): Promise<void> {
    await this.#options.front.present({ ...identity, ticketKeys: this.#ticketKeys, clients: this.#clients })
    this.#identity = identity
  }

  /** Whose certificates are taken, and what an operator should know about that. */
  #clientsNow(): ClientTrust | undefined {
    const { clients = {}, now, log } = this.#options
    const trust = readClientTrust(clients)
    const end = trust?.revocationListsEnd
    if (end === undefined || end > now().getTime()) return trust
    const when = new Date(end).toISOString()
    log.write('error', `clientCrlFile: a list has ended on ${when}: every client certificate is refused`)
    return trust
  }

  /** The certificate to use, and what an operator should know about it. */
  async #identityNow(): Promise<ServerIdentity> {
    const { tls, now, log } = this.#options
    const identity = await serverIdentity(tls, now(), (warning) => log.write('warn', warning))
    const end = new X509Certificate(identity.certificate).validToDate
    const left = end.getTime() - now().getTime()
    if (left <= 0) log.write('error', `the server certificate has expired on ${end.toISOString()}`)
    else if (left < renewalDays * dayMs) log.write('warn', `the server certificate expires on ${end.toISOString()}`)
    return identity
  }

  async close(graceMs: number): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    for (const file of this.#watched) unwatchFile(file)
    await this.#options.front.close(graceMs)
  }
}
