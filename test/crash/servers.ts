import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Ledger, verifyAt } from './ledger.ts'
import { type Place, ServerProcess } from './server-process.ts'

/** Data directories of servers that share a database, each named as its server. */
export const placesIn = (folder: string, count: number, store: string): Place[] =>
  Array.from({ length: count }, (_, node) => {
    const data = join(folder, `node-${node + 1}`)
    mkdirSync(data, { mode: 0o700 })
    return { data, store }
  })

/** Starts one after the other: the first makes the deployment, the others find it, and need the key to it. */
export async function startServers(places: readonly Place[], held: AsyncDisposableStack): Promise<ServerProcess[]> {
  const servers: ServerProcess[] = []
  for (const place of places) {
    const [first] = places
    if (first && place !== first) copyFileSync(join(first.data, 'dev.key'), join(place.data, 'dev.key'))
    const server = held.adopt(new ServerProcess(place), (started) => started.kill())
    await server.ready()
    servers.push(server)
  }
  return servers
}

/** @throws when one of them has ended, or has lost something that any of them acknowledged */
export async function verifyAll(servers: readonly ServerProcess[], ledger: Ledger): Promise<void> {
  for (const server of servers) {
    server.requireRunning()
    await verifyAt(server, ledger.since())
  }
}
