import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ClientCertificate, HttpRequest, HttpResponse } from '../../gateway/http.ts'
import type { RequestHead } from './request-head.ts'

/** A body that is longer than allowed; the rest of it is not read. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

/** Too many long bodies are on their way at once. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded'
}

/** The peer went away before its request was complete. */
export class Disconnected extends Error {
  override readonly name = 'Disconnected'
}

export interface BodyLimits {
  readonly maxBytes: number
  /** takes memory for one more piece of a long body; false when there is none */
  readonly take: (bytes: number) => boolean
}

/** What every request may send without asking: more than nearly all of them do. */
const shortBodyBytes = 64 * 1024

/** The record that gateways work on. */
export const requestOf = (
  message: IncomingMessage,
  { target, headers, sourceAddress }: RequestHead,
  body: Uint8Array,
  clientCertificate?: ClientCertificate,
): HttpRequest => ({
  method: message.method ?? '',
  target,
  headers,
  body,
  sourceAddress,
  secureTransport: 'encrypted' in message.socket,
  clientCertificate,
})

export const noBody = new Uint8Array(0)

/** RFC 9112 §6.3: a request without either header has no body. */
export const hasBody = ({ headers }: RequestHead): boolean =>
  headers.has('content-length') || headers.has('transfer-encoding')

/** @throws BodyTooLarge, Overloaded, Disconnected */
export function readBody(
  message: IncomingMessage,
  { headers }: { readonly headers: ReadonlyMap<string, readonly string[] | undefined> },
  { maxBytes, take }: BodyLimits,
): Promise<Uint8Array> {
  if (Number(headers.get('content-length')?.[0] ?? 0) > maxBytes) return Promise.reject(new BodyTooLarge())
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    message.on('data', (chunk: Buffer) => {
      length += chunk.length
      const fault =
        length > maxBytes
          ? new BodyTooLarge()
          : length > shortBodyBytes && !take(chunk.length)
            ? new Overloaded()
            : undefined
      if (fault === undefined) {
        chunks.push(chunk)
        return
      }
      chunks.length = 0
      message.removeAllListeners('data').pause()
      reject(fault)
    })
    message.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length)))
    // Every request is closed, also by a failure, which is no event where nobody listens for it. An error for each that
    // was whole would cost more than reading it.
    message.on('close', () => {
      if (!message.readableEnded) reject(new Disconnected())
    })
  })
}

/**
 * Reads the rest of a body that nobody wants, for a peer that would not look for an answer before it has sent
 * everything. Gives up after `maxBytes`; the request timeout bounds the time.
 */
export function discardBody(message: IncomingMessage, maxBytes: number): Promise<void> {
  if (message.readableEnded) return Promise.resolve()
  return new Promise((resolve) => {
    let length = 0
    message.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > maxBytes) resolve()
    })
    message.on('end', resolve).on('close', resolve).resume()
  })
}

/**
 * The one way for an answer to leave: its headers are named as the service writes them. What is not sent again (304) has
 * the length it would have (RFC 9110 §8.6).
 *
 * @param isLast - the connection is closed after it
 */
export function sendResponse(response: ServerResponse, answer: HttpResponse, isLast: boolean): void {
  const { status, headers, body, cutAfterBytes } = answer
  const lines: string[] = []
  for (const name in headers) lines.push(writtenName(name), headers[name] ?? '')
  lines.push('Content-Length', String(Buffer.byteLength(body)))
  if (isLast && !('connection' in headers)) lines.push('Connection', 'close')
  // Head and text leave in one write; a text is not made bytes before.
  if (cutAfterBytes === 0) {
    breakOff(response.req.socket)
    return
  }
  response.writeHead(status, lines)
  if (cutAfterBytes !== undefined) {
    response.write(Buffer.from(body as string).subarray(0, cutAfterBytes), () => breakOff(response.req.socket))
    return
  }
  response.end(response.req.method === 'HEAD' || status === 304 ? undefined : body)
}

/** TLS can only be ended: its socket is none of the system's. */
const breakOff = (socket: Socket): unknown => ('encrypted' in socket ? socket.destroy() : socket.resetAndDestroy())

const writtenNames = new Map<string, string>()

/** `content-type` is written `Content-Type`: some clients look names up case by case. `x-acs-…` and `x-kms-…` stay. */
function writtenName(name: string): string {
  const known = writtenNames.get(name)
  if (known !== undefined) return known
  const written = writtenNameOf(name)
  writtenNames.set(name, written)
  return written
}

const writtenNameOf = (name: string): string =>
  name.startsWith('x-') ? name : name.replace(/(?:^|-)[a-z]/g, (initial) => initial.toUpperCase())
