import type { Message, MessageInput, MessageValues } from '../api/instance.ts'
import { ClientError } from '../sdk/errors.ts'
import type { CallOptions } from '../sdk/rpc-connection.ts'
import { decodeMessage, encodeMessage } from '../wire/protobuf.ts'
import { grpcCodes, grpcStatusOf } from './grpc-status.ts'
import type { HealthCheck } from './health.ts'
import type { KeyService } from './key-service.ts'
import * as messages from './messages.ts'

/** A method of `v2.KeyManagementService`, with messages as they are on the wire. */
export interface KmsMethod {
  readonly name: string
  /** @throws ServiceError, ClientError; MalformedMessage */
  run(request: Uint8Array, options: CallOptions): Promise<Uint8Array>
}

/** What a Kubernetes API server calls. */
export function kmsMethods(key: KeyService, health: HealthCheck): readonly KmsMethod[] {
  /** A call that failed by more than what it was given says that the key may be of no use any more. */
  const watched = async <Value>(call: Promise<Value>): Promise<Value> => {
    try {
      return await call
    } catch (error) {
      if (grpcStatusOf(error).code !== grpcCodes.invalidArgument) health.doubt()
      throw error
    }
  }
  return [
    method('Status', messages.StatusRequest, messages.StatusResponse, async () => {
      const { keyId, error } = await health.health()
      return { version: 'v2', healthz: error === undefined ? 'ok' : grpcStatusOf(error).details, keyId }
    }),
    method('Encrypt', messages.EncryptRequest, messages.EncryptResponse, async ({ plaintext }, options) => {
      const sealed = await watched(key.encrypt(plaintext, options))
      health.encryptedUnder(sealed.keyId)
      return sealed
    }),
    method('Decrypt', messages.DecryptRequest, messages.DecryptResponse, async (request, options) => {
      const { ciphertext, keyId, annotations } = request
      // Encrypt gives none, so somebody has added them to what was stored.
      if (annotations.length > 0)
        throw new ClientError('invalidRequest', 'The annotations are not those of Encrypt.', {
          parameter: 'annotations',
        })
      return { plaintext: await watched(key.decrypt({ ciphertext, keyId }, options)) }
    }),
  ]
}

const method = <Request extends Message, Response extends Message>(
  name: string,
  request: Request,
  response: Response,
  run: (values: MessageValues<Request>, options: CallOptions) => Promise<MessageInput<Response>>,
): KmsMethod => ({
  name,
  run: async (encoded, options) => encodeMessage(response, await run(decodeMessage(request, encoded), options)),
})
