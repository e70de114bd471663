import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type PostgresServer, startPostgres } from '../kit/postgres.ts'
import { requireAudited } from './audited.ts'
import { figures, Ledger, verify } from './ledger.ts'
import { keyhaven, type Place, ServerProcess } from './server-process.ts'
import { type Random, workThroughOutages } from './workload.ts'

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
const workersPerNode = 4

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
  const places = placesIn(folder, await postgres.createDatabase())
  const servers: ServerProcess[] = []
  for (const place of places) {
    // the second server finds a deployment, and needs the key to it
    const [first] = places
    if (first && place !== first) copyFileSync(join(first.data, 'dev.key'), join(place.data, 'dev.key'))
    const server = held.adopt(new ServerProcess(place), (started) => started.kill())
    await server.ready()
    servers.push(server)
  }
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
  for (const server of servers) await requireWhole(server, ledger, restarts)
  for (const place of places) await keyhaven(place, 'audit', 'verify')
  requireAudited(
    places.map(({ data }) => data),
    ledger.requestIds,
  )
  const slowestMs = Math.max(...delays)
  report(`nothing lost in ${restarts} restarts: ${figures(ledger.since())}; slowest ${Math.round(slowestMs)} ms`)
  return { slowestMs, acknowledged: ledger.requestIds.length }
}

function placesIn(folder: string, store: string): Place[] {
  return Array.from({ length: nodes }, (_, node) => {
    const data = join(folder, `node-${node + 1}`)
    mkdirSync(data, { mode: 0o700 })
    return { data, store }
  })
}

/** @returns how long it took from the database's word that it is ready until every server had acknowledged a call */
async function restartOnce(postgres: PostgresServer, how: 'shut down' | 'killed', load: Load): Promise<number> {
  await postgres.halt(how)
  await load.untilRefused()
  await postgres.resume()
  const readyAt = performance.now()
  return (await load.untilServed()) - readyAt
}

async function requireWhole(server: ServerProcess, ledger: Ledger, restarts: number): Promise<void> {
  server.requireRunning()
  const client = server.client()
  await verify(client, ledger.since())
  await client.close()
  const said = server.log.filter((message) => message.startsWith('the store'))
  const expected = Array.from({ length: restarts }, () => [
    'the store is away: calls that need it are refused',
    'the store is back',
  ])
  assert.deepEqual(said, expected.flat())
  assert.deepEqual(
    server.log.filter((message) => message === 'request failed' || message === 'due work failed'),
    [],
  )
}

/** Calls to every server that go on whatever happens to the database. */
class Load {
  readonly ledger = new Ledger()
  readonly #stopping = new AbortController()
  readonly #work: Promise<unknown>
  /** of each server, when it last acknowledged and when it last refused a call */
  readonly #news: { acknowledgedAt: number; refusedAt: number }[]

  constructor(servers: readonly ServerProcess[], random: Random) {
    this.#news = servers.map(() => ({ acknowledgedAt: 0, refusedAt: 0 }))
    const work = servers.flatMap((server, node) => {
      const news = this.#news[node]
      const client = server.client()
      const hear = (outcome: 'acknowledged' | 'refused'): void => {
        if (news) news[`${outcome}At`] = performance.now()
      }
      const { signal } = this.#stopping
      return Array.from({ length: workersPerNode }, () =>
        workThroughOutages(client, this.ledger, random, { signal, hear }),
      )
    })
    this.#work = Promise.all(work)
    this.#work.catch(() => undefined)
  }

  async goOnFor(calls: number): Promise<void> {
    const enough = this.ledger.requestIds.length + calls
    await this.#until(() => this.ledger.requestIds.length >= enough)
  }

  /** Until every server has met the outage. */
  async untilRefused(): Promise<void> {
    const now = performance.now()
    await this.#until(() => this.#news.every(({ refusedAt }) => refusedAt > now))
  }

  /** @returns when the last of the servers had acknowledged a call */
  async untilServed(): Promise<number> {
    const now = performance.now()
    const first = this.#news.map(() => 0)
    await this.#until(() => {
      for (const [node, { acknowledgedAt }] of this.#news.entries()) {
        if (first[node] === 0 && acknowledgedAt > now) first[node] = acknowledgedAt
      }
      return first.every((at) => at > 0)
    })
    return Math.max(...first)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#work
  }

  /** Fails as soon as a worker does. */
  async #until(isSo: () => boolean): Promise<void> {
    let hasEnded = false
    const end = (): void => {
      hasEnded = true
    }
    this.#work.then(end, end)
    // a turn after the other would take a processor from the servers
    while (!isSo() && !hasEnded) await wait(1)
    if (hasEnded) await this.#work
  }
}
