import type { InstanceOperation, MessageInput } from '../api/instance.ts'
import * as api from '../api/instance.ts'
import {
  type InstanceCallOptions,
  InstanceConnection,
  type InstanceEnvironment,
  type InstanceOptions,
} from './instance-connection.ts'
import type { InstanceResponse } from './instance-message.ts'

type Inputs<O extends InstanceOperation> = MessageInput<O['request']>

/** The request of an operation: the fields that it cannot do without are needed, the others may be left out. */
type InstanceRequest<O extends InstanceOperation, Needed extends keyof Inputs<O>> = Inputs<O> & {
  readonly [Name in Needed]-?: Exclude<Inputs<O>[Name], undefined>
}

type InstanceMethod<O extends InstanceOperation, Needed extends keyof Inputs<O>> = (
  request: InstanceRequest<O, Needed>,
  options?: InstanceCallOptions,
) => Promise<InstanceResponse<O['response']>>

/**
 * A client of the gateway of one KMS instance: one method for each of its operations. Requests and answers are plain
 * objects, bytes are `Uint8Array`. In answers every field is present; what the service left out is empty.
 *
 * Every method throws ServiceError when the service answers with an error, and ClientError for everything else.
 *
 * @example
 * await using client = new InstanceClient({ endpoint, caFile, clientKeyFile, passwordFile })
 * const { ciphertextBlob } = await client.advanceEncrypt({ keyId: 'key-…', plaintext: Buffer.from('hello') })
 * @see KMS instance API
 */
export class InstanceClient {
  readonly #connection: InstanceConnection

  /**
   * @param environment - clock and user agent, for tests
   * @throws ClientError `configuration`, `credentials`
   */
  constructor(options: InstanceOptions, environment?: InstanceEnvironment) {
    this.#connection = new InstanceConnection(options, environment)
  }

  /** Encrypts under the primary version of a symmetric key into a self-describing ciphertext. */
  readonly advanceEncrypt = this.#operation(api.AdvanceEncrypt, 'keyId', 'plaintext')
  /** Decrypts a self-describing ciphertext; also one of Encrypt, if key and IV are given. */
  readonly advanceDecrypt = this.#operation(api.AdvanceDecrypt, 'ciphertextBlob')
  /** Generates a data key under the primary version of a key; its ciphertext is self-describing. */
  readonly advanceGenerateDataKey = this.#operation(api.AdvanceGenerateDataKey, 'keyId')
  /** Generates a key pair; the private key comes in plaintext and in a self-describing ciphertext. */
  readonly advanceGenerateDataKeyPair = this.#operation(api.AdvanceGenerateDataKeyPair, 'keyId', 'keyPairSpec')
  /** As AdvanceGenerateDataKeyPair; the private key comes encrypted only. */
  readonly advanceGenerateDataKeyPairWithoutPlaintext = this.#operation(
    api.AdvanceGenerateDataKeyPairWithoutPlaintext,
    'keyId',
    'keyPairSpec',
  )

  /**
   * Encrypts under the initial version of a key, symmetric or not, or under the version that the call pins (header
   * `x-kms-migrationkeyversionid`).
   */
  readonly encrypt = this.#operation(api.Encrypt, 'keyId', 'plaintext')
  /**
   * Decrypts what Encrypt, GenerateDataKey or GenerateDataKeyPair returned; needs what these were given, and their IV.
   */
  readonly decrypt = this.#operation(api.Decrypt, 'ciphertextBlob')
  /** Generates a data key of 1 to 1024 bytes under the initial version of a key. */
  readonly generateDataKey = this.#operation(api.GenerateDataKey, 'keyId')
  /** Generates a key pair; the private key comes in plaintext and encrypted under the initial version of a key. */
  readonly generateDataKeyPair = this.#operation(api.GenerateDataKeyPair, 'keyId', 'keyPairSpec')
  /** As GenerateDataKeyPair; the private key comes encrypted only. */
  readonly generateDataKeyPairWithoutPlaintext = this.#operation(
    api.GenerateDataKeyPairWithoutPlaintext,
    'keyId',
    'keyPairSpec',
  )

  /** Signs a message (MessageType RAW, the default) or a digest (DIGEST). */
  readonly sign = this.#operation(api.Sign, 'keyId', 'message')
  /** Checks a signature over a message (MessageType RAW, the default) or a digest (DIGEST). */
  readonly verify = this.#operation(api.Verify, 'keyId', 'message', 'signature')
  /** Returns the public key of a key as PEM. */
  readonly getPublicKey = this.#operation(api.GetPublicKey, 'keyId')
  /** Returns 1 to 64 random bytes. */
  readonly generateRandom = this.#operation(api.GenerateRandom, 'length')
  /** Returns the value of a secret. */
  readonly getSecretValue = this.#operation(api.GetSecretValue, 'secretName')

  /** Computes the message authentication code of an HMAC key. Not published by the service. */
  readonly hmac = this.#operation(api.Hmac, 'keyId', 'message')
  /** Hashes a message with SHA-256 or SM3. Not published by the service. */
  readonly hash = this.#operation(api.Hash, 'message')
  /** Encrypts into the ciphertext layout of the public gateway. Not published by the service. */
  readonly kmsEncrypt = this.#operation(api.KmsEncrypt, 'keyId', 'plaintext')
  /** Decrypts the ciphertext layout of the public gateway. Not published by the service. */
  readonly kmsDecrypt = this.#operation(api.KmsDecrypt, 'ciphertextBlob')

  /** Closes the connections; calls under way are broken off. */
  async close(): Promise<void> {
    await this.#connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #operation<O extends InstanceOperation, Needed extends keyof Inputs<O> & string>(
    operation: O,
    ...needed: Needed[]
  ): InstanceMethod<O, Needed> {
    const method = (request: Inputs<O>, options?: InstanceCallOptions) =>
      this.#connection.call(operation, needed, request, options)
    return method as InstanceMethod<O, Needed>
  }
}
