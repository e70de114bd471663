import { codeName } from '../api/field.ts'
import type { InstanceOperation, Message, MessageInput } from '../api/instance.ts'
import { bodyDigest, instanceProtocol, instanceStringToSign, signInstanceRequest } from '../wire/instance-signature.ts'
import { type ClientKey, type ClientKeyOptions, readClientKey } from './client-key.ts'
import { ClientError } from './errors.ts'
import type { InstanceResponse } from './instance-message.ts'
import { type RetryClock, type RetryOptions, systemClock, withRetry } from './retry.ts'
import type { CallOptions } from './rpc-connection.ts'
import { callSettings, checkSettings, clientKeySettings, transportSettings } from './settings.ts'
import { parseEndpoint, Transport, type TransportOptions, type WireRequest } from './transport.ts'
import { userAgent } from './user-agent.ts'

/** Where an instance gateway is, which ClientKey signs, and how. */
export interface InstanceOptions extends TransportOptions, ClientKeyOptions {
  /** `kst-….cryptoservice.kms.aliyuncs.com`, `host:port` or a URL */
  readonly endpoint: string
  /** milliseconds for a whole call, attempts and waits together; 60000 unless given */
  readonly timeoutMs?: number | undefined
  readonly retry?: RetryOptions | false | undefined
  /** put behind the client's own name in the User-Agent header */
  readonly userAgent?: string | undefined
}

/** What a caller may set for one call. */
export interface InstanceCallOptions extends CallOptions {
  /** uses this version of the key: Encrypt, Decrypt, Sign, Verify, GetPublicKey */
  readonly keyVersionId?: string | undefined
}

/** Time and name, so that a test can fix them. */
export interface InstanceEnvironment {
  readonly clock: RetryClock
  now(): Date
  /** instead of the client's own name */
  readonly userAgent?: string
}

const systemEnvironment: InstanceEnvironment = { clock: systemClock, now: () => new Date() }

let messages: Promise<typeof import('./instance-message.ts')> | undefined

/** Protobuf is a fifth of what a client reads; one of the public gateway makes no use of it. */
function instanceMessages(): Promise<typeof import('./instance-message.ts')> {
  messages ??= import('./instance-message.ts')
  return messages
}

/** A connection to one instance gateway: signs with a ClientKey, sends, repeats, and reads the answer. */
export class InstanceConnection {
  readonly #transport: Transport
  readonly #clientKey: ClientKey
  readonly #options: InstanceOptions
  readonly #environment: InstanceEnvironment
  readonly #userAgent: string

  /** @throws ClientError `configuration`, `credentials` */
  constructor(options: InstanceOptions, environment: InstanceEnvironment = systemEnvironment) {
    checkSettings(options, 'options', { ...transportSettings, ...clientKeySettings })
    if (!options.endpoint)
      throw new ClientError('configuration', 'The endpoint of the instance is needed.', { parameter: 'endpoint' })
    this.#clientKey = readClientKey(options)
    this.#transport = new Transport(parseEndpoint(options.endpoint), options)
    this.#options = options
    this.#environment = environment
    this.#userAgent = environment.userAgent ?? userAgent(options.userAgent)
  }

  /**
   * No operation of this gateway changes stored state, so each may be repeated after its answer was lost.
   *
   * @throws ServiceError, ClientError
   */
  async call<Request extends Message, Response extends Message>(
    operation: InstanceOperation<Request, Response>,
    request: MessageInput<Request>,
    options: InstanceCallOptions = {},
  ): Promise<InstanceResponse<Response>> {
    const { signal } = checkSettings(options, 'options', callSettings, 'invalidRequest')
    const { clock } = this.#environment
    if (signal?.aborted) throw new ClientError('aborted', 'The call was aborted.', { cause: signal.reason })
    const { encodeInstanceRequest, readInstanceAnswer } = await instanceMessages()
    const body = encodeInstanceRequest(operation.request, operation.needed.map(codeName), request)
    const pinned = pinnedVersion(options.keyVersionId)
    const deadline = clock.now() + (options.timeoutMs ?? this.#options.timeoutMs ?? 60_000)
    const retry = options.retry ?? this.#options.retry ?? {}
    const attempt = async () => {
      const timeoutMs = Math.max(0, deadline - clock.now())
      const answer = await this.#transport.send(this.#signed(operation.name, body, pinned), { signal, timeoutMs })
      return readInstanceAnswer(operation, answer)
    }
    return withRetry({ operation: operation.name, idempotent: true, deadline, signal, options: retry, clock }, attempt)
  }

  async close(): Promise<void> {
    await this.#transport.close()
  }

  /** Each attempt is dated and signed anew: the service accepts a date for 15 minutes. */
  #signed(apiName: string, body: Uint8Array, pinned: Readonly<Record<string, string>>): WireRequest {
    const headers = {
      accept: instanceProtocol.contentType,
      host: this.#transport.host,
      date: this.#environment.now().toUTCString(),
      'user-agent': this.#userAgent,
      'x-kms-apiversion': instanceProtocol.apiVersion,
      'x-kms-apiname': apiName,
      'x-kms-signaturemethod': instanceProtocol.signatureMethod,
      [instanceProtocol.accessKeyIdHeader]: this.#clientKey.id,
      ...pinned,
      'content-type': instanceProtocol.contentType,
      'content-sha256': bodyDigest(body),
    }
    const signature = signInstanceRequest(instanceStringToSign('POST', headers), this.#clientKey.privateKey)
    return { method: 'POST', path: '/', headers: { ...headers, authorization: `Bearer ${signature}` }, body }
  }
}

/** Key version ids have 36 characters; the service and the transfer clients cut by that length. */
function pinnedVersion(keyVersionId: string | undefined): Readonly<Record<string, string>> {
  if (keyVersionId === undefined) return {}
  if (!/^[\x21-\x7e]{36}$/.test(keyVersionId))
    throw new ClientError('invalidRequest', 'The keyVersionId is not one.', { parameter: 'keyVersionId' })
  return { [instanceProtocol.keyVersionHeader]: keyVersionId }
}
