import { codeName } from '../../api/field.ts'
import { ClientError } from '../errors.ts'
import type { InstanceClient } from '../instance-client.ts'
import type { InstanceCallOptions } from '../instance-connection.ts'
import type { RpcAnswer } from '../rpc-answer.ts'
import type { CallOptions, RpcCall } from '../rpc-connection.ts'
import { advanceEncrypt } from './advance-encrypt.ts'
import * as asymmetric from './asymmetric.ts'
import { translatedError } from './errors.ts'
import type { Handler } from './handler.ts'
import type { TextOptions, TransferOptions } from './options.ts'
import { getSecretValue } from './secret.ts'
import * as symmetric from './symmetric.ts'
import { textEncoding } from './text-encoding.ts'

/** The one action that both gateways have alike. */
export const advanceEncryptAction = 'AdvanceEncrypt'

const handlers: ReadonlyMap<string, Handler> = new Map([
  ['Encrypt', symmetric.encrypt],
  ['Decrypt', symmetric.decrypt],
  ['GenerateDataKey', symmetric.generateDataKey],
  ['GenerateDataKeyWithoutPlaintext', symmetric.generateDataKeyWithoutPlaintext],
  ['AsymmetricEncrypt', asymmetric.asymmetricEncrypt],
  ['AsymmetricDecrypt', asymmetric.asymmetricDecrypt],
  ['AsymmetricSign', asymmetric.asymmetricSign],
  ['AsymmetricVerify', asymmetric.asymmetricVerify],
  ['GetPublicKey', asymmetric.getPublicKey],
  ['GetSecretValue', getSecretValue],
  [advanceEncryptAction, advanceEncrypt],
])

/** The actions of the public gateway that an instance gateway can carry out by operations of its own. */
export const transferableActions: readonly string[] = [...handlers.keys()].filter(
  (action) => action !== advanceEncryptAction,
)

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
    const handler = handlers.get(action)
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
