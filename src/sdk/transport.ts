/// <reference path="./undici-parts.d.ts" />
import type { Dispatcher } from 'undici'
import sendRequest from 'undici/lib/api/api-request.js'
import Agent from 'undici/lib/dispatcher/agent.js'
import { type CaOptions, trustedCertificates } from './ca-certificates.ts'
import { type ClientCertificate, type ClientCertificateOptions, RenewableCertificate } from './client-certificate.ts'
import { ClientError } from './errors.ts'
import { type ProxyOptions, type ProxyServer, proxyFor } from './proxy.ts'
import { withTraceParent } from './trace-parent.ts'
import { transportFailure } from './transport-failure.ts'

/** How a client reaches its server. */
export interface TransportOptions extends ProxyOptions, CaOptions, ClientCertificateOptions {
  /** the name to show to the server and to check its certificate against, when the endpoint is only an address of it */
  readonly hostname?: string | undefined
  /** milliseconds for TCP and TLS, 5000 unless given */
  readonly connectTimeoutMs?: number | undefined
  /** milliseconds for one attempt until its last byte, 10000 unless given */
  readonly attemptTimeoutMs?: number | undefined
  /** connections at the same time, unlimited unless given */
  readonly maxConnections?: number | undefined
  /** milliseconds that an unused connection stays open, 4000 unless given */
  readonly keepAliveMs?: number | undefined
}

export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** path and query */
  readonly path: string
  /** names in lower case; `host` included */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string
}

export interface WireResponse {
  readonly status: number
  /** names in lower case; of repeated headers the first */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
}

export interface AttemptLimits {
  readonly signal?: AbortSignal | undefined
  readonly timeoutMs?: number | undefined
}

/** What an answer may hold at most; the largest of the service's own are far below. */
const maxResponseBytes = 16 * 1024 * 1024

/** A pool of connections to one server. Sends what it is given; knows neither signatures nor operations. */
export class Transport {
  /** value of the Host header */
  readonly host: string
  readonly #origin: string
  readonly #proxy: ProxyServer | undefined
  readonly #attemptTimeoutMs: number
  readonly #open: () => Promise<Dispatcher>
  readonly #certificate: RenewableCertificate
  #dispatcher: Promise<Dispatcher> | undefined
  #hasAnswered = false

  /** @throws ClientError `configuration` */
  constructor(endpoint: URL, options: TransportOptions) {
    this.#origin = endpoint.origin
    this.host = hostHeader(endpoint, options.hostname)
    this.#attemptTimeoutMs = options.attemptTimeoutMs ?? 10_000
    this.#proxy = proxyFor(endpoint, options)
    this.#certificate = new RenewableCertificate(options)
    const ca = trustedCertificates(options)
    this.#open = () => openDispatcher(endpoint, poolOptions(options, ca, this.#certificate.current), this.#proxy)
  }

  /**
   * Sends one request and reads the whole answer, whatever its status.
   *
   * @param limits - may end the attempt before the transport's own limit does
   * @throws ClientError `network`, `certificate`, `timeout`, `aborted`, `badResponse`
   */
  async send(request: WireRequest, limits: AttemptLimits = {}): Promise<WireResponse> {
    const { signal } = limits
    const attempt = new AbortController()
    const timer = setTimeout(
      () => attempt.abort(),
      Math.min(this.#attemptTimeoutMs, limits.timeoutMs ?? Number.POSITIVE_INFINITY),
    )
    const forward = (): void => attempt.abort()
    if (signal?.aborted) attempt.abort()
    signal?.addEventListener('abort', forward, { once: true })
    try {
      const answer = await sendRequest.call(await this.#connections(), {
        ...this.#addressed(withTraceParent(request)),
        method: request.method,
        body: request.method === 'GET' ? null : request.body,
        signal: attempt.signal,
      })
      this.#hasAnswered = true
      const body = new Uint8Array(await answer.body.arrayBuffer())
      return { status: answer.statusCode, headers: firstValues(answer.headers), body }
    } catch (cause) {
      const isUnknown =
        this.#origin.startsWith('https:') && this.#certificate.current === undefined && !this.#hasAnswered
      const way = { origin: this.#origin, proxy: this.#proxy?.url, isUnknown }
      throw transportFailure(way, cause, signal?.aborted === true)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', forward)
    }
  }

  /** Those that were made with a former certificate finish what is under way on them. */
  #connections(): Promise<Dispatcher> {
    if (this.#certificate.isRenewed()) {
      this.#dispatcher?.then((former) => former.close()).catch(() => undefined)
      this.#dispatcher = undefined
    }
    this.#dispatcher ??= this.#open()
    return this.#dispatcher
  }

  /** Closes the connections; requests under way are broken off. */
  async close(): Promise<void> {
    await (await this.#dispatcher)?.destroy()
  }

  /** Without TLS a proxy is asked for the whole address (RFC 9112 §3.2.2); with TLS there is a tunnel through it. */
  #addressed({ path, headers }: WireRequest): Pick<Dispatcher.RequestOptions, 'origin' | 'path' | 'headers'> {
    const origin = this.#origin
    if (this.#proxy === undefined || origin.startsWith('https:')) return { origin, path, headers }
    const { url, authorization } = this.#proxy
    const own = authorization === undefined ? {} : { 'proxy-authorization': authorization }
    return { origin: url.origin, path: origin + path, headers: { ...headers, ...own } }
  }
}

interface PoolOptions extends Agent.Options {
  readonly connect: {
    readonly ca?: string
    readonly cert?: string
    readonly key?: string
    readonly timeout: number
    readonly servername?: string
  }
}

function poolOptions(
  options: TransportOptions,
  ca: string | undefined,
  certificate: ClientCertificate | undefined,
): PoolOptions {
  return {
    keepAliveTimeout: options.keepAliveMs ?? 4000,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: maxResponseBytes,
    ...(options.maxConnections === undefined ? {} : { connections: options.maxConnections }),
    connect: {
      timeout: options.connectTimeoutMs ?? 5000,
      ...(ca === undefined ? {} : { ca }),
      ...certificate,
      ...(options.hostname === undefined ? {} : { servername: options.hostname }),
    },
  }
}

async function openDispatcher(endpoint: URL, pool: PoolOptions, proxy: ProxyServer | undefined): Promise<Dispatcher> {
  if (proxy === undefined) return new Agent(pool)
  const { timeout } = pool.connect
  if (endpoint.protocol === 'http:') return new Agent({ ...pool, connect: { timeout } })
  const { ProxyAgent } = await import('undici')
  const { url, authorization } = proxy
  return new ProxyAgent({
    ...pool,
    uri: url.href,
    requestTls: pool.connect,
    proxyTls: { timeout },
    ...(authorization === undefined ? {} : { token: authorization }),
  })
}

/**
 * Reads an endpoint: a host with or without a port (then https is meant), or a URL without path and query.
 *
 * @throws ClientError `configuration`
 */
export function parseEndpoint(endpoint: string): URL {
  const url = parsedUrl(/^https?:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`, 'endpoint')
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '')
    throw new ClientError('configuration', 'The endpoint must be a host, or a URL with nothing after the host.', {
      parameter: 'endpoint',
    })
  return url
}

function parsedUrl(text: string, parameter: string): URL {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new ClientError('configuration', `The ${parameter} is not a valid address.`, { parameter })
  return url
}

const hostHeader = (endpoint: URL, hostname: string | undefined): string =>
  hostname === undefined ? endpoint.host : endpoint.port === '' ? hostname : `${hostname}:${endpoint.port}`

const firstValues = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, (Array.isArray(value) ? value[0] : value) ?? '']),
  )
