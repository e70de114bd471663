import { type CallEvent, type GrpcServer, serveKms } from './grpc-server.ts'
import { type Health, HealthCheck } from './health.ts'
import { type Cryptography, keyService } from './key-service.ts'
import { kmsMethods } from './kms-methods.ts'

export interface PluginOptions {
  /** path of the Unix socket */
  readonly socket: string
  /** id, ARN or alias of the key to encrypt under; ciphertexts name their own */
  readonly key: string
  /** milliseconds for a call, unless its caller waits for less; unless given, what an API server waits for */
  readonly timeoutMs?: number | undefined
  readonly onCall: (event: CallEvent) => void
  /** told what each check of the key has found */
  readonly onCheck: (health: Health) => void
}

export interface Plugin extends GrpcServer {
  /** Whether the key can be used. */
  health(): Promise<Health>
}

/**
 * How a client of the plugin reaches its server. An API server waits for three seconds unless it is set up otherwise; one
 * that does not answer within a second is asked again, and a database that fails over is away for about as long.
 */
export const clientLimits = {
  attemptTimeoutMs: 1200,
  connectTimeoutMs: 1000,
  maxConnections: 16,
  retry: { attempts: 8, baseDelayMs: 50, maxDelayMs: 400 },
}

/** An API server asks every minute, and every ten seconds while the key cannot be used. */
const healthHoldsMs = 30_000

/** Serves a key of the service as Kubernetes KMS v2. @throws SocketUnusable */
export async function startPlugin(client: Cryptography, options: PluginOptions): Promise<Plugin> {
  const { socket, key: keyId, timeoutMs = 2800, onCall, onCheck } = options
  // A check is two calls, and somebody waits for what it finds.
  const limits = { timeoutMs: 0.45 * timeoutMs, retry: { attempts: 2, baseDelayMs: 50 } }
  const key = keyService(client, keyId)
  const now = (): number => performance.now()
  const check = new HealthCheck(key, { limits, holdsMs: healthHoldsMs, now, onCheck })
  const server = await serveKms(kmsMethods(key, check), { socket, timeoutMs, onCall })
  return { health: () => check.health(), stop: () => server.stop() }
}
