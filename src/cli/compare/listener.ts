import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Answer, Call } from './call.ts'

const mostBytes = 1024 * 1024
/** Who signed a request, and how, is of no interest: it is signed anew for each server. */
const ofSigning: ReadonlySet<string> = new Set([
  ...['Action', 'Version', 'Format', 'AccessKeyId', 'Signature', 'SignatureMethod', 'SignatureVersion'],
  ...['SignatureNonce', 'SignatureType', 'Timestamp', 'SecurityToken'],
])

/** Takes calls of the OpenAPI gateway from programs on this machine, and hands on what is answered to them, as JSON. */
export function compareListener(answer: (call: Call) => Promise<Answer>): Server {
  return createServer((request, response) => void respond(request, response, answer))
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (call: Call) => Promise<Answer>,
): Promise<void> {
  const requestId = randomUUID().toUpperCase()
  const send = (status: number, body: object): void => {
    response.writeHead(status, { 'Content-Type': 'application/json;charset=utf-8' })
    response.end(JSON.stringify({ RequestId: requestId, ...body }))
  }
  try {
    const call = await readCall(request)
    if (typeof call === 'string') return send(400, { Code: 'InvalidParameter', Message: call })
    const { status, code, body } = await answer(call)
    send(status, code === 'Success' ? body : { ...body, Code: code, HostId: request.headers.host ?? '' })
  } catch (error) {
    const Message = error instanceof Error ? error.message : ''
    send(502, { Code: 'ServiceUnavailable', Message })
  }
}

/** @returns why it is none, if it is none */
async function readCall(request: IncomingMessage): Promise<Call | string> {
  const { headers, url = '/' } = request
  if (headers['x-kms-apiname'] !== undefined) return 'keyhaven compare takes calls of the OpenAPI gateway only'
  // A page of a browser could send a form to this machine.
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) return 'not from a page'
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > mostBytes) return `the body is longer than ${mostBytes} bytes`
    chunks.push(chunk)
  }
  const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
  const all = new Map([...new URL(url, 'http://localhost').searchParams, ...form])
  const action = all.get('Action') ?? single(headers['x-acs-action'])
  const version = all.get('Version') ?? single(headers['x-acs-version'])
  if (!action || !version) return 'the request names no Action and Version'
  if (all.get('Format')?.toUpperCase() === 'XML') return 'keyhaven compare answers in JSON only: Format must be JSON'
  const parameters = Object.fromEntries([...all].filter(([name]) => !ofSigning.has(name)))
  return { action, version, parameters }
}

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value)
