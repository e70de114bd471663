import { codeName } from '../../api/field.ts'
import { ClientError } from '../errors.ts'
import type { InstanceClient } from '../instance-client.ts'
import type { InstanceCallOptions } from '../instance-connection.ts'
import type { RpcAnswer } from '../rpc-answer.ts'
import type { CallOptions, RpcCall } from '../rpc-connection.ts'
import { translatedError } from './errors.ts'
import type { Handler } from './handler.ts'
import type { TextOptions, TransferOptions } from './options.ts'
import { textEncoding } from './text-encoding.ts'

/** Carries out calls of the public gateway by an instance gateway: the same parameters in, the same body out. */
export class TransferConnection {
  readonly #instance: InstanceClient
  readonly #options: TransferOptions
  readonly #timeoutMs: number

  /**
   * @param timeoutMs - for a whole call, when the call doesn't say
   * @throws ClientError `configuration` if the encoding isn't known
   */
  constructor(instance: InstanceClient, options: TransferOptions, timeoutMs = 60_000) {
    textEncoding(options.encoding)
    this.#instance = instance
    this.#options = options
    this.#timeoutMs = timeoutMs
  }

  /**
   * @param call - its action must be one of `transferableActions`, or AdvanceEncrypt
   * @throws ServiceError with the public gateway's codes; ClientError
   */
  async call({ action, parameters }: RpcCall, options: CallOptions & TextOptions = {}): Promise<RpcAnswer> {
    // read with the first call: most clients have no instance
    const handler = (await import('./handlers.ts')).handlers.get(action)
    if (handler === undefined) throw new TypeError(`${action} is not an operation of the instance gateway`)
    refuseUnknown(action, handler, parameters)
    const { encoding, contextForm, forceLowVersionCryptoTransfer: isLowVersion = false } = this.#options
    const transfer = {
      instance: this.#instance,
      parameters,
      encoding: textEncoding(options.encoding ?? encoding),
      contextForm: options.contextForm ?? contextForm ?? 'digest',
      isLowVersion,
      options: this.#remaining(options),
    }
    try {
      const body = await handler.run(transfer)
      return { body, requestId: String(body.RequestId) }
    } catch (error) {
      throw translatedError(error)
    }
  }

  /** A call may need two requests, and has one limit of time. */
  #remaining({ signal, retry, timeoutMs = this.#timeoutMs }: CallOptions): () => InstanceCallOptions {
    const startedAt = performance.now()
    return () => ({ signal, retry, timeoutMs: timeoutMs - (performance.now() - startedAt) })
  }
}

/** To leave out `DryRun` would carry the call out; to leave out `Recipient` would show the plaintext. */
function refuseUnknown(action: string, handler: Handler, parameters: ReadonlyMap<string, string>): void {
  for (const [name, value] of parameters) {
    if (handler.parameters.includes(name) || (name === 'DryRun' && value === 'false')) continue
    const parameter = codeName(name)
    const message = `The instance gateway does not know the field "${parameter}" of ${action}.`
    throw new ClientError('invalidRequest', message, { parameter })
  }
}
