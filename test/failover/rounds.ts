import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requireAudited } from '../crash/audited.ts'
import { figures } from '../crash/ledger.ts'
import { Load } from '../crash/load.ts'
import { keyhaven } from '../crash/server-process.ts'
import { placesIn, startServers, verifyAll } from '../crash/servers.ts'
import type { Random } from '../crash/workload.ts'
import { PostgresPair } from '../kit/postgres-pair.ts'

export interface FailoverOptions {
  readonly rounds: number
  readonly random: Random
  /** acknowledged calls between one step and the next; 100 unless given */
  readonly callsBetween?: number
  readonly report?: (line: string) => void
}

export interface FailoverFigures {
  /** the longest that a server took to serve again, from the moment at which the new primary took changes */
  readonly slowestMs: number
  readonly acknowledged: number
}

/**
 * Kills the primary of two busy servers, lets the standby take its place, brings the former primary back as it was, cut
 * off from the new one, and makes it the standby in the end; again and again.
 *
 * @throws when a server ended or failed, something acknowledged is gone, or anything was asked of a former primary
 */
export async function failOver(options: FailoverOptions): Promise<FailoverFigures> {
  const { rounds, random, callsBetween = 100, report = () => {} } = options
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-failover-'))
  await using held = new AsyncDisposableStack()
  held.defer(() => rmSync(folder, { recursive: true, force: true }))
  const pair = held.use(await PostgresPair.start())
  const places = placesIn(folder, 2, pair.url)
  const servers = await startServers(places, held)
  const load = new Load(servers, random)
  const delays: number[] = []
  for (let round = 1; round <= rounds; round++) {
    await load.goOnFor(callsBetween)
    const former = pair.primary
    await pair.kill(former)
    await load.untilRefused()
    await pair.promote()
    const promotedAt = performance.now()
    const delay = (await load.untilServed()) - promotedAt
    delays.push(delay)
    await pair.resume(former)
    await load.goOnFor(callsBetween)
    await requireUntouched(pair, former)
    if (round < rounds) await pair.makeStandby(former)
    report(`round ${round}: served by both ${Math.round(delay)} ms after the promotion`)
  }
  await load.stop()
  const { ledger } = load
  await verifyAll(servers, ledger)
  for (const server of servers) server.requireNoFailure()
  for (const place of places) await keyhaven(place, 'audit', 'verify')
  requireAudited(
    places.map(({ data }) => data),
    ledger.requestIds,
  )
  const slowestMs = Math.max(...delays)
  report(`nothing lost in ${rounds} failovers: ${figures(ledger.since())}; slowest ${Math.round(slowestMs)} ms`)
  return { slowestMs, acknowledged: ledger.requestIds.length }
}

/** Since it came back nobody has read or written a record there. */
async function requireUntouched(pair: PostgresPair, former: 0 | 1): Promise<void> {
  const [used] = await pair.ask(
    `select coalesce(sum(seq_scan + idx_scan + n_tup_ins + n_tup_upd + n_tup_del), 0)::int as uses
     from pg_stat_user_tables where relname in ('records', 'record_indexes')`,
    { at: former },
  )
  assert.equal(used?.uses, 0, 'records were read or written at a former primary')
}
