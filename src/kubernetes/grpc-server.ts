import type { Server, ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js'
import { grpcStatusOf } from './grpc-status.ts'
import type { KmsMethod } from './kms-methods.ts'
import { placeSocket } from './socket.ts'

export interface CallEvent {
  readonly method: string
  readonly durationMs: number
  /** what it failed with; absent when it succeeded */
  readonly error?: unknown
}

export interface GrpcOptions {
  /** path of the Unix socket */
  readonly socket: string
  /** milliseconds for a call, unless its caller waits for less */
  readonly timeoutMs: number
  readonly onCall: (event: CallEvent) => void
}

export interface GrpcServer {
  /** Takes no more calls, and waits for those that are under way. */
  stop(): Promise<void>
}

/** No message of KMS v2 is larger than what Encrypt takes, by far. */
const maxMessageBytes = 64 * 1024
/** The answer needs time on its way, too. */
const marginMs = 100
/** An API server does not wait longer for an answer. */
const drainMs = 3000

/** Serves `v2.KeyManagementService` at a Unix socket that only this user reaches. @throws SocketUnusable */
export async function serveKms(methods: readonly KmsMethod[], options: GrpcOptions): Promise<GrpcServer> {
  // a megabyte that no other command needs
  const { Server, ServerCredentials } = await import('@grpc/grpc-js')
  const server = new Server({ 'grpc.max_receive_message_length': maxMessageBytes })
  server.addService(
    Object.fromEntries(methods.map(({ name }) => [name, { path: `/v2.KeyManagementService/${name}`, ...unary }])),
    Object.fromEntries(methods.map((method) => [method.name, handler(method, options)])),
  )
  const listen = (path: string) =>
    new Promise<void>((resolve, reject) => {
      const bound = (error: Error | null): void => (error ? reject(error) : resolve())
      server.bindAsync(`unix:${path}`, ServerCredentials.createInsecure(), bound)
    })
  try {
    const socket = await placeSocket(options.socket, listen)
    return {
      stop: () => {
        socket.remove()
        return drained(server)
      },
    }
  } catch (error) {
    server.forceShutdown()
    throw error
  }
}

const same = (bytes: Buffer): Buffer => bytes
const unary = {
  requestStream: false,
  responseStream: false,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
} as const

type Call = ServerUnaryCall<Buffer, Buffer>

const handler =
  (method: KmsMethod, { timeoutMs, onCall }: GrpcOptions) =>
  async (call: Call, answer: sendUnaryData<Buffer>): Promise<void> => {
    const startedAt = performance.now()
    const tell = (outcome: { readonly error?: unknown } = {}): void =>
      onCall({ method: method.name, durationMs: performance.now() - startedAt, ...outcome })
    const given = new AbortController()
    call.on('cancelled', () => given.abort())
    try {
      const limits = { signal: given.signal, timeoutMs: Math.min(timeoutMs, timeLeftMs(call)) }
      answer(null, Buffer.from(await method.run(call.request, limits)))
      tell()
    } catch (error) {
      answer(grpcStatusOf(error))
      tell({ error })
    }
  }

const timeLeftMs = (call: Call): number => Math.max(1, Number(call.getDeadline()) - Date.now() - marginMs)

async function drained(server: Server): Promise<void> {
  const timer = setTimeout(() => server.forceShutdown(), drainMs)
  await new Promise<void>((resolve) => server.tryShutdown(() => resolve()))
  clearTimeout(timer)
}
