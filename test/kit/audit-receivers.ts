import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer as createHttpsServer, type Server } from 'node:https'
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import type { IssuerTls } from './issuer.ts'

/** What a receiver got: each delivery with its records, the repeated ones too. */
export interface Received {
  /** numbers of the records, in the order in which they came */
  readonly numbers: number[]
  readonly lines: string[]
  readonly deliveries: {
    readonly headers: Readonly<Record<string, unknown>>
    readonly first: number
    readonly last: number
  }[]
}

const nothing = (): Received => ({ numbers: [], lines: [], deliveries: [] })

function take(received: Received, lines: readonly string[], headers: Readonly<Record<string, unknown>> = {}): void {
  const numbers = lines.map((line) => Number(JSON.parse(line).seq))
  received.lines.push(...lines)
  received.numbers.push(...numbers)
  received.deliveries.push({ headers, first: numbers[0] ?? 0, last: numbers.at(-1) ?? 0 })
}

export interface HttpsReceiver extends Received {
  readonly url: string
  /** what the next ones are answered with; `hang`: not at all; `cut`: closed amid the answer; 200 when it is empty */
  readonly behaviour: (number | 'hang' | 'cut')[]
  readonly server: Server
}

/** A receiver of JSON lines. It counts what it answers with 200 only. */
export async function startHttpsReceiver(
  t: TestContext,
  { server: identity }: IssuerTls,
  port = 0,
): Promise<HttpsReceiver> {
  const received = nothing()
  const behaviour: HttpsReceiver['behaviour'] = []
  const server = createHttpsServer(
    { cert: identity.certificate, key: identity.privateKey },
    async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const how = behaviour.shift() ?? 200
      if (how === 'hang') return
      if (how === 'cut') request.socket.destroy()
      else {
        if (how === 200) take(received, Buffer.concat(chunks).toString().trimEnd().split('\n'), request.headers)
        response.writeHead(how).end('it is what it is')
      }
    },
  )
  await listening(t, server, port)
  t.after(() => server.closeAllConnections())
  return { ...received, behaviour, server, url: `https://localhost:${(server.address() as AddressInfo).port}/audit` }
}

export interface SyslogReceiver extends Received {
  readonly port: number
  readonly messages: string[]
  /** what the next connections meet; `cut`: closed after some bytes; `deaf`: never closed */
  readonly behaviour: ('cut' | 'deaf')[]
}

/** A syslog server that counts octets (RFC 6587 §3.4.1), and closes what was ended, after all of it was read. */
export async function startSyslogReceiver(t: TestContext, tls?: IssuerTls): Promise<SyslogReceiver> {
  const received = { ...nothing(), messages: [] as string[], behaviour: [] as ('cut' | 'deaf')[] }
  const hear = (socket: Socket): void => void listen(socket, received.behaviour.shift(), received)
  const options = { allowHalfOpen: true }
  const server = tls
    ? createTlsServer({ ...options, cert: tls.server.certificate, key: tls.server.privateKey }, hear)
    : createServer(options, hear)
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => open.add(socket))
  t.after(() => {
    for (const socket of open) socket.destroy()
  })
  await listening(t, server)
  return { ...received, port: (server.address() as AddressInfo).port }
}

async function listen(
  socket: Socket,
  how: 'cut' | 'deaf' | undefined,
  received: Received & { readonly messages: string[] },
): Promise<void> {
  const chunks: Buffer[] = []
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    if (how === 'cut') socket.destroy()
  })
  socket.on('end', () => {
    if (how !== undefined) return
    const messages = counted(Buffer.concat(chunks))
    received.messages.push(...messages)
    take(received, messages.map(lineOf))
    socket.end()
  })
}

/** RFC 6587 §3.4.1 */
function counted(bytes: Buffer): string[] {
  const messages: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at)
    const end = space + 1 + Number(bytes.toString('latin1', at, space))
    messages.push(bytes.toString('utf8', space + 1, end))
    at = end
  }
  return messages
}

const lineOf = (message: string): string => message.slice(message.indexOf('] {') + 2)

/** A syslog server that takes datagrams. */
export async function startDatagramReceiver(t: TestContext): Promise<Omit<SyslogReceiver, 'behaviour'>> {
  const received = { ...nothing(), messages: [] as string[] }
  const socket = createSocket('udp4')
  socket.on('message', (message) => {
    received.messages.push(message.toString())
    take(received, [lineOf(message.toString())])
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.after(() => socket.close())
  return { ...received, port: socket.address().port }
}

async function listening(t: TestContext, server: NetServer, port = 0): Promise<void> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => new Promise<void>((resolve) => server.close(() => resolve())))
}
