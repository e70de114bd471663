import { connect } from 'node:net'
import type { TestContext } from 'node:test'
import { closeServer, listen } from '../../src/server/http/listen.ts'
import type { Route } from '../../src/server/http/route.ts'
import { Answerer, type HttpLimits, type ProxySettings } from '../../src/server/http/serve.ts'
import type { Log } from '../../src/server/log.ts'

export const smallLimits: HttpLimits = { maxBodyBytes: 1000, maxConcurrentRequests: 100, maxConnectionsPerSource: 100 }

export interface StartedAnswerer {
  readonly url: string
  readonly port: number
  readonly logged: string[]
}

/** A server on loopback, without TLS, whose every request goes to `handle`. */
export async function startAnswerer(
  t: TestContext,
  handle: Route['handle'],
  more: Partial<HttpLimits> = {},
  proxies: ProxySettings = {},
): Promise<StartedAnswerer> {
  const logged: string[] = []
  const log: Log = { write: (level, message) => logged.push(`${level} ${message}`) }
  const route: Route = { name: 'all', matches: () => true, handle }
  const server = new Answerer({ routes: [route], limits: { ...smallLimits, ...more }, proxies, log }).http()
  const address = await listen(server, { host: '127.0.0.1', port: 0 })
  t.after(() => closeServer(server, 0))
  return { url: `http://${address}`, port: Number(address.split(':')[1]), logged }
}

/** What the server says to exactly these bytes, until it closes the connection. */
export function rawAnswer(port: number, bytes: string | Uint8Array): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  let answer = ''
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    answer += chunk
  })
  socket.on('close', () => resolve(answer))
  socket.on('error', () => resolve(answer))
  return promise
}
