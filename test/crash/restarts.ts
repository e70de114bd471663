import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PostgresServer, startPostgres } from '../kit/postgres.ts'
import { requireAudited } from './audited.ts'
import { figures } from './ledger.ts'
import { Load } from './load.ts'
import { keyhaven, type ServerProcess } from './server-process.ts'
import { placesIn, startServers, verifyAll } from './servers.ts'
import type { Random } from './workload.ts'

export interface RestartOptions {
  readonly restarts: number
  readonly random: Random
  /** acknowledged calls between one restart and the next; 150 unless given */
  readonly callsBetween?: number
  readonly report?: (line: string) => void
}

export interface RestartFigures {
  /** the longest that a server took to serve again, from the moment at which the database took connections */
  readonly slowestMs: number
  readonly acknowledged: number
}

const nodes = 2

/**
 * Restarts PostgreSQL under two servers that are busy, by turns with a word and with kill -9.
 *
 * @throws when a server ended, said more than one line about an outage, or lost what it had acknowledged
 */
export async function restartDatabase(options: RestartOptions): Promise<RestartFigures> {
  const { restarts, random, callsBetween = 150, report = () => {} } = options
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-restarts-'))
  await using held = new AsyncDisposableStack()
  held.defer(() => rmSync(folder, { recursive: true, force: true }))
  const postgres = held.adopt(await startPostgres(), (server) => server.stop())
  const places = placesIn(folder, nodes, await postgres.createDatabase())
  const servers = await startServers(places, held)
  const load = new Load(servers, random)
  const delays: number[] = []
  for (let restart = 1; restart <= restarts; restart++) {
    await load.goOnFor(callsBetween)
    const delay = await restartOnce(postgres, restart % 2 === 0 ? 'killed' : 'shut down', load)
    delays.push(delay)
    report(`restart ${restart}: served by both after ${Math.round(delay)} ms`)
  }
  const { ledger } = load
  await load.stop()
  await verifyAll(servers, ledger)
  for (const server of servers) requireTold(server, restarts)
  for (const place of places) await keyhaven(place, 'audit', 'verify')
  requireAudited(
    places.map(({ data }) => data),
    ledger.requestIds,
  )
  const slowestMs = Math.max(...delays)
  report(`nothing lost in ${restarts} restarts: ${figures(ledger.since())}; slowest ${Math.round(slowestMs)} ms`)
  return { slowestMs, acknowledged: ledger.requestIds.length }
}

/** @returns how long it took from the database's word that it is ready until every server had acknowledged a call */
async function restartOnce(postgres: PostgresServer, how: 'shut down' | 'killed', load: Load): Promise<number> {
  await postgres.halt(how)
  await load.untilRefused()
  await postgres.resume()
  const readyAt = performance.now()
  return (await load.untilServed()) - readyAt
}

/** One line when an outage began, and one when it ended. */
function requireTold(server: ServerProcess, restarts: number): void {
  server.requireNoFailure()
  const said = server.log.filter((message) => message.startsWith('the store'))
  const expected = Array.from({ length: restarts }, () => [
    'the store is away: calls that need it are refused',
    'the store is back',
  ])
  assert.deepEqual(said, expected.flat())
}
