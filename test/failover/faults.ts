import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { figures } from '../crash/ledger.ts'
import { Load } from '../crash/load.ts'
import { placesIn, startServers, verifyAll } from '../crash/servers.ts'
import type { Random } from '../crash/workload.ts'
import { type LinkProxy, startLinkProxy } from '../kit/link-proxy.ts'
import { PostgresPair } from '../kit/postgres-pair.ts'

export interface FaultOptions {
  readonly random: Random
  /** how long the database is frozen; 30 s unless given */
  readonly frozenMs?: number
  /** acknowledged calls between one fault and the next; 100 unless given */
  readonly callsBetween?: number
  readonly report?: (line: string) => void
}

interface Surroundings {
  readonly pair: PostgresPair
  /** how both servers reach the one and the other of the pair */
  readonly links: readonly [LinkProxy, LinkProxy]
  readonly load: Load
}

/** Each does something to the database, and says what came of it once both servers serve again. */
const faults: Readonly<Record<string, (around: Surroundings, options: FaultOptions) => Promise<string>>> = {
  /** Neither answers nor ends: nobody takes its place. */
  async frozen({ pair, load }, { frozenMs = 30_000 }) {
    const frozenAt = performance.now()
    pair.freeze(pair.primary)
    try {
      await load.untilRefused()
      await new Promise((resolve) => setTimeout(resolve, frozenMs - (performance.now() - frozenAt)))
    } finally {
      pair.thaw(pair.primary)
    }
    const thawedAt = performance.now()
    return `served ${Math.round((await load.untilServed()) - thawedAt)} ms after it went on`
  },
  async slow({ links, load }, { callsBetween = 100 }) {
    for (const link of links) link.delay(100)
    await load.goOnFor(callsBetween / 2)
    for (const link of links) link.delay(0)
    return 'served while every packet took 100 ms'
  },
  /** The primary is there and cannot be reached by the servers, who are not told; its standby takes its place. */
  async 'cut off'({ pair, links, load }) {
    const former = pair.primary
    links[former].cut()
    await load.untilRefused()
    await pair.promote()
    const promotedAt = performance.now()
    const delay = Math.round((await load.untilServed()) - promotedAt)
    links[former].mend()
    return `served ${delay} ms after the promotion`
  },
}

/**
 * Freezes, slows down and cuts off the database of two busy servers.
 *
 * @throws when a server ended or failed, or something acknowledged is gone
 */
export async function meetFaults(options: FaultOptions): Promise<void> {
  const { random, callsBetween = 100, report = () => {} } = options
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-faults-'))
  await using held = new AsyncDisposableStack()
  held.defer(() => rmSync(folder, { recursive: true, force: true }))
  const pair = held.use(await PostgresPair.start())
  const linkTo = async (index: 0 | 1): Promise<LinkProxy> =>
    held.adopt(await startLinkProxy(pair.portOf(index)), (link) => link.close())
  const links = [await linkTo(0), await linkTo(1)] as const
  const url = links.reduce(
    (text, { port }, index) => text.replace(`:${pair.portOf(index as 0 | 1)}`, `:${port}`),
    pair.url,
  )
  const servers = await startServers(placesIn(folder, 2, url), held)
  const load = new Load(servers, random)
  for (const [name, fault] of Object.entries(faults)) {
    await load.goOnFor(callsBetween)
    report(`${name}: ${await fault({ pair, links, load }, options)}`)
  }
  await load.goOnFor(callsBetween)
  await load.stop()
  await verifyAll(servers, load.ledger)
  for (const server of servers) server.requireNoFailure()
  report(`nothing lost: ${figures(load.ledger.since())}`)
}

/**
 * Fills the disk of the database under two busy servers, and makes room again.
 *
 * @returns false where no small disk can be mounted
 */
export async function fillDisk({ random, callsBetween = 100, report = () => {} }: FaultOptions): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-full-'))
  await using held = new AsyncDisposableStack()
  held.defer(() => rmSync(folder, { recursive: true, force: true }))
  const pair = held.use(await PostgresPair.start({ isAlone: true }))
  const disk = join(pair.folder, 'disk')
  mkdirSync(disk)
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'disk', disk]).status !== 0) return false
  held.defer(() => void spawnSync('umount', ['-l', disk]))
  pair.give(disk)
  await pair.ask(`create tablespace small location '${disk}'`)
  await pair.ask('create database full_disk tablespace small', { database: 'postgres' })
  const servers = await startServers(placesIn(folder, 2, pair.urlOf(0, 'full_disk')), held)
  const load = new Load(servers, random)
  await load.goOnFor(callsBetween)
  const filled = spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'ballast')}`, 'bs=8k'])
  assert.notEqual(filled.status, 0, 'the disk is full')
  await load.untilRefused()
  rmSync(join(disk, 'ballast'))
  await load.untilServed()
  await load.goOnFor(callsBetween)
  await load.stop()
  await verifyAll(servers, load.ledger)
  report(`full disk: refused, served again, nothing lost: ${figures(load.ledger.since())}`)
  return true
}
