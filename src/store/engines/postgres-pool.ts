import type { PostgresPoolClient } from 'kysely'
import pg from 'pg'
import type { PoolWatch } from './pool-watch.ts'
import { NotPrimary } from './postgres-identity.ts'

export interface PoolOptions {
  readonly url: string
  readonly maxConnections: number
  /** how long a connection may take to be made, and a statement to be answered */
  readonly patienceMs: number
  /** looks at each new connection; what it throws, the connection is not used for */
  readonly check: (client: pg.ClientBase) => Promise<void>
  /** told how its connections fare */
  readonly watch?: PoolWatch | undefined
}

/** Connections that the loss of any of them, busy or idle, never ends the process, and that no silence holds for ever. */
export class ConnectionPool {
  readonly #pool: pg.Pool
  readonly #patienceMs: number
  readonly #watch: PoolWatch | undefined
  readonly #clients = new Set<pg.PoolClient>()
  readonly #waiting = new Set<PromiseWithResolvers<pg.PoolClient>>()

  constructor({ url, maxConnections, patienceMs, check, watch }: PoolOptions) {
    this.#patienceMs = patienceMs
    this.#watch = watch
    this.#pool = new pg.Pool({
      ...connectionSettings(url, patienceMs),
      max: maxConnections,
      // its type knows no promise, which it waits for
      onConnect: (client) => within(client as pg.Client, patienceMs, check(client)) as unknown as void,
    })
    // Whoever waits for an answer on a connection that breaks is told by the answer. The events say the same once more,
    // the one about idle connections, which the pool replaces, the other about busy ones; unheard they end the process.
    this.#pool.on('error', () => undefined)
    this.#pool.on('connect', (client) => {
      client.on('error', () => undefined)
      this.#clients.add(client)
    })
    this.#pool.on('remove', (client) => void this.#clients.delete(client))
    watch?.follow(() => ({
      open: this.#pool.totalCount,
      idle: this.#pool.idleCount,
      waiting: this.#waiting.size,
      most: maxConnections,
    }))
  }

  get options(): object {
    return this.#pool.options
  }

  /** A connection whose statements are answered in time, or lose it and fail by that. */
  async connect(): Promise<PostgresPoolClient> {
    const waiting = Promise.withResolvers<pg.PoolClient>()
    this.#waiting.add(waiting)
    this.#pool.connect().then(
      (client) => (this.#waiting.delete(waiting) ? waiting.resolve(client) : client.release(true)),
      (error: unknown) => this.#waiting.delete(waiting) && waiting.reject(error),
    )
    const askedAt = performance.now()
    try {
      return impatientClient(await waiting.promise, this.#patienceMs)
    } finally {
      this.#watch?.waited(performance.now() - askedAt)
    }
  }

  /** Whoever has a connection is let finish. */
  end(): Promise<void> {
    return this.#pool.end()
  }

  /** Whoever waits, for an answer or a connection, fails at once. */
  abandon(): void {
    for (const waiting of this.#waiting) waiting.reject(new Error('Connection terminated: another server is asked'))
    this.#waiting.clear()
    for (const client of this.#clients) void client.end()
    void this.#pool.end()
  }
}

/** A connection is not to be had, for whatever reason: nothing has been asked yet. */
export class NoConnection extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.name = 'NoConnection'
  }
}

/** Of several servers none can be used. */
export class NoPrimary extends Error {
  /** by server */
  readonly reasons: ReadonlyMap<string, unknown>

  constructor(reasons: ReadonlyMap<string, unknown>) {
    super('no server is the primary')
    this.reasons = reasons
  }
}

export const connectionSettings = (url: string, patienceMs: number): pg.ClientConfig => ({
  connectionString: url,
  connectionTimeoutMillis: patienceMs,
  keepAlive: true,
  application_name: 'keyhaven',
  types: { getTypeParser },
})

/** Ending a connection that waits for an answer destroys it, and fails what waits. */
export async function within<T>(client: pg.Client, patienceMs: number, answer: Promise<T>): Promise<T> {
  const timer = setTimeout(() => void client.end(), patienceMs)
  try {
    return await answer
  } finally {
    clearTimeout(timer)
  }
}

const watched = new WeakMap<pg.PoolClient, PostgresPoolClient>()

/** The same object for the same connection: Kysely knows them by identity. */
function impatientClient(client: pg.PoolClient, patienceMs: number): PostgresPoolClient {
  const known = watched.get(client)
  if (known) return known
  let isWarned: boolean = false
  client.on('notice', ({ severity }) => {
    isWarned ||= severity === 'WARNING'
  })
  const query = async (text: string, values: readonly unknown[]) => {
    isWarned = false
    const answer = await within(client, patienceMs, client.query(text, [...values]))
    // Whoever cancels a commit that waits for a standby makes it succeed without one: it is there, and may yet be lost.
    if (text === 'commit' && isWarned) throw new NotPrimary('has committed without waiting for a standby')
    return answer
  }
  // Kysely's type has a second form of query, for cursors, which are not used here.
  const release = (isBroken?: boolean) => client.release(isBroken)
  const wrapped = { query, release } as unknown as PostgresPoolClient
  watched.set(client, wrapped)
  return wrapped
}

/** 8-byte integers are positions and revisions, far below 2^53. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as 'text')
