import type { KeyObject } from 'node:crypto'
import type { InstanceOperation, MessageInput, MessageValues } from '../../api/instance.ts'
import { type HttpRequest, type HttpResponse, header } from '../../gateway/http.ts'
import { errorAnswer } from '../../gateway/instance/refuse.ts'
import { hasSigned } from '../../gateway/instance/request-signature.ts'
import { bodyDigest, instanceProtocol } from '../../wire/instance-signature.ts'
import { decodeMessage, encodeMessage, MalformedMessage } from '../../wire/protobuf.ts'

export { MalformedMessage }

/** What stands in an instance request besides its message. */
export interface InstanceHead {
  /** name of the operation, whether there is one or not */
  readonly name: string
  readonly clientKeyId: string | undefined
  /** the key version that is asked for */
  readonly keyVersionId: string | undefined
}

export const instanceVersion = instanceProtocol.apiVersion

/** @returns undefined for what is meant for another gateway */
export function instanceHead(request: HttpRequest): InstanceHead | undefined {
  const name = header(request, 'x-kms-apiname')
  if (name === undefined) return undefined
  return {
    name,
    clientKeyId: header(request, instanceProtocol.accessKeyIdHeader),
    keyVersionId: header(request, instanceProtocol.keyVersionHeader),
  }
}

/** Whether a ClientKey has signed the request, its body included. */
export function isSignedBy(request: HttpRequest, publicKey: KeyObject): boolean {
  const [, signature = ''] = /^(?:bearer|token) +(\S+)$/i.exec(header(request, 'authorization') ?? '') ?? []
  const isWhole = header(request, 'content-sha256') === bodyDigest(request.body)
  return isWhole && hasSigned(publicKey, request, signature)
}

/** @throws MalformedMessage */
export const decodeInstanceRequest = (
  { request }: InstanceOperation,
  body: Uint8Array,
): MessageValues<InstanceOperation['request']> => decodeMessage(request, body)

interface AnswerOptions {
  readonly requestId: string
  readonly keyVersionId?: string | undefined
}

/** What another server has answered, for a client of an instance. */
export function instanceAnswer(
  { response }: InstanceOperation,
  values: MessageInput<InstanceOperation['response']>,
  { requestId, keyVersionId }: AnswerOptions,
): HttpResponse {
  const version = keyVersionId ? { [instanceProtocol.keyVersionHeader]: keyVersionId } : {}
  return {
    status: 200,
    headers: { 'content-type': instanceProtocol.contentType, 'x-acs-request-id': requestId, ...version },
    body: encodeMessage(response, { ...values, requestId }),
  }
}

/** The same for a refusal. */
export const instanceRefusal = (
  status: number,
  code: string,
  message: string,
  { requestId }: AnswerOptions,
): HttpResponse => errorAnswer({ statusCode: status, errorCode: code, errorMessage: message }, requestId)
