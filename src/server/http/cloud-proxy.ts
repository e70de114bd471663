import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import { isLoopback } from './listen.ts'

const established = 'HTTP/1.1 200 Connection established\r\n\r\n'

/**
 * Makes a server without TLS, which is on loopback in development mode, the HTTP proxy by which programs that know only
 * the host names of the cloud come here: what is for these names is answered, with TLS by `secure`. Nothing is ever
 * forwarded: everything else is refused.
 *
 * @param names - of the cloud; one may begin with `*.`
 */
export function proxyForCloud(plain: Server, secure: HttpsServer, names: readonly string[]): void {
  plain.on('connect', ({ url = '' }: IncomingMessage, socket: Socket, head: Buffer) => {
    // whoever leaves while it is told has heard enough
    socket.on('error', () => socket.destroy())
    const { host, port } = authorityOf(url)
    if (port !== '443' || !isOneOf(names, host)) {
      const body = refusalOf(host)
      socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
      return
    }
    socket.write(established)
    if (head.length > 0) socket.unshift(head)
    secure.emit('connection', socket)
  })
  const answer = plain.listeners('request')[0] as RequestListener
  plain.removeAllListeners('request').on('request', (message: IncomingMessage, response: ServerResponse) => {
    const { host, port } = authorityOf(/^http:\/\/([^/?#]*)/i.exec(message.url ?? '')?.[1] ?? 'localhost')
    if (isLoopback(host) || (port === '80' && isOneOf(names, host))) return answer(message, response)
    message.resume()
    response.writeHead(403, { 'Content-Type': 'text/plain' }).end(refusalOf(host))
  })
}

const authorityOf = (text: string): { readonly host: string; readonly port: string } => {
  const [, host = '', port = '80'] = /^(.*?)(?::(\d+))?$/s.exec(text) ?? []
  return { host: host.replace(/^\[|\]$/g, '').toLowerCase(), port }
}

const isOneOf = (names: readonly string[], host: string): boolean =>
  names.some((name) => (name.startsWith('*.') ? host.replace(/^[^.]+/, '*') === name : host === name))

/** In words that a program's message is likely to show. */
const refusalOf = (host: string): string =>
  `${host.replace(/[^\w.:-]/g, '?')} is no name that Keyhaven answers to, and it forwards nothing\n`
