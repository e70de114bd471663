import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { codeName } from '../../src/api/field.ts'
import { ErrorMessage, instanceOperations, type Message } from '../../src/api/instance.ts'
import { encodeMessage } from '../../src/wire/protobuf.ts'

/** A request as an instance gateway on loopback saw it. */
export interface SeenCall {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

export interface GivenAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface InstanceLoopback {
  readonly endpoint: string
  readonly seen: SeenCall[]
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts a server on loopback that answers each request with the next of `answers`, the last one again and again. */
export async function instanceLoopback(...answers: readonly GivenAnswer[]): Promise<InstanceLoopback> {
  const seen: SeenCall[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { method = '', url: target = '' } = request
    const count = seen.push({
      method,
      target,
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks),
    })
    const answer = answers[Math.min(count, answers.length) - 1]
    if (answer === undefined) throw new Error('no answer given')
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/x-protobuf', ...answer.headers })
    response.end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { endpoint, seen, close, [Symbol.asyncDispose]: close }
}

/** Values as the vector files write them: bytes as `{ hex }`, names as on the wire. */
export type VectorFields = Readonly<Record<string, unknown>>

/** Vector fields as code sees them. */
export const fromVector = (fields: VectorFields): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      codeName(name),
      typeof value === 'object' && value !== null && 'hex' in value
        ? new Uint8Array(Buffer.from(String(value.hex), 'hex'))
        : value,
    ]),
  )

/** A successful answer of an operation, from vector fields. */
export const answerOf = (apiName: string, fields: VectorFields, headers: Record<string, string> = {}): GivenAnswer => ({
  headers,
  body: encodeMessage(messageOf(apiName, 'response'), fromVector(fields) as Record<string, never>),
})

/** An error as the instance gateway answers it. */
export const errorAnswer = (status: number, errorCode: string, errorMessage = ''): GivenAnswer => ({
  status,
  body: encodeMessage(ErrorMessage, { statusCode: status, errorCode, errorMessage, requestId: 'request-id' }),
})

export function messageOf(apiName: string, part: 'request' | 'response'): Message {
  const operation = instanceOperations.find(({ name }) => name === apiName)
  if (operation === undefined) throw new Error(`no operation ${apiName}`)
  return operation[part]
}
