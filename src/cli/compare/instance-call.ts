import { codeName, type Field, type Fields } from '../../api/field.ts'
import { type InstanceOperation, instanceOperations, type Message } from '../../api/instance.ts'
import { ServiceError } from '../../sdk/errors.ts'
import type { InstanceConnection } from '../../sdk/instance-connection.ts'
import {
  decodeInstanceRequest,
  instanceAnswer,
  instanceRefusal,
  instanceVersion,
} from '../../server/http/instance-messages.ts'
import type { Answer, Call, Contract } from './call.ts'

/** Version of the key that a request names in a header, and that an answer does. */
const pinned = 'KeyVersionId'

export const instanceOperationOf = (action: string): InstanceOperation | undefined =>
  instanceOperations.find(({ name }) => name === action)

/** The messages of an operation, as fields: what may be shown of them, and what is a server's own. */
export const instanceContract = ({ request, response }: InstanceOperation): Contract => ({
  request: { ...fieldsOf(request), [pinned]: textField },
  response: { ...fieldsOf(response), [pinned]: textField },
})

const sensitive: ReadonlySet<string> = new Set([
  ...['Plaintext', 'SecretData', 'PrivateKeyPlaintext', 'Random', 'Aad', 'Message', 'Digest', 'ExtendedConfig'],
])
const textField: Field = { kind: 'string', presence: 'optional', doc: '' }
const kinds = { string: 'string', bytes: 'bytes', int32: 'integer', bool: 'boolean', strings: 'list' } as const

const fieldsOf = (message: Message): Fields =>
  Object.fromEntries(
    Object.entries(message).map(([name, { type }]): [string, Field] => [
      name,
      {
        ...{ kind: kinds[type], presence: 'optional', doc: '', sensitive: sensitive.has(name) },
        ...(type === 'strings' ? { item: textField } : {}),
      },
    ]),
  )

/** What a request asks, as text, bytes as Base64. @throws MalformedMessage */
export function readInstanceCall(
  operation: InstanceOperation,
  body: Uint8Array,
  keyVersionId: string | undefined,
): Call {
  const values: Readonly<Record<string, unknown>> = decodeInstanceRequest(operation, body)
  const sent = Object.keys(operation.request).flatMap((name): [string, string][] => {
    const text = textOf(values[codeName(name)])
    return text === '' ? [] : [[name, text]]
  })
  const version = keyVersionId === undefined ? [] : [[pinned, keyVersionId] as const]
  return { action: operation.name, version: instanceVersion, parameters: Object.fromEntries([...sent, ...version]) }
}

/** The wire knows no absent value: what is empty was not sent. */
function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.length === 0 ? '' : JSON.stringify(value)
  return value === 0 || value === false ? '' : String(value)
}

/** Asks an instance. @throws ClientError when it gives no answer */
export async function askInstance(connection: InstanceConnection, { action, parameters }: Call): Promise<Answer> {
  const operation = instanceOperationOf(action)
  if (operation === undefined) throw new TypeError(`There is no ${action}.`)
  const request = Object.entries(operation.request).flatMap(([name, { type }]) => {
    const text = parameters[name]
    return text === undefined ? [] : [[codeName(name), fromText(type, text)] as const]
  })
  const keyVersionId = parameters[pinned]
  try {
    const values = await connection.call(operation, Object.fromEntries(request), { keyVersionId, retry: false })
    return { status: 200, code: 'Success', body: bodyOf(operation, values) }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return { status: error.status, code: error.code, body: { Message: error.message } }
  }
}

function fromText(
  type: Message[string]['type'],
  text: string,
): string | number | boolean | Uint8Array | readonly string[] {
  if (type === 'bytes') return Buffer.from(text, 'base64')
  if (type === 'strings') return JSON.parse(text)
  return type === 'int32' ? Number(text) : type === 'bool' ? text === 'true' : text
}

function bodyOf({ response }: InstanceOperation, values: Readonly<Record<string, unknown>>): Answer['body'] {
  const names = [...Object.keys(response), ...('keyVersionId' in values ? [pinned] : [])]
  return Object.fromEntries(
    names.map((name) => {
      const value = values[codeName(name)]
      return [name, value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value]
    }),
  )
}

/** An answer as a client of the instance reads it. */
export function writeInstanceAnswer(operation: InstanceOperation, answer: Answer, requestId: string) {
  const { status, code, body } = answer
  if (code !== 'Success') return instanceRefusal(status, code, String(body.Message ?? ''), { requestId })
  const values = Object.entries(operation.response).map(([name, { type }]) => {
    const value = body[name]
    return [codeName(name), type === 'bytes' ? Buffer.from(String(value ?? ''), 'base64') : value]
  })
  const version = body[pinned]
  const keyVersionId = typeof version === 'string' ? version : undefined
  return instanceAnswer(operation, Object.fromEntries(values), { requestId, keyVersionId })
}
