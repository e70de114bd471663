import { X509Certificate } from 'node:crypto'
import { unwatchFile, watchFile } from 'node:fs'
import type { Server } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import { ConfigError } from './config/load.ts'
import { closeServer, isLoopback, listen, parseAddress, rotateTickets, tlsOptions } from './http/listen.ts'
import type { Answerer } from './http/serve.ts'
import type { Log } from './log.ts'
import { renewalDays } from './tls/authority.ts'
import { type ServerIdentity, serverIdentity, type TlsSettings } from './tls/store.ts'

export interface ListenOptions {
  readonly answerer: Answerer
  readonly https: string
  /** without TLS; loopback only */
  readonly http?: string | undefined
  readonly tls: TlsSettings
  now(): Date
  readonly log: Log
}

const dayMs = 86_400_000
const ticketLifeMs = 12 * 3_600_000
const renewalCheckMs = dayMs
const fileCheckMs = 2000
/** one line for as long, however many connections it is about */
const complaintsMs = 60_000

/** The ports, and the certificate that can change under them. */
export class Listeners {
  readonly #options: ListenOptions
  readonly #servers: Server[] = []
  readonly #watched: string[]
  readonly #timers: NodeJS.Timeout[] = []
  #https: HttpsServer | undefined
  #identity: ServerIdentity | undefined
  #endpoints: { https: string; http: string | undefined } = { https: '', http: undefined }

  constructor(options: ListenOptions) {
    this.#options = options
    this.#watched = [options.tls.certFile, options.tls.keyFile].filter((file) => file !== undefined)
  }

  /** `https://host:port` */
  get endpoint(): string {
    return this.#endpoints.https
  }

  /** `http://host:port`, if there is one */
  get httpEndpoint(): string | undefined {
    return this.#endpoints.http
  }

  get caFile(): string | undefined {
    return this.#identity?.caFile
  }

  /** when the certificate in use ends */
  get certificateEnd(): Date | undefined {
    return this.#identity && new X509Certificate(this.#identity.certificate).validToDate
  }

  /** @throws ConfigError when an address is not free, or a certificate cannot be used */
  async open(): Promise<void> {
    const { answerer, https, http } = this.#options
    const identity = await this.#identityNow()
    const server = answerer.https(tlsOptions(identity))
    this.#identity = identity
    this.#https = server
    this.#servers.push(server)
    const address = await listen(server, parseAddress(https))
    this.#hear(server)
    this.#endpoints = { https: `https://${address}`, http: undefined }
    this.#timers.push(rotateTickets(server, ticketLifeMs))
    if (http !== undefined) {
      if (!isLoopback(parseAddress(http).host)) throw new ConfigError(`http: ${http} is not on loopback`)
      const plain = answerer.http()
      this.#servers.push(plain)
      this.#endpoints.http = `http://${await listen(plain, parseAddress(http), 'http')}`
      this.#hear(plain)
    }
    this.#timers.push(setInterval(() => void this.reload(), renewalCheckMs).unref())
    const changed = () => void this.reload()
    for (const file of this.#watched) watchFile(file, { interval: fileCheckMs, persistent: false }, changed)
  }

  /** Reads, or renews, the certificate. Connections that are open stay open; a bad file leaves the old one in use. */
  async reload(): Promise<void> {
    const { log } = this.#options
    if (this.#https === undefined) return
    try {
      const identity = await this.#identityNow()
      if (identity.certificate === this.#identity?.certificate) return
      this.#https?.setSecureContext(tlsOptions(identity))
      this.#identity = identity
      log.write('info', 'server certificate changed')
    } catch (error) {
      log.write('error', 'the new server certificate cannot be used', { error })
    }
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

  /** That a connection cannot be accepted, as without free file descriptors, is no reason to end; unheard it would be. */
  #hear(server: Server): void {
    let silentUntil = 0
    server.on('error', (error) => {
      const now = performance.now()
      if (now < silentUntil) return
      silentUntil = now + complaintsMs
      this.#options.log.write('error', 'connections cannot be accepted', { error })
    })
  }

  async close(graceMs: number): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    for (const file of this.#watched) unwatchFile(file)
    await Promise.all(this.#servers.filter(({ listening }) => listening).map((server) => closeServer(server, graceMs)))
  }
}
