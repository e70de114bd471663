import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http'
import type { ServerOptions as HttpsOptions, Server as HttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { KmsError } from '../../core/errors.ts'
import type { ClientCertificate, HttpResponse } from '../../gateway/http.ts'
import { refusal } from '../../gateway/refusal.ts'
import { Shares } from '../../gateway/shares.ts'
import type { ShownCertificates } from '../client-certificates/shown-certificates.ts'
import type { Log } from '../log.ts'
import { peerOf } from '../socket-ends.ts'
import { ClientAddresses } from './client-address.ts'
import {
  BodyTooLarge,
  Disconnected,
  discardBody,
  hasBody,
  noBody,
  Overloaded,
  readBody,
  requestOf,
  sendResponse,
} from './exchange.ts'
import { Gathering } from './gathering.ts'
import { readProxyHeader } from './proxy-protocol.ts'
import { type RequestHead, readHead } from './request-head.ts'
import { json, type Route } from './route.ts'

export interface HttpLimits {
  readonly maxBodyBytes: number
  readonly maxConcurrentRequests: number
  readonly maxConnectionsPerSource: number
  /** memory for all long bodies together, a quarter of it for one address; 256 MiB unless given */
  readonly maxBufferedBytes?: number
}

export interface ProxySettings {
  /** addresses and CIDR blocks of those who may say for whom they ask; nobody unless given */
  readonly trustedProxies?: readonly string[]
  /** trusted proxies begin every connection with a PROXY header */
  readonly proxyProtocol?: boolean
}

export interface ServeOptions {
  readonly routes: readonly Route[]
  readonly limits: HttpLimits
  readonly proxies?: ProxySettings
  /** of clients, where they are asked for any */
  readonly certificates?: ShownCertificates | undefined
  readonly log: Log
  /** for those in several threads, who count together */
  readonly memory?: HttpMemory | undefined
}

export interface HttpMemory {
  /** of `ledgerMemory`, as `buffered` */
  readonly connections: SharedArrayBuffer
  readonly buffered: SharedArrayBuffer
  /** eight bytes */
  readonly counts: SharedArrayBuffer
}

// An import statement would look at every export of node:http, one of which loads all of fetch: 15 ms of each start.
const { createServer: createHttpServer } = process.getBuiltinModule('node:http')
const { createServer: createHttpsServer } = process.getBuiltinModule('node:https')

/** SEC-62: a peer gets ten seconds for its headers and thirty for everything. */
const timeouts: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  // longer than the pools of clients and proxies keep theirs, so that they are the ones who close
  keepAliveTimeout: 75_000,
  // Most official clients put every parameter into the URL, a policy of 32 KiB too, with most of it percent-encoded.
  maxHeaderSize: 128 * 1024,
  insecureHTTPParser: false,
  noDelay: true,
}

const [active, working] = [0, 1]
const discardedBytes = 64 * 1024 * 1024
const usualBufferedBytes = 256 * 1024 * 1024

/** Answers requests of any number of listeners: limits first, then the first route that matches. */
export class Answerer {
  readonly #options: ServeOptions
  readonly #addresses: ClientAddresses
  /** memory for long bodies, by source */
  readonly #buffered: Shares
  readonly #connections: Shares
  /** connections that end with the answer to a request that is not HTTP; what follows it is not looked at */
  readonly #refused = new WeakSet<Socket>()
  /** how many requests are being answered, and how many of these have arrived as a whole */
  readonly #counts: Int32Array
  readonly #gathering = new Gathering()
  #closing = false

  constructor(options: ServeOptions) {
    this.#options = options
    this.#addresses = new ClientAddresses(options.proxies?.trustedProxies ?? [])
    const { maxBodyBytes, maxBufferedBytes = usualBufferedBytes, maxConnectionsPerSource } = options.limits
    const { memory } = options
    this.#buffered = new Shares(maxBufferedBytes, Math.max(maxBufferedBytes / 4, maxBodyBytes), memory?.buffered)
    this.#connections = new Shares(Number.POSITIVE_INFINITY, maxConnectionsPerSource, memory?.connections)
    this.#counts = new Int32Array(memory?.counts ?? new SharedArrayBuffer(8))
  }

  /** in all threads together */
  get active(): number {
    return Atomics.load(this.#counts, active)
  }

  /** From now on every answer closes its connection. */
  drain(): void {
    this.#closing = true
  }

  http(): Server {
    return this.#prepare(createHttpServer(timeouts))
  }

  https(tls: HttpsOptions): HttpsServer {
    const server = this.#prepare(createHttpsServer({ ...timeouts, ...tls }))
    const { certificates } = this.#options
    if (certificates && tls.requestCert) this.#lookAtCertificates(server, certificates, tls.rejectUnauthorized === true)
    return server
  }

  /** Before anything else that hears of a connection. */
  #lookAtCertificates(server: HttpsServer, certificates: ShownCertificates, areNeeded: boolean): void {
    server.prependListener('connection', (socket: Socket) => certificates.greet(socket))
    server.prependListener('secureConnection', (socket: TLSSocket) => {
      if (!certificates.accept(socket, areNeeded)) socket.destroy()
    })
    server.prependListener('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) =>
      certificates.hearRefused(error, socket),
    )
  }

  #prepare<S extends Server>(server: S): S {
    server.on('request', (request, response) => void this.#answer(request, response))
    const listeners = server.listeners('connection')
    // Nothing is read of a connection that is not taken, nor before it is known from whom it is.
    server.removeAllListeners('connection').on('connection', (socket: Socket) => {
      const take = (): void => {
        if (this.#accept(socket)) for (const listener of listeners) listener.call(server, socket)
        else socket.destroy()
      }
      if (this.#isProxied(socket)) void this.#afterProxyHeader(socket, take)
      else take()
    })
    // TLS makes another socket of it
    server.prependListener('secureConnection', (socket: Socket) => {
      if (this.#addresses.accept(socket) === undefined) socket.destroy()
    })
    return server
  }

  #isProxied(socket: Socket): boolean {
    return this.#options.proxies?.proxyProtocol === true && this.#addresses.isTrusted(peerOf(socket) ?? '')
  }

  async #afterProxyHeader(socket: Socket, take: () => void): Promise<void> {
    try {
      this.#addresses.name(socket, await readProxyHeader(socket))
      take()
    } catch {
      this.#options.log.write('debug', 'a connection without a PROXY header was closed', { source: peerOf(socket) })
      socket.destroy()
    }
  }

  /** @returns whether the connection may stay: its source is known and has not too many */
  #accept(socket: Socket): boolean {
    const source = this.#addresses.accept(socket)
    return source !== undefined && (this.#addresses.isTrusted(source) || this.#hasRoom(socket, source))
  }

  #hasRoom(socket: Socket, source: string): boolean {
    if (!this.#connections.take(source, 1)) return false
    socket.once('close', () => this.#connections.give(source, 1))
    return true
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    // Requests that arrived together are all begun before the first is answered.
    if (this.#refused.has(message.socket)) return
    const head = headOf(message, this.#addresses)
    if (head instanceof KmsError) this.#refused.add(message.socket)
    Atomics.add(this.#counts, active, 1)
    try {
      const answer = await this.#decide(message, head)
      // biome-ignore lint/suspicious/noUnnecessaryConditions: drain() sets it
      sendResponse(response, answer, this.#closing || !message.complete)
    } catch (error) {
      // the peer is gone, or an answer could not be sent: there is nobody left to tell
      if (!(error instanceof Disconnected))
        this.#options.log.write('error', 'a request could not be answered', { error })
      message.destroy()
    } finally {
      Atomics.sub(this.#counts, active, 1)
    }
  }

  async #decide(message: IncomingMessage, head: RequestHead | KmsError): Promise<HttpResponse> {
    try {
      if (head instanceof KmsError) throw head
      return (await this.#route(message, head)) ?? refused(message, unavailable())
    } catch (error) {
      if (error instanceof Disconnected) throw error
      const reason = refusedFor(error)
      const requestId = newRequestId()
      if (reason) await discardBody(message, discardedBytes)
      else this.#options.log.write('error', 'internal failure', { requestId, error })
      const answer = refused(message, reason ?? new KmsError('InternalFailure'), requestId)
      // Who frames requests in a way of their own may mean another end of this one than we do.
      return error instanceof KmsError ? { ...answer, headers: { ...answer.headers, connection: 'close' } } : answer
    }
  }

  /** @returns nothing when too many requests are being worked on */
  async #route(message: IncomingMessage, head: RequestHead): Promise<HttpResponse | undefined> {
    const { limits, routes } = this.#options
    let [taken, places] = [0, 0]
    const take = (bytes: number): boolean => {
      if (!this.#buffered.take(head.sourceAddress, bytes)) return false
      taken += bytes
      return true
    }
    try {
      const body = hasBody(head) ? await readBody(message, head, { maxBytes: limits.maxBodyBytes, take }) : noBody
      // who sends slowly takes no place from others
      if (Atomics.load(this.#counts, working) >= limits.maxConcurrentRequests) return undefined
      const request = requestOf(message, head, body, certificateOf(message, this.#options.certificates))
      const route = routes.find((candidate) => candidate.matches(request))
      if (route === undefined) return json(404, { Code: 'InvalidAction.NotFound' })
      Atomics.add(this.#counts, working, 1)
      places = 1
      await this.#gathering.join()
      return await route.handle(request)
    } finally {
      Atomics.sub(this.#counts, working, places)
      if (taken > 0) this.#buffered.give(head.sourceAddress, taken)
    }
  }
}

/** What has expired since it was shown, or is trusted no more, closes the connection: the next one is refused. */
function certificateOf(
  { socket }: IncomingMessage,
  certificates: ShownCertificates | undefined,
): ClientCertificate | undefined {
  const shown = certificates?.of(socket)
  if (shown === 'outdated') throw new Disconnected()
  return shown
}

function headOf(message: IncomingMessage, addresses: ClientAddresses): RequestHead | KmsError {
  try {
    return readHead(message, addresses)
  } catch (error) {
    if (error instanceof KmsError) return error
    throw error
  }
}

const newRequestId = (): string => randomUUID().toUpperCase()

function refused({ headers }: IncomingMessage, error: KmsError, requestId = newRequestId()): HttpResponse {
  return refusal(headers['x-kms-apiname'] !== undefined, error, requestId)
}

const unavailable = (): KmsError => new KmsError('ServiceUnavailableTemporary')

/** What a request that was not read to its end is told; undefined for what is no fault of its sender. */
function refusedFor(error: unknown): KmsError | undefined {
  if (error instanceof KmsError) return error
  if (error instanceof Overloaded) return unavailable()
  return error instanceof BodyTooLarge ? new KmsError('RequestEntityTooLarge') : undefined
}
