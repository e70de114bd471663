import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as the loopback server saw it. */
export interface SeenRequest {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export interface LoopbackServer {
  readonly endpoint: string
  readonly seen: SeenRequest[]
  close(): Promise<void>
}

export interface LoopbackAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** an object is sent as JSON */
  readonly body: unknown
}

/** Starts an HTTP server on loopback that answers each request with the next of `answers`, the last one again and again. */
export async function answering(...answers: readonly LoopbackAnswer[]): Promise<LoopbackServer> {
  const seen: SeenRequest[] = []
  return listening(
    createServer((request, response) => {
      void readSeen(request).then((record) => {
        const answer = answers[Math.min(seen.push(record), answers.length) - 1]
        if (answer === undefined) throw new Error('no answer given')
        response.writeHead(answer.status ?? 200, {
          'content-type': 'application/json;charset=utf-8',
          ...answer.headers,
        })
        response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body))
      })
    }),
    seen,
  )
}

/** Starts an HTTP server on loopback that does what `listener` does. */
export const behaving = (listener: RequestListener): Promise<LoopbackServer> => listening(createServer(listener), [])

async function listening(server: Server, seen: SeenRequest[]): Promise<LoopbackServer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function readSeen(request: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    headers: request.headers as Record<string, string | undefined>,
    body: Buffer.concat(chunks).toString('utf8'),
  }
}
