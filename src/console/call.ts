import type { Fields } from '../api/field.ts'
import type { Operation, RequestOf, ResponseOf } from '../api/operation.ts'
import { decodeResponse, encodeRequest, FieldFault, isPlainObject } from '../wire/codec.ts'
import { CallError } from './call-error.ts'

/** Any operation of the contract, whatever its fields. */
// biome-ignore lint/suspicious/noExplicitAny: the fields of an operation are exact, those of any are not known
export type AnyOperation = Operation<any, any>

/**
 * Calls an operation as the person who is signed in: the browser adds the session, which no script can read.
 *
 * @throws CallError for whatever went wrong: a field that cannot be written down, no server, the server's own refusal
 */
export function call<O extends AnyOperation>(
  operation: O,
  input: RequestOf<O>,
  signal?: AbortSignal,
): Promise<ResponseOf<O>> {
  return send(operation, input as Readonly<Record<string, unknown>>, signal) as Promise<ResponseOf<O>>
}

async function send(
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  const body = written(operation, input)
  try {
    const answer = await post(body, {}, signal)
    return { ...read(operation.response, answer.body), requestId: answer.requestId }
  } catch (error) {
    if (error instanceof CallError) for (const tell of whenRefused) tell(error)
    throw error
  }
}

const whenRefused = new Set<(error: CallError) => void>()

/** Calls `tell` for whatever call has failed, besides who made it. */
export const afterRefusal = (tell: (error: CallError) => void): unknown => whenRefused.add(tell)

function written({ name, api, request }: Operation, input: Readonly<Record<string, unknown>>): URLSearchParams {
  try {
    return new URLSearchParams([
      ['Action', name],
      ['Version', api.version],
      ['Format', 'JSON'],
      ...encodeRequest(request, input),
    ])
  } catch (fault) {
    if (!(fault instanceof FieldFault)) throw fault
    throw new CallError({ code: 'InvalidParameter', message: fault.message, status: 0, parameter: fault.parameter })
  }
}

export interface Answer {
  readonly body: Readonly<Record<string, unknown>>
  readonly requestId: string
}

/** Sends a request to the server that the page came from. */
export async function post(
  body: URLSearchParams | string,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Answer> {
  const response = await fetch('/', {
    method: 'POST',
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-keyhaven-console': '1', ...headers },
    body,
    signal: signal ?? null,
  }).catch((cause: unknown) => {
    if (signal?.aborted === true) throw cause
    throw new CallError({ code: 'ServerAway', message: 'The server does not answer.', status: 0, cause })
  })
  const answer: unknown = await response.json().catch(() => undefined)
  if (!isPlainObject(answer))
    throw new CallError({ code: 'ServerAway', message: 'The answer is not one of Keyhaven.', status: response.status })
  const requestId = String(answer.RequestId ?? response.headers.get('x-acs-request-id') ?? '')
  if (response.ok) return { body: answer, requestId }
  throw new CallError({
    code: String(answer.Code ?? 'InternalFailure'),
    message: String(answer.Message ?? ''),
    status: response.status,
    requestId,
    parameter: parameterIn(String(answer.Message ?? '')),
  })
}

/** The parameter that the text of an error is about: the service names it in quotes. */
const parameterIn = (message: string): string | undefined =>
  /parameter "([\w.]+)"/.exec(message)?.[1] ?? /parameter ([A-Z]\w+) /.exec(message)?.[1]

function read(fields: Fields, body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  try {
    return decodeResponse(fields, body)
  } catch (cause) {
    if (!(cause instanceof FieldFault)) throw cause
    throw new CallError({ code: 'UnreadableAnswer', message: cause.message, status: 200, parameter: cause.parameter })
  }
}
