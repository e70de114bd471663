import { Client } from './client.ts'
import type { ConnectionOptions } from './connection-options.ts'
import { ClientError } from './errors.ts'
import { type ChooseGateway, checkGateway, type Gateway, type InstanceGatewayOptions } from './gateways.ts'
import { checkSettings } from './settings.ts'
import { transferableActions } from './transfer/actions.ts'

/** The instance half of a TransferClient; the official clients call it KmsConfig. */
export interface KmsConfig extends InstanceGatewayOptions {
  /** actions that go to the public gateway all the same, such as `['GetPublicKey']` */
  readonly defaultKmsApiNames?: readonly string[] | undefined
}

/** Both halves, or one of them. With the public half alone, nothing is transferred. */
export interface TransferClientOptions {
  readonly public?: ConnectionOptions | undefined
  readonly instance?: KmsConfig | undefined
  /** the gateway of calls that don't say; `instance` unless given (official: isUseKmsShareGateway) */
  readonly gateway?: Gateway | undefined
}

/**
 * For programs written for KMS 1.0: the same calls and answers as `Client`, but encryption, data keys, signatures,
 * public keys and secret values are carried out by the gateway of a KMS instance. Ciphertexts of either gateway open on
 * both, as far as the key is known there. All other operations go to the public gateway.
 *
 * The ten operations are Encrypt, Decrypt, GenerateDataKey, GenerateDataKeyWithoutPlaintext, AsymmetricEncrypt,
 * AsymmetricDecrypt, AsymmetricSign, AsymmetricVerify, GetPublicKey and GetSecretValue. Where each goes is decided by
 * the option `gateway` of the call, then `defaultKmsApiNames`, then the option `gateway` of the client.
 *
 * It is a Client that chooses another gateway, and nothing else: hence a subclass.
 *
 * @example
 * await using client = new TransferClient({
 *   public: { regionId: 'cn-hangzhou', accessKeyId, accessKeySecret },
 *   instance: { endpoint, caFile, clientKeyFile, passwordFile },
 * })
 * const { ciphertextBlob } = await client.encrypt({ keyId, plaintext: 'hello' })
 */
export class TransferClient extends Client {
  /** @throws ClientError `configuration`, `credentials` */
  constructor(options: TransferClientOptions) {
    const {
      public: publicOptions,
      instance,
      gateway,
    } = checkSettings(options, 'options', {
      public: 'object',
      instance: 'object',
    })
    checkGateway(gateway)
    if (publicOptions === undefined && instance === undefined)
      throw new ClientError('configuration', 'The settings public and instance cannot both be absent.', {
        parameter: 'instance',
      })
    const usual = instance === undefined ? 'public' : (gateway ?? 'instance')
    // So that an audit log tells transferred calls from others, as with the official clients.
    const named = instance && { ...instance, userAgent: instance.userAgent ?? 'transfer-client' }
    super({ public: publicOptions, instance: named }, transferring(usual, instance?.defaultKmsApiNames ?? []))
  }
}

/** The rule of the official transfer clients. */
const transferring =
  (usual: Gateway, toPublic: readonly string[]): ChooseGateway =>
  (action, asked) => {
    checkGateway(asked)
    const wanted = asked ?? (toPublic.includes(action) ? 'public' : usual)
    return transferableActions.includes(action) ? wanted : 'public'
  }
