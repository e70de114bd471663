import { randomUUID } from 'node:crypto'
import type { Api } from '../api/operation.ts'
import { type Acs3Algorithm, signAcs3 } from '../wire/acs3-signature.ts'
import { canonicalQuery, type Parameter } from '../wire/percent.ts'
import { type RpcSignatureMethod, signRpc } from '../wire/rpc-signature.ts'
import type { ConnectionOptions } from './connection-options.ts'
import { type Credentials, type CredentialsProvider, credentialsProvider, usableCredentials } from './credentials.ts'
import { ClientError } from './errors.ts'
import { type RetryClock, type RetryOptions, systemClock, withRetry } from './retry.ts'
import { type RpcAnswer, readAnswer } from './rpc-answer.ts'
import { accessKeySettings, callSettings, checkSettings, transportSettings } from './settings.ts'
import { parseEndpoint, Transport, type WireRequest } from './transport.ts'
import { userAgent } from './user-agent.ts'

/** What a caller may set for one call. */
export interface CallOptions {
  /** milliseconds for the whole call, attempts and waits together */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** in place of the client's setting */
  readonly retry?: RetryOptions | false | undefined
}

/** One action, as it goes over the wire. */
export interface RpcCall {
  readonly api: Api
  readonly action: string
  readonly parameters: ReadonlyMap<string, string>
  /** the call may be repeated after its answer was lost */
  readonly idempotent: boolean
}

/** The real service takes these by GET only; their parameters are no secrets. */
const readByGet: readonly string[] = ['GetClientKey', 'ListClientKeys']

/** A connection to one OpenAPI (RPC) gateway: signs, sends, repeats, and reads the answer. */
export class RpcConnection {
  readonly #transport: Transport
  readonly #credentials: CredentialsProvider
  readonly #options: ConnectionOptions
  readonly #clock: RetryClock
  readonly #userAgent: string

  /** @throws ClientError `configuration` */
  constructor(options: ConnectionOptions, clock: RetryClock = systemClock) {
    checkSettings(options, 'options', { ...transportSettings, ...accessKeySettings })
    this.#transport = new Transport(parseEndpoint(endpointOf(options)), options)
    this.#credentials = credentialsProvider(options)
    this.#options = options
    this.#clock = clock
    this.#userAgent = userAgent(options.userAgent)
  }

  /** @throws ServiceError, ClientError */
  async call(call: RpcCall, options: CallOptions = {}): Promise<RpcAnswer> {
    const { signal } = checkSettings(options, 'options', callSettings, 'invalidRequest')
    if (signal?.aborted) throw new ClientError('aborted', 'The call was aborted.', { cause: signal.reason })
    const deadline = this.#clock.now() + (options.timeoutMs ?? this.#options.timeoutMs ?? 60_000)
    const retry = options.retry ?? this.#options.retry ?? {}
    const { idempotent, action: operation } = call
    return withRetry({ operation, idempotent, deadline, signal, options: retry, clock: this.#clock }, async () => {
      const request = this.#signed(call, usableCredentials(await this.#credentials()))
      const timeoutMs = Math.max(0, deadline - this.#clock.now())
      return readAnswer(await this.#transport.send(request, { signal, timeoutMs }))
    })
  }

  async close(): Promise<void> {
    await this.#transport.close()
  }

  /** Each attempt is signed anew: the service accepts a nonce once only. */
  #signed(call: RpcCall, credentials: Credentials): WireRequest {
    const scheme = this.#options.signature ?? 'ACS3-HMAC-SHA256'
    const method = readByGet.includes(call.action) ? 'GET' : 'POST'
    const inBody = method === 'POST' && this.#options.parametersIn !== 'query'
    const common = {
      method,
      action: call.action,
      version: call.api.version,
      credentials,
      date: new Date(),
      nonce: randomUUID(),
    } as const
    return isAcs3(scheme)
      ? this.#acs3(common, call.parameters, inBody, scheme)
      : this.#rpc(common, call.parameters, inBody, scheme)
  }

  #acs3(common: Common, parameters: Iterable<Parameter>, inBody: boolean, algorithm: Acs3Algorithm): WireRequest {
    const body = inBody ? canonicalQuery(parameters) : ''
    const query = inBody ? [] : [...parameters]
    const headers = signAcs3({
      ...common,
      host: this.#transport.host,
      query,
      body,
      headers: { accept: 'application/json', 'user-agent': this.#userAgent, ...(inBody ? formType : {}) },
      algorithm,
    })
    return { method: common.method, path: pathWith(query), headers, body }
  }

  #rpc(common: Common, parameters: Iterable<Parameter>, inBody: boolean, method: RpcSignatureMethod): WireRequest {
    const signed = signRpc({ ...common, parameters, signatureMethod: method })
    return {
      method: common.method,
      path: pathWith(inBody ? [] : signed),
      headers: { host: this.#transport.host, 'user-agent': this.#userAgent, ...(inBody ? formType : {}) },
      body: inBody ? canonicalQuery(signed) : '',
    }
  }
}

interface Common {
  readonly method: 'GET' | 'POST'
  readonly action: string
  readonly version: string
  readonly credentials: Credentials
  readonly date: Date
  readonly nonce: string
}

const formType = { 'content-type': 'application/x-www-form-urlencoded' }

const isAcs3 = (scheme: Acs3Algorithm | RpcSignatureMethod): scheme is Acs3Algorithm => scheme.startsWith('ACS3-')

const pathWith = (query: readonly Parameter[]): string => (query.length === 0 ? '/' : `/?${canonicalQuery(query)}`)

/** @throws ClientError `configuration` */
export function endpointOf({ endpoint, regionId }: ConnectionOptions): string {
  if (endpoint !== undefined) return endpoint
  if (regionId === undefined)
    throw new ClientError('configuration', 'An endpoint or a regionId is needed.', { parameter: 'endpoint' })
  if (!/^[a-z0-9-]+$/.test(regionId))
    throw new ClientError('configuration', 'The regionId is not one.', { parameter: 'regionId' })
  return `kms.${regionId}.aliyuncs.com`
}
