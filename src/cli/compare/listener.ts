import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { BodyTooLarge, discardBody, readBody, sendResponse } from '../../server/http/exchange.ts'
import { rpcAnswer } from '../../server/http/rpc-answer.ts'
import type { Answer, Call } from './call.ts'
import { answerInstance, type InstanceCaller, type InstanceRequest } from './instance-listener.ts'

const { createServer } = process.getBuiltinModule('node:http')

const mostBytes = 1024 * 1024
/** of a message of the instance gateway */
const mostMessageBytes = 3 * 1024 * 1024
const discardedBytes = 64 * 1024 * 1024
/** Who signed a request, and how, is of no interest: it is signed anew for each server. */
const ofSigning: ReadonlySet<string> = new Set([
  ...['Action', 'Version', 'Format', 'AccessKeyId', 'Signature', 'SignatureMethod', 'SignatureVersion'],
  ...['SignatureNonce', 'SignatureType', 'Timestamp', 'SecurityToken'],
])

export interface ListenerOptions {
  /** what callers show that they are meant: others on this machine are not to act with the keys of whoever compares */
  readonly accessKeyId: string
  /** the same for calls of the instance gateway, which are not taken without one */
  readonly instanceCaller?: InstanceCaller | undefined
  readonly answer: (call: Call) => Promise<Answer>
}

/** Takes calls of both gateways from programs on this machine, and hands on what is answered to them. */
export function compareListener(options: ListenerOptions): Server {
  return createServer((request, response) => void respond(request, response, options))
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { accessKeyId, instanceCaller, answer }: ListenerOptions,
): Promise<void> {
  const requestId = randomUUID().toUpperCase()
  const send = (status: number, body: object, { format, root }: Asked = plain): void =>
    sendResponse(response, rpcAnswer(status, format, root, { RequestId: requestId, ...body }), !request.complete)
  try {
    if (request.headers['x-kms-apiname'] !== undefined) {
      const asked = await instanceRequest(request)
      const answered = await answerInstance(asked, { caller: instanceCaller, requestId, answer })
      if (answered !== undefined) sendResponse(response, answered, !request.complete)
      return
    }
    const read = await readCall(request)
    if (typeof read === 'string') return send(400, { Code: 'InvalidParameter', Message: read })
    const { format, caller, ...call } = read
    if (caller !== accessKeyId)
      return send(404, { Code: 'InvalidAccessKeyId.NotFound', Message: notMeant }, { ...plain, format })
    const { status, code, body } = await answer(call)
    if (code === 'Success') send(status, body, { format, root: `${call.action}Response` })
    else send(status, { ...body, Code: code, HostId: request.headers.host ?? '' }, { ...plain, format })
  } catch (error) {
    send(502, { Code: 'ServiceUnavailable', Message: error instanceof Error ? error.message : '' })
  }
}

interface Asked {
  readonly format: 'JSON' | 'XML'
  readonly root: string
}

interface Read extends Call {
  readonly format: Asked['format']
  /** AccessKey id */
  readonly caller: string | undefined
}

const notMeant = 'keyhaven compare takes calls with the AccessKey id that it has made for this run'

const plain: Asked = { format: 'JSON', root: 'Error' }

/** @returns why it is none, if it is none */
async function readCall(request: IncomingMessage): Promise<Read | string> {
  const { headers, url = '/' } = request
  const body = await bodyOf(request, mostBytes)
  // A page of a browser could send a form to this machine.
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) return 'not from a page'
  if (body === undefined) return `the body is longer than ${mostBytes} bytes`
  const form = new URLSearchParams(Buffer.from(body).toString('utf8'))
  const all = new Map([...new URL(url, 'http://localhost').searchParams, ...form])
  const action = all.get('Action') ?? single(headers['x-acs-action'])
  const version = all.get('Version') ?? single(headers['x-acs-version'])
  if (!action || !version) return 'the request names no Action and Version'
  const format = all.get('Format')?.toUpperCase() === 'XML' ? 'XML' : 'JSON'
  const parameters = Object.fromEntries([...all].filter(([name]) => !ofSigning.has(name)))
  const caller = all.get('AccessKeyId') ?? /Credential=([^,]+)/.exec(headers.authorization ?? '')?.[1]
  return { action, version, parameters, format, caller }
}

/** @returns nothing if there is more than a call has */
async function bodyOf(request: IncomingMessage, maxBytes: number): Promise<Uint8Array | undefined> {
  const headers = new Map(Object.entries(request.headersDistinct))
  try {
    return await readBody(request, { headers }, { maxBytes, take: () => true })
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) throw error
    await discardBody(request, discardedBytes)
    return undefined
  }
}

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value)

/** One that is too long is read as an empty one, whose signature is not the sender's. */
async function instanceRequest(request: IncomingMessage): Promise<InstanceRequest> {
  const headers = new Map(
    Object.entries(request.headersDistinct).flatMap(([name, values]) => (values ? [[name, values] as const] : [])),
  )
  const body = (await bodyOf(request, mostMessageBytes)) ?? new Uint8Array(0)
  const { method = '', url: target = '/' } = request
  return { method, target, headers, body, sourceAddress: '127.0.0.1', secureTransport: false }
}
