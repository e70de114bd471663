import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import pg from 'pg'
import { PostgresPlace, postgresPassword, postgresPid } from './postgres-programs.ts'

/** A real PostgreSQL server of its own, on loopback and a free port, with its data in a temporary folder. */
export interface PostgresServer {
  /** @returns the URL of a new, empty database */
  createDatabase(): Promise<string>
  /** Ends the server: `shut down` closes its connections with a word, `killed` (kill -9) leaves it to recover. */
  halt(how: 'shut down' | 'killed'): Promise<void>
  /** Starts what was halted, under the same address. */
  resume(): Promise<void>
  stop(): Promise<void>
}

export async function startPostgres(): Promise<PostgresServer> {
  const place = new PostgresPlace()
  try {
    return running({ ...(await place.startOnFreePort(place.data)), place })
  } catch (error) {
    place.remove()
    throw error
  }
}

interface Running {
  readonly server: ChildProcess
  readonly port: number
  readonly place: PostgresPlace
}

function running({ server: first, port, place }: Running): PostgresServer {
  const url = (database: string) => `postgres://keyhaven:${postgresPassword}@127.0.0.1:${port}/${database}`
  let server: ChildProcess | undefined = first
  let databases = 0
  const end = async (): Promise<void> => {
    const closed = server && once(server, 'close')
    server?.stdin?.end()
    server = undefined
    await closed
  }
  return {
    async createDatabase() {
      const name = `keyhaven_${++databases}`
      const client = new pg.Client(url('postgres'))
      await client.connect()
      await client.query(`create database ${name}`)
      await client.end()
      return url(name)
    },
    async halt(how) {
      if (how === 'killed') process.kill(postgresPid(place.data), 'SIGKILL')
      await end()
    },
    async resume() {
      server = await place.startAgain(place.data, port)
    },
    async stop() {
      await end()
      place.remove()
    },
  }
}
