import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What becomes of a connection that commits. */
export type CommitFault =
  /** it is cut before the database hears of the COMMIT */
  | 'cut before'
  /** it is cut when the database has committed, before it says so */
  | 'cut after'
  /** it is cut, and the database hears of the COMMIT only when somebody asks what became of it */
  | 'late'

export interface PostgresProxy {
  /** of the same database, by way of the proxy */
  readonly url: string
  /** the next COMMIT meets this */
  inject(fault: CommitFault): void
  close(): Promise<void>
}

/** Stands between a store and its PostgreSQL and cuts connections where it hurts most. */
export async function startPostgresProxy(database: string): Promise<PostgresProxy> {
  const { hostname, port } = new URL(database)
  let fault: CommitFault | undefined
  let commitLate: (() => void) | undefined
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
    }
    client.once('close', () => upstream.end())
    upstream.on('data', (bytes) => client.write(bytes)).on('close', () => client.destroy())
    client.on('data', (bytes) => {
      if (bytes.includes('pg_advisory_xact_lock')) setImmediate(() => commitLate?.())
      const met = bytes.includes('commit\0') ? fault : undefined
      if (met === undefined) return void upstream.write(bytes)
      fault = undefined
      client.removeAllListeners('close')
      upstream.removeAllListeners('data').resume()
      const commit = (): void => {
        commitLate = undefined
        upstream.end(bytes)
      }
      if (met === 'late') commitLate = commit
      if (met === 'cut before') upstream.destroy()
      if (met !== 'cut after') return void client.destroy()
      upstream.once('data', () => client.destroy())
      commit()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(database)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    inject(next) {
      fault = next
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
