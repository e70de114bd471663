import { errors, type KmsErrorCode } from '../../api/errors.ts'
import type { Field, Fields } from '../../api/field.ts'
import type { Operation } from '../../api/operation.ts'
import { KmsError } from '../../core/errors.ts'
import type { HttpResponse } from '../http.ts'
import { encodeResult, type Json } from './encode.ts'
import { isXmlText, writeXml } from './xml.ts'

export type Format = 'JSON' | 'XML'

/** Exactly these: some clients compare the whole header. */
const contentTypes: Readonly<Record<Format, string>> = {
  JSON: 'application/json;charset=utf-8',
  XML: 'text/xml;charset=utf-8',
}

export interface AnswerContext {
  readonly format: Format
  readonly requestId: string
}

/**
 * @throws KmsError `InvalidParameter.Format` when XML is asked for and a sensitive value, which must arrive unaltered,
 * holds characters that XML cannot carry
 */
export function successAnswer(context: AnswerContext, operation: Operation, result: unknown): HttpResponse {
  const body = encodeResult(operation.response, result, context.requestId)
  if (context.format === 'XML') refuseToAlter(operation.response, body)
  return answer(context, 200, `${operation.name}Response`, body)
}

function refuseToAlter(fields: Fields, body: { readonly [name: string]: Json }): void {
  for (const [name, field] of Object.entries<Field>(fields)) {
    const value = body[name]
    const values = isList(value) ? value : [value]
    for (const one of values) {
      if (field.sensitive && typeof one === 'string' && !isXmlText(one)) throw notForXml(name)
      const members = field.item?.fields ?? field.fields
      if (members && isObject(one)) refuseToAlter(members, one)
    }
  }
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)
const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !isList(value)

const notForXml = (name: string): KmsError =>
  new KmsError('InvalidParameter.Format', {
    message: `The specified parameter Format is not valid. ${name} holds characters that XML cannot carry.`,
  })

export interface ErrorAnswer {
  readonly code: KmsErrorCode
  readonly message: string
  /** name of the host that answers, as the client knows it */
  readonly hostId: string
  readonly accessDenied?: Readonly<Record<string, string>> | undefined
  readonly retryAfterMs?: number | undefined
}

/**
 * The union of the shapes that the service documents and that its gateway sends. All members but HttpStatus are text and
 * AccessDeniedDetail is an object: the Go client asserts these types and panics otherwise.
 */
export function errorAnswer(context: AnswerContext, error: ErrorAnswer): HttpResponse {
  const { status } = errors[error.code]
  const body: Record<string, Json> = {
    HttpStatus: status,
    Code: error.code,
    Message: error.message,
    RequestId: context.requestId,
    HostId: error.hostId,
    Recommend: `See ${error.code} in the error reference.`,
  }
  if (error.accessDenied) body.AccessDeniedDetail = { ...error.accessDenied }
  const response = answer(context, status, 'Error', body)
  if (!error.retryAfterMs) return response
  return { ...response, headers: { ...response.headers, 'x-acs-retry-after': String(error.retryAfterMs) } }
}

function answer(
  { format, requestId }: AnswerContext,
  status: number,
  root: string,
  body: Readonly<Record<string, Json>>,
): HttpResponse {
  const headers = {
    'content-type': contentTypes[format],
    'x-acs-request-id': requestId,
    'cache-control': 'no-store',
  }
  return { status, headers, body: format === 'XML' ? writeXml(root, body) : JSON.stringify(body) }
}
