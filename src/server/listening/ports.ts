import type { Server } from 'node:http'
import type { Server as HttpsServer, ServerOptions } from 'node:https'
import { isDeepStrictEqual } from 'node:util'
import type { ShownCertificates } from '../client-certificates/shown-certificates.ts'
import type { CertificateMode, ClientTrust } from '../client-certificates/trust.ts'
import { ConfigError } from '../config/load.ts'
import { proxyForCloud } from '../http/cloud-proxy.ts'
import { clientTlsOptions, closeServer, isLoopback, listen, parseAddress, tlsOptions } from '../http/listen.ts'
import type { Answerer } from '../http/serve.ts'
import type { Log } from '../log.ts'
import type { ServerIdentity } from '../tls/store.ts'

/** How a server greets who connects with TLS. */
export interface Presented extends ServerIdentity {
  /** what tickets of sessions are sealed with, 48 bytes */
  readonly ticketKeys: Uint8Array
  /** which certificates of clients are taken, where they are asked for any */
  readonly clients?: ClientTrust | undefined
}

export interface Endpoints {
  /** `https://host:port` */
  readonly https: string
  /** `http://host:port`, if there is one */
  readonly http: string | undefined
  /** `https://host:port` of the console, if it has a port of its own */
  readonly console?: string | undefined
  /** `http://host:port` for probes, if there is one */
  readonly health?: string | undefined
}

/** `host:port` of each, as in the configuration. */
export interface Addresses {
  readonly https: string
  /** without TLS; loopback only */
  readonly http?: string | undefined
  /** of the console, with TLS, if it has a port of its own */
  readonly console?: string | undefined
  /** for probes, without TLS */
  readonly health?: string | undefined
}

export interface PortsOptions {
  readonly answerer: Answerer
  /** answers at the port of the console; that port is not listened at unless given */
  readonly consoleAnswerer?: Answerer | undefined
  /** answers probes at a port of their own, if they have one */
  readonly healthAnswerer?: Answerer | undefined
  /** whether the ports ask clients for certificates; none does unless given */
  readonly certificateModes?: { readonly https: CertificateMode; readonly console: CertificateMode } | undefined
  /** told which certificates are taken */
  readonly certificates?: ShownCertificates | undefined
  /** other threads of this process listen at the same addresses: the system shares out the connections */
  readonly isShared?: boolean | undefined
  /** names of the cloud that the port without TLS is a proxy for */
  readonly cloudNames: readonly string[]
  readonly log: Log
}

/** one line for as long, however many connections it is about */
const complaintsMs = 60_000

type SecureSetting = 'https' | 'console'

interface SecurePort {
  readonly server: HttpsServer
  readonly setting: SecureSetting
}

/** The ports of one thread. */
export class Ports {
  readonly #options: PortsOptions
  readonly #servers: Server[] = []
  readonly #secure: SecurePort[] = []
  #clients: ClientTrust | undefined

  constructor(options: PortsOptions) {
    this.#options = options
  }

  /** @throws ConfigError when an address is not free, or a certificate cannot be used */
  async listen(presented: Presented, { https, http, console, health }: Addresses): Promise<Endpoints> {
    const { answerer, consoleAnswerer, healthAnswerer } = this.#options
    this.#trust(presented.clients)
    const endpoint = await this.#openSecure(answerer, presented, https, 'https')
    const ofConsole =
      console && consoleAnswerer && (await this.#openSecure(consoleAnswerer, presented, console, 'console'))
    const ofHealth = health && healthAnswerer && `http://${await this.#open(healthAnswerer.http(), health, 'health')}`
    const endpoints = { https: endpoint, http: undefined, console: ofConsole, health: ofHealth }
    if (http === undefined) return endpoints
    if (!isLoopback(parseAddress(http).host)) throw new ConfigError(`http: ${http} is not on loopback`)
    const plain = answerer.http()
    const [secure] = this.#secure
    if (secure) proxyForCloud(plain, secure.server, this.#options.cloudNames)
    return { ...endpoints, http: `http://${await this.#open(plain, http, 'http')}` }
  }

  /** @param setting - where the address is from */
  async #openSecure(
    answerer: Answerer,
    presented: Presented,
    address: string,
    setting: SecureSetting,
  ): Promise<string> {
    const server = answerer.https(this.#greeting(presented, setting))
    const taken = await this.#open(server, address, setting)
    this.#secure.push({ server, setting })
    return `https://${taken}`
  }

  /** New connections are greeted so; those that are open stay open, as long as the same certificates of clients count. */
  present(presented: Presented): void {
    const isSameTrust = isDeepStrictEqual(presented.clients, this.#clients)
    if (!isSameTrust) this.#trust(presented.clients)
    for (const { server, setting } of this.#secure) {
      server.setSecureContext(this.#greeting(presented, setting))
      if (!isSameTrust) server.closeIdleConnections()
    }
  }

  #greeting(presented: Presented, setting: SecureSetting): ServerOptions {
    const mode = this.#options.certificateModes?.[setting] ?? 'off'
    return { ...tlsOptions(presented), ...clientTlsOptions(presented.clients, mode, setting) }
  }

  #trust(clients: ClientTrust | undefined): void {
    this.#clients = clients
    this.#options.certificates?.trust(clients)
  }

  async close(graceMs: number): Promise<void> {
    await Promise.all(this.#servers.filter(({ listening }) => listening).map((server) => closeServer(server, graceMs)))
  }

  async #open(server: Server, address: string, setting: string): Promise<string> {
    this.#servers.push(server)
    const taken = await listen(server, parseAddress(address), setting, this.#options.isShared)
    this.#hear(server)
    return taken
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
}
