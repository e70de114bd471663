import type { Server } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import { ConfigError } from './config/load.ts'
import { proxyForCloud } from './http/cloud-proxy.ts'
import { closeServer, isLoopback, listen, parseAddress, tlsOptions } from './http/listen.ts'
import type { Answerer } from './http/serve.ts'
import type { Log } from './log.ts'
import type { ServerIdentity } from './tls/store.ts'

/** How a server greets who connects with TLS. */
export interface Presented extends ServerIdentity {
  /** what tickets of sessions are sealed with, 48 bytes */
  readonly ticketKeys: Uint8Array
}

export interface Endpoints {
  /** `https://host:port` */
  readonly https: string
  /** `http://host:port`, if there is one */
  readonly http: string | undefined
  /** `https://host:port` of the console, if it has a port of its own */
  readonly console?: string | undefined
}

/** `host:port` of each, as in the configuration. */
export interface Addresses {
  readonly https: string
  /** without TLS; loopback only */
  readonly http?: string | undefined
  /** of the console, with TLS, if it has a port of its own */
  readonly console?: string | undefined
}

export interface PortsOptions {
  readonly answerer: Answerer
  /** answers at the port of the console; that port is not listened at unless given */
  readonly consoleAnswerer?: Answerer | undefined
  /** other threads of this process listen at the same addresses: the system shares out the connections */
  readonly isShared?: boolean | undefined
  /** names of the cloud that the port without TLS is a proxy for */
  readonly cloudNames: readonly string[]
  readonly log: Log
}

/** one line for as long, however many connections it is about */
const complaintsMs = 60_000

/** The ports of one thread. */
export class Ports {
  readonly #options: PortsOptions
  readonly #servers: Server[] = []
  readonly #secure: HttpsServer[] = []

  constructor(options: PortsOptions) {
    this.#options = options
  }

  /** @throws ConfigError when an address is not free, or a certificate cannot be used */
  async listen(presented: Presented, { https, http, console }: Addresses): Promise<Endpoints> {
    const { answerer, consoleAnswerer } = this.#options
    const endpoint = await this.#openSecure(answerer, presented, https, 'https')
    const ofConsole =
      console && consoleAnswerer && (await this.#openSecure(consoleAnswerer, presented, console, 'console'))
    const endpoints = { https: endpoint, http: undefined, console: ofConsole }
    if (http === undefined) return endpoints
    if (!isLoopback(parseAddress(http).host)) throw new ConfigError(`http: ${http} is not on loopback`)
    const plain = answerer.http()
    const [secure] = this.#secure
    if (secure) proxyForCloud(plain, secure, this.#options.cloudNames)
    return { ...endpoints, http: `http://${await this.#open(plain, http, 'http')}` }
  }

  /** @param setting - where the address is from */
  async #openSecure(answerer: Answerer, presented: Presented, address: string, setting: string): Promise<string> {
    const server = answerer.https(tlsOptions(presented))
    const taken = await this.#open(server, address, setting)
    this.#secure.push(server)
    return `https://${taken}`
  }

  /** New connections are greeted so; those that are open stay open. */
  present(presented: Presented): void {
    for (const server of this.#secure) server.setSecureContext(tlsOptions(presented))
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
