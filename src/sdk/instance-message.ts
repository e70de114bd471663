import { codeName } from '../api/field.ts'
import {
  ErrorMessage,
  type InstanceOperation,
  type Message,
  type MessageInput,
  type MessageValues,
  type ScalarType,
} from '../api/instance.ts'
import { instanceProtocol } from '../wire/instance-signature.ts'
import { decodeMessage, encodeMessage, MalformedMessage } from '../wire/protobuf.ts'
import { asRequest } from './codec.ts'
import { ClientError, ServiceError } from './errors.ts'
import type { WireResponse } from './transport.ts'

/** What an operation answers with; where a key took part, also which version of it. */
export type InstanceResponse<M extends Message> = MessageValues<M> &
  ('KeyId' extends keyof M
    ? {
        /** the key version that was used; empty if the answer names none */
        readonly keyVersionId: string
      }
    : unknown)

/**
 * Writes a request as its protobuf message. Unknown names are refused, because a misspelt optional field would
 * otherwise be left out silently, and so is text where bytes are meant: the encoder would take it for Base64.
 *
 * @throws ClientError `invalidRequest` naming the field
 */
export function encodeInstanceRequest<M extends Message>(
  message: M,
  required: readonly string[],
  request: MessageInput<M>,
): Uint8Array {
  asRequest(request)
  const types = new Map(Object.entries(message).map(([name, { type }]) => [codeName(name), type]))
  const missing = required.find((name) => (request as Readonly<Record<string, unknown>>)[name] === undefined)
  if (missing !== undefined) throw invalid(missing, 'is needed')
  for (const [name, value] of Object.entries(request)) {
    const type = types.get(name)
    if (type === undefined) throw invalid(name, 'is not a field of this operation')
    if (value !== undefined) checkValue(name, type, value)
  }
  return encodeMessage(message, request)
}

const maxInt32 = 2 ** 31 - 1

function checkValue(name: string, type: ScalarType, value: unknown): void {
  if (type === 'bytes' && !(value instanceof Uint8Array)) throw invalid(name, 'must be a Uint8Array')
  if (type === 'bool' && typeof value !== 'boolean') throw invalid(name, 'must be true or false')
  if (type === 'int32' && !(Number.isInteger(value) && Math.abs(value as number) <= maxInt32))
    throw invalid(name, 'must be a whole number of 32 bits')
  if (type === 'string' && typeof value !== 'string') throw invalid(name, 'must be text')
  if (type === 'string' && !(value as string).isWellFormed()) throw invalid(name, 'is not well-formed Unicode')
}

const invalid = (name: string, why: string): ClientError =>
  new ClientError('invalidRequest', `The field "${name}" ${why}.`, { parameter: name })

/**
 * Reads the answer of an instance gateway. The content type isn't asked: a body that decodes and names its request is
 * the service's own, and any other isn't, whatever it is called. Without a request id an empty body, which something
 * between client and service may well send, would read as "no plaintext" or "signature wrong".
 *
 * @throws ServiceError if the service reports an error; ClientError `badResponse` if the answer is not its own
 */
export function readInstanceAnswer<M extends Message>(
  operation: InstanceOperation<Message, M>,
  { status, headers, body }: WireResponse,
): InstanceResponse<M> {
  if (status < 200 || status >= 300) throw errorOf(status, headers.date, body)
  const values = decoded(operation.response, status, body) as Readonly<Record<string, unknown>>
  if (values.requestId === '') throw unreadable(status)
  // The Advance operations name the version in the message, the others in a header only.
  const keyVersionId = values.keyVersionId || headers[instanceProtocol.keyVersionHeader] || ''
  return { ...values, ...('keyId' in values ? { keyVersionId } : {}) } as InstanceResponse<M>
}

function errorOf(status: number, date: string | undefined, body: Uint8Array): ServiceError {
  const { errorCode: code, errorMessage: message, requestId } = decoded(ErrorMessage, status, body)
  if (code === '') throw unreadable(status)
  return new ServiceError({ code, message, status, requestId, date })
}

function decoded<M extends Message>(message: M, status: number, body: Uint8Array): MessageValues<M> {
  try {
    return decodeMessage(message, body)
  } catch (cause) {
    if (cause instanceof MalformedMessage) throw unreadable(status, cause)
    throw cause
  }
}

const unreadable = (status: number, cause?: unknown): ClientError =>
  new ClientError('badResponse', `The server answered with HTTP status ${status} and no readable message.`, {
    status,
    cause,
  })
