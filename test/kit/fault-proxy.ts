import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from 'node:net'

/** What happens to one request on its way. */
export type Fault =
  /** nothing: it arrives, and so does its answer */
  | { readonly kind: 'pass' }
  /** something between answers; the server is not asked */
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string | Uint8Array
    }
  /** the connection is reset: before the server is asked, after it has done its work, or amid its answer */
  | { readonly kind: 'reset'; readonly when: 'beforeRequest' | 'beforeAnswer' | 'midAnswer' }
  /** the server's answer comes late */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** the server's answer comes byte by byte */
  | { readonly kind: 'drip'; readonly millisecondsPerByte: number }
  /** the server's answer comes under another content type */
  | { readonly kind: 'retype'; readonly contentType: string }
  /** the server's answer comes with another body; its length header fits */
  | { readonly kind: 'alter'; readonly body: (body: Buffer) => Uint8Array }

export interface FaultProxy {
  readonly endpoint: string
  /** the next requests meet these, one each; those after them pass */
  inject(...faults: readonly Fault[]): void
  /** requests that arrived here */
  readonly requests: number
  /** requests that the server behind was asked */
  readonly forwarded: number
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * An HTTP proxy in front of one server that does to requests what networks do.
 *
 * @param upstream - `http://…` of the server
 */
export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  const faults: Fault[] = []
  let requests = 0
  let forwarded = 0
  const server = createServer((request, response) => {
    requests++
    const fault = faults.shift() ?? { kind: 'pass' }
    if (fault.kind === 'reset' && fault.when === 'beforeRequest') request.socket.resetAndDestroy()
    else if (fault.kind === 'answer') response.writeHead(fault.status, fault.headers).end(fault.body)
    else {
      forwarded++
      forward(upstream, request)
        .then((answer) => deliver(answer, fault, response))
        .catch(() => request.socket.destroy())
    }
  })
  const close = await listening(server)
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    inject: (...more) => {
      faults.push(...more)
    },
    get requests() {
      return requests
    },
    get forwarded() {
      return forwarded
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

async function forward(upstream: string, request: IncomingMessage): Promise<Answer> {
  const { method = 'GET', headers, url = '/' } = request
  const body = await bodyOf(request)
  return new Promise((resolve, reject) => {
    const onward = httpRequest(
      new URL(url, upstream),
      { method, headers: { ...headers, connection: 'close' } },
      (answer) => {
        bodyOf(answer).then(
          (content) => resolve({ status: answer.statusCode ?? 500, headers: answer.headers, body: content }),
          reject,
        )
      },
    )
    onward.on('error', reject).end(body)
  })
}

function deliver({ status, headers, body }: Answer, fault: Fault, response: ServerResponse): void {
  const { 'transfer-encoding': _, connection: __, ...rest } = headers
  const kept = fault.kind === 'retype' ? { ...rest, 'content-type': fault.contentType } : rest
  const send = (content: Uint8Array): void => {
    response.writeHead(status, { ...kept, 'content-length': content.length }).end(content)
  }
  if (fault.kind === 'reset') {
    if (fault.when === 'beforeAnswer') response.socket?.resetAndDestroy()
    else {
      response.writeHead(status, { ...kept, 'content-length': body.length })
      response.write(body.subarray(0, body.length / 2), () => response.socket?.resetAndDestroy())
    }
  } else if (fault.kind === 'delay') setTimeout(() => send(body), fault.milliseconds)
  else if (fault.kind === 'drip') {
    response.writeHead(status, { ...kept, 'content-length': body.length })
    drip(response, body, fault.millisecondsPerByte)
  } else send(fault.kind === 'alter' ? fault.body(body) : body)
}

function drip(response: ServerResponse, body: Buffer, millisecondsPerByte: number): void {
  let sent = 0
  const timer = setInterval(() => {
    if (sent === body.length || response.destroyed) {
      clearInterval(timer)
      response.end()
    } else response.write(body.subarray(sent, ++sent))
  }, millisecondsPerByte)
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/**
 * A TCP proxy in front of a TLS server that resets each connection after so many bytes towards the client.
 *
 * @param port - of the server, on loopback
 * @returns the port to connect to; disposing of it closes it, so that a failing test doesn't wait for it
 */
export async function startCuttingProxy(
  port: number,
  bytes: number,
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createTcp((socket) => {
    const onward = connect(port, '127.0.0.1')
    const quiet = (): void => {
      onward.destroy()
      socket.destroy()
    }
    socket.on('error', quiet).on('close', quiet)
    onward.on('error', quiet).on('close', quiet)
    socket.pipe(onward)
    let left = bytes
    onward.on('data', (chunk: Buffer) => {
      left -= chunk.length
      if (left > 0) socket.write(chunk)
      else socket.write(chunk.subarray(0, chunk.length + left), () => socket.resetAndDestroy())
    })
  })
  const close = await listening(server)
  return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: close }
}

async function listening(server: Server): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return () =>
    new Promise((resolve) => {
      for (const socket of sockets) socket.destroy()
      server.close(() => resolve())
    })
}
