import { readFileSync } from 'node:fs'
import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import { ClientError } from './errors.ts'
import { transportFailure } from './transport-failure.ts'

/** How a client reaches its server. */
export interface TransportOptions {
  /** CA certificates in PEM, trusted instead of the system's */
  readonly ca?: string | undefined
  /** file that holds `ca` */
  readonly caFile?: string | undefined
  /** the name to show to the server and to check its certificate against, when the endpoint is only an address of it */
  readonly hostname?: string | undefined
  /** URL of an HTTP proxy, credentials included; none unless given */
  readonly proxy?: string | undefined
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
  readonly method: 'GET' | 'POST' | 'PUT'
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
  readonly #dispatcher: Dispatcher
  readonly #attemptTimeoutMs: number

  /** @throws ClientError `configuration` */
  constructor(endpoint: URL, options: TransportOptions) {
    this.#origin = endpoint.origin
    this.host = hostHeader(endpoint, options.hostname)
    this.#attemptTimeoutMs = options.attemptTimeoutMs ?? 10_000
    this.#dispatcher = dispatcher(options)
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
      const answer = await this.#dispatcher.request({
        origin: this.#origin,
        path: request.path,
        method: request.method,
        headers: request.headers,
        body: request.method === 'GET' ? null : request.body,
        signal: attempt.signal,
      })
      const body = new Uint8Array(await answer.body.arrayBuffer())
      return { status: answer.statusCode, headers: firstValues(answer.headers), body }
    } catch (cause) {
      throw transportFailure(this.#origin, cause, signal?.aborted === true)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', forward)
    }
  }

  /** Closes the connections; requests under way are broken off. */
  async close(): Promise<void> {
    await this.#dispatcher.destroy()
  }
}

function dispatcher(options: TransportOptions): Dispatcher {
  const ca = options.ca ?? (options.caFile === undefined ? undefined : readCa(options.caFile))
  const connectTimeoutMs = options.connectTimeoutMs ?? 5000
  const pool: Agent.Options = {
    keepAliveTimeout: options.keepAliveMs ?? 4000,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: maxResponseBytes,
    ...(options.maxConnections === undefined ? {} : { connections: options.maxConnections }),
  }
  const tls = { ...(ca === undefined ? {} : { ca }), timeout: connectTimeoutMs }
  try {
    if (options.proxy === undefined) return new Agent({ ...pool, connect: tls })
    const { uri, token } = proxyAddress(options.proxy)
    return new ProxyAgent({ ...pool, uri, requestTls: tls, connect: tls, ...(token === undefined ? {} : { token }) })
  } catch (cause) {
    if (cause instanceof ClientError) throw cause
    throw new ClientError('configuration', `The connection settings are not valid: ${(cause as Error).message}`, {
      cause,
    })
  }
}

/** Separates the credentials, so that no message about the address can repeat them. */
function proxyAddress(proxy: string): { uri: string; token?: string } {
  const url = parsedUrl(proxy, 'proxy')
  const { username, password } = url
  url.username = ''
  url.password = ''
  if (username === '') return { uri: url.href }
  const pair = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)
  return { uri: url.href, token: `Basic ${pair.toString('base64')}` }
}

function readCa(path: string): string {
  const refuse = (why: string, cause?: unknown) =>
    new ClientError('configuration', `The CA file ${path} ${why}.`, { parameter: 'caFile', cause })
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw refuse('cannot be read', cause)
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw refuse('holds no certificate in PEM')
  return text
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
