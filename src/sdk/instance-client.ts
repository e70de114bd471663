import type { InstanceOperation, Message, MessageInput } from '../api/instance.ts'
import * as api from '../api/instance.ts'
import {
  type InstanceCallOptions,
  InstanceConnection,
  type InstanceEnvironment,
  type InstanceOptions,
} from './instance-connection.ts'
import type * as models from './models/instance.ts'

type InstanceMethod<Request, Response> = (request: Request, options?: InstanceCallOptions) => Promise<Response>

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
  readonly advanceEncrypt = this.#operation<models.AdvanceEncryptRequest, models.AdvanceEncryptResponse>(
    api.AdvanceEncrypt,
  )
  /** Decrypts a self-describing ciphertext; also one of Encrypt, if key and IV are given. */
  readonly advanceDecrypt = this.#operation<models.AdvanceDecryptRequest, models.AdvanceDecryptResponse>(
    api.AdvanceDecrypt,
  )
  /** Generates a data key under the primary version of a key; its ciphertext is self-describing. */
  readonly advanceGenerateDataKey = this.#operation<
    models.AdvanceGenerateDataKeyRequest,
    models.AdvanceGenerateDataKeyResponse
  >(api.AdvanceGenerateDataKey)
  /** Generates a key pair; the private key comes in plaintext and in a self-describing ciphertext. */
  readonly advanceGenerateDataKeyPair = this.#operation<
    models.AdvanceGenerateDataKeyPairRequest,
    models.AdvanceGenerateDataKeyPairResponse
  >(api.AdvanceGenerateDataKeyPair)
  /** As AdvanceGenerateDataKeyPair; the private key comes encrypted only. */
  readonly advanceGenerateDataKeyPairWithoutPlaintext = this.#operation<
    models.AdvanceGenerateDataKeyPairWithoutPlaintextRequest,
    models.AdvanceGenerateDataKeyPairWithoutPlaintextResponse
  >(api.AdvanceGenerateDataKeyPairWithoutPlaintext)

  /**
   * Encrypts under the initial version of a key, symmetric or not, or under the version that the call pins (header
   * `x-kms-migrationkeyversionid`).
   */
  readonly encrypt = this.#operation<models.EncryptRequest, models.EncryptResponse>(api.Encrypt)
  /**
   * Decrypts what Encrypt, GenerateDataKey or GenerateDataKeyPair returned; needs what these were given, and their IV.
   */
  readonly decrypt = this.#operation<models.DecryptRequest, models.DecryptResponse>(api.Decrypt)
  /** Generates a data key of 1 to 1024 bytes under the initial version of a key. */
  readonly generateDataKey = this.#operation<models.GenerateDataKeyRequest, models.GenerateDataKeyResponse>(
    api.GenerateDataKey,
  )
  /** Generates a key pair; the private key comes in plaintext and encrypted under the initial version of a key. */
  readonly generateDataKeyPair = this.#operation<models.GenerateDataKeyPairRequest, models.GenerateDataKeyPairResponse>(
    api.GenerateDataKeyPair,
  )
  /** As GenerateDataKeyPair; the private key comes encrypted only. */
  readonly generateDataKeyPairWithoutPlaintext = this.#operation<
    models.GenerateDataKeyPairWithoutPlaintextRequest,
    models.GenerateDataKeyPairWithoutPlaintextResponse
  >(api.GenerateDataKeyPairWithoutPlaintext)

  /** Signs a message (MessageType RAW, the default) or a digest (DIGEST). */
  readonly sign = this.#operation<models.SignRequest, models.SignResponse>(api.Sign)
  /** Checks a signature over a message (MessageType RAW, the default) or a digest (DIGEST). */
  readonly verify = this.#operation<models.VerifyRequest, models.VerifyResponse>(api.Verify)
  /** Returns the public key of a key as PEM. */
  readonly getPublicKey = this.#operation<models.GetPublicKeyRequest, models.GetPublicKeyResponse>(api.GetPublicKey)
  /** Returns 1 to 64 random bytes. */
  readonly generateRandom = this.#operation<models.GenerateRandomRequest, models.GenerateRandomResponse>(
    api.GenerateRandom,
  )
  /** Returns the value of a secret. */
  readonly getSecretValue = this.#operation<models.GetSecretValueRequest, models.GetSecretValueResponse>(
    api.GetSecretValue,
  )

  /** Computes the message authentication code of an HMAC key. Not published by the service. */
  readonly hmac = this.#operation<models.HmacRequest, models.HmacResponse>(api.Hmac)
  /** Hashes a message with SHA-256 or SM3. Not published by the service. */
  readonly hash = this.#operation<models.HashRequest, models.HashResponse>(api.Hash)
  /** Encrypts into the ciphertext layout of the public gateway. Not published by the service. */
  readonly kmsEncrypt = this.#operation<models.KmsEncryptRequest, models.KmsEncryptResponse>(api.KmsEncrypt)
  /** Decrypts the ciphertext layout of the public gateway. Not published by the service. */
  readonly kmsDecrypt = this.#operation<models.KmsDecryptRequest, models.KmsDecryptResponse>(api.KmsDecrypt)

  /** Closes the connections; calls under way are broken off. */
  async close(): Promise<void> {
    await this.#connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #operation<Request, Response>(operation: InstanceOperation): InstanceMethod<Request, Response> {
    const method = async (request: MessageInput<Message>, options?: InstanceCallOptions): Promise<unknown> =>
      this.#connection.call(operation, request, options)
    return method as InstanceMethod<Request, Response>
  }
}
