import type { ConnectionOptions } from './connection-options.ts'
import { ClientError } from './errors.ts'
import { InstanceClient } from './instance-client.ts'
import type { InstanceOptions } from './instance-connection.ts'
import type { Connection } from './operation-method.ts'
import type { RpcAnswer } from './rpc-answer.ts'
import { type CallOptions, type RpcCall, RpcConnection } from './rpc-connection.ts'
import { callSettings, checkSettings } from './settings.ts'
import { advanceEncryptAction, transferableActions } from './transfer/actions.ts'
import { TransferConnection } from './transfer/connection.ts'
import type { TextOptions, TransferOptions } from './transfer/options.ts'

/** `public`: the gateway of a region, with AccessKeys. `instance`: the one of a KMS instance, with a ClientKey. */
export type Gateway = 'public' | 'instance'

/** The settings of each gateway that a client is to use; one of them is enough. */
export interface GatewayOptions {
  readonly public?: ConnectionOptions | undefined
  readonly instance?: InstanceGatewayOptions | undefined
}

export interface InstanceGatewayOptions extends InstanceOptions, TransferOptions {}

/** What a caller may set for one call. */
export interface GatewayCallOptions extends CallOptions, TextOptions {
  /** the gateway for this call, in place of the client's own choice */
  readonly gateway?: Gateway | undefined
}

/** Decides which gateway carries out a call of an operation of the public gateway. */
export type ChooseGateway = (action: string, asked: Gateway | undefined, gateways: Gateways) => Gateway

/**
 * Settings in either form, as one.
 *
 * @throws ClientError `configuration` if both forms are mixed
 */
export function gatewayOptions(options: ConnectionOptions | GatewayOptions): GatewayOptions {
  checkSettings(options, 'options', { public: 'object', instance: 'object' })
  if (!('public' in options || 'instance' in options)) return { public: options as ConnectionOptions }
  if ('endpoint' in options || 'regionId' in options)
    throw new ClientError('configuration', 'Beside "instance", the public gateway is set up under "public".', {
      parameter: 'public',
    })
  return options
}

/** The gateways that a client was set up with. */
export class Gateways {
  readonly #public: RpcConnection | undefined
  readonly #instance: InstanceClient | undefined
  readonly #transfer: TransferConnection | undefined
  readonly #choose: ChooseGateway

  /** @throws ClientError `configuration`, `credentials` */
  constructor(options: GatewayOptions, choose: ChooseGateway) {
    const { instance } = options
    if (options.public === undefined && instance === undefined)
      throw new ClientError('configuration', 'Give the settings of a gateway: public, instance, or both.', {
        parameter: 'public',
      })
    this.#public = options.public && new RpcConnection(options.public)
    this.#instance = instance && new InstanceClient(instance)
    this.#transfer = this.#instance && new TransferConnection(this.#instance, instance ?? {}, instance?.timeoutMs)
    this.#choose = choose
  }

  has(gateway: Gateway): boolean {
    return (gateway === 'public' ? this.#public : this.#instance) !== undefined
  }

  /** @throws ClientError `configuration` */
  get instance(): InstanceClient {
    return this.#instance ?? missing('instance')
  }

  /** @throws ServiceError, ClientError */
  async call(call: RpcCall, options: GatewayCallOptions = {}): Promise<RpcAnswer> {
    checkSettings(options, 'options', callSettings, 'invalidRequest')
    return this.#connectionFor(call, options).call(call, options)
  }

  async close(): Promise<void> {
    await Promise.all([this.#public?.close(), this.#instance?.close()])
  }

  #connectionFor({ action, api }: RpcCall, { gateway: asked }: GatewayCallOptions): Connection<GatewayCallOptions> {
    const gateway = api.product === 'Kms' ? this.#choose(action, asked, this) : 'public'
    return gateway === 'public' ? (this.#public ?? missing('public', action)) : (this.#transfer ?? missing('instance'))
  }
}

/**
 * The rule of `Client`: an operation of the public gateway goes there, unless the call asks for the instance or the
 * client has the instance only. AdvanceEncrypt is the same on both, and at home on the instance.
 *
 * @throws ClientError `configuration` if an instance gateway is asked for what it can't do
 */
export const whereItBelongs: ChooseGateway = (action, asked, gateways) => {
  checkGateway(asked)
  const isTransferable = transferableActions.includes(action) || action === advanceEncryptAction
  if (asked === 'instance' && !isTransferable)
    throw new ClientError('configuration', `${action} is an operation of the public gateway only.`, {
      parameter: 'gateway',
    })
  if (asked !== undefined || !isTransferable) return asked ?? 'public'
  if (!gateways.has('public')) return 'instance'
  return action === advanceEncryptAction && gateways.has('instance') ? 'instance' : 'public'
}

/** @throws ClientError `configuration` */
export function checkGateway(asked: Gateway | undefined): void {
  if (asked !== undefined && asked !== 'public' && asked !== 'instance')
    throw new ClientError('configuration', 'The gateway is public or instance.', { parameter: 'gateway' })
}

function missing(gateway: Gateway, action?: string): never {
  const why = action === undefined ? '' : ` ${action} needs it.`
  const message = `The client has no settings of the ${gateway} gateway.${why} Give "${gateway}" to its constructor.`
  throw new ClientError('configuration', message, { parameter: gateway })
}
