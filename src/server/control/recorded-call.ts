import type { Field } from '../../api/field.ts'
import { ErrorMessage, instanceOperations, type Message } from '../../api/instance.ts'
import { operations } from '../../api/operations.ts'
import { type HttpRequest, type HttpResponse, header } from '../../gateway/http.ts'
import { isInstanceRequest } from '../../gateway/instance/handle.ts'
import { readParameters } from '../../gateway/openapi/parameters.ts'
import { decodeMessage } from '../../wire/protobuf.ts'

/** One call as it arrived, and how it ended. Holds no plaintext, secret, password or signature. */
export interface RecordedCall {
  readonly gateway: 'openapi' | 'instance'
  /** of the operation, `Unknown` when the request names none */
  readonly action: string
  /** by wire name, as text; what is sensitive, and all bytes, stand as `(left out)` */
  readonly parameters: Readonly<Record<string, string>>
  readonly status: number
  /** `Success`, or the error code */
  readonly code: string
  readonly requestId: string
}

type Asked = Pick<RecordedCall, 'gateway' | 'action' | 'parameters'>

const leftOut = '(left out)'

/** The operation that a request names, whether there is one or not. */
export function actionOf(request: HttpRequest): string | undefined {
  if (isInstanceRequest(request)) return header(request, 'x-kms-apiname')
  return orNothing(() => readParameters(request).all.get('Action')) ?? header(request, 'x-acs-action')
}

export function recordedCall(request: HttpRequest, response: HttpResponse): RecordedCall {
  const asked = isInstanceRequest(request) ? askedOfInstance(request) : askedByRpc(request)
  const { status, headers } = response
  const { 'x-acs-request-id': requestId = '' } = headers
  return { ...asked, status, code: codeOf(asked.gateway, response), requestId }
}

function askedByRpc(request: HttpRequest): Asked {
  const all = orNothing(() => readParameters(request).all) ?? new Map<string, string>()
  const action = all.get('Action') ?? header(request, 'x-acs-action')
  const version = all.get('Version') ?? header(request, 'x-acs-version')
  const operation = operations.find(({ name, api }) => name === action && api.version === version)
  const fields: Readonly<Record<string, Field>> = operation?.request ?? {}
  const parameters = [...all].flatMap(([name, value]) => {
    const field = fields[name.split('.', 1)[0] ?? '']
    return field === undefined ? [] : [[name, isSensitive(field) ? leftOut : value]]
  })
  return { gateway: 'openapi', action: operation?.name ?? 'Unknown', parameters: Object.fromEntries(parameters) }
}

/** What holds something sensitive is left out as a whole. */
const isSensitive = (field: Field): boolean =>
  field.sensitive === true ||
  (field.item !== undefined && isSensitive(field.item)) ||
  Object.values(field.fields ?? {}).some(isSensitive)

function askedOfInstance(request: HttpRequest): Asked {
  const operation = instanceOperations.find(({ name }) => name === header(request, 'x-kms-apiname'))
  const parameters = operation && orNothing(() => textsOf(operation.request, request.body))
  return { gateway: 'instance', action: operation?.name ?? 'Unknown', parameters: parameters ?? {} }
}

/** The wire knows no absent value: what is empty was not sent. */
function textsOf(message: Message, body: Uint8Array): Record<string, string> {
  const values = Object.entries(decodeMessage(message, body))
  const sent = values.filter(([, value]) => value !== 0 && value !== false && (value as string).length !== 0)
  return Object.fromEntries(
    sent.map(([name, value]) => [
      `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
      value instanceof Uint8Array ? leftOut : String(value),
    ]),
  )
}

function codeOf(gateway: RecordedCall['gateway'], { status, body }: HttpResponse): string {
  if (status === 200) return 'Success'
  if (gateway === 'instance' && typeof body !== 'string')
    return orNothing(() => decodeMessage(ErrorMessage, body).errorCode) ?? ''
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
  return (
    /"Code":"([\w.]+)"|<Code>([\w.]+)</
      .exec(text)
      ?.slice(1)
      .find((code) => code !== undefined) ?? ''
  )
}

/** What the gateway could not read has no parameters here either. */
function orNothing<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
