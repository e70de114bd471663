import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'

export interface PoolOptions {
  readonly url: string
  readonly maxConnections: number
  /** how long a connection may take to be made, and a statement to be answered */
  readonly patienceMs: number
}

/** Connections that the loss of any of them, busy or idle, never ends the process, and that no silence holds for ever. */
export function postgresPool({ url, maxConnections, patienceMs }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: patienceMs,
    keepAlive: true,
    application_name: 'keyhaven',
    types: { getTypeParser },
  })
  // Whoever waits for an answer on a connection that breaks is told by the answer. The events say the same once more,
  // the one about idle connections, which the pool replaces, the other about busy ones; unheard they end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/** The pool for those who send statements: one that is not answered in time loses its connection, and fails by that. */
export const impatient = (pool: pg.Pool, patienceMs: number): PostgresPool => ({
  options: pool.options,
  end: () => pool.end(),
  async connect() {
    const client = await pool.connect().catch((cause: unknown) => {
      throw new NoConnection(cause)
    })
    return impatientClient(client, patienceMs)
  },
})

/** A connection is not to be had, for whatever reason: nothing has been asked yet. */
export class NoConnection extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.name = 'NoConnection'
  }
}

const watched = new WeakMap<pg.PoolClient, PostgresPoolClient>()

/** The same object for the same connection: Kysely knows them by identity. */
function impatientClient(client: pg.PoolClient, patienceMs: number): PostgresPoolClient {
  const known = watched.get(client)
  if (known) return known
  const query = async (text: string, values: readonly unknown[]) => {
    // ending a connection that waits for an answer destroys it, and fails what waits
    const timer = setTimeout(() => void client.end(), patienceMs)
    try {
      return await client.query(text, [...values])
    } finally {
      clearTimeout(timer)
    }
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
