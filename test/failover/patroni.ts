/**
 * Three PostgreSQL servers under Patroni and etcd, two servers over them, and HAProxy in front, as in
 * docs/guides/several-nodes.md: the machine of the primary dies under load. All of it on loopback, with the programs of
 * the system (Debian: patroni, etcd-server, haproxy, postgresql-15).
 *
 *     npm run failover -- --only patroni
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { Client } from '../../src/sdk/client.ts'
import { figures } from '../crash/ledger.ts'
import { Load } from '../crash/load.ts'
import { placesIn, startServers, verifyAll } from '../crash/servers.ts'
import type { Random } from '../crash/workload.ts'
import { freePort } from '../kit/postgres-programs.ts'

const binFolder = '/usr/lib/postgresql/15/bin'
const recipe = join(import.meta.dirname, '../../docs/guides/patroni')

/** What keeps the recipe from being run here; undefined when nothing does. */
export function patroniMissing(): string | undefined {
  const missing = ['patroni', 'etcd', 'haproxy'].filter((program) => spawnSync(program, ['--version']).error)
  if (!existsSync(join(binFolder, 'postgres'))) missing.push('postgresql-15')
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`
}

export async function patroniRecipe({
  random,
  report,
}: {
  readonly random: Random
  readonly report: (line: string) => void
}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-patroni-'))
  await using held = new AsyncDisposableStack()
  held.defer(() => rmSync(folder, { recursive: true, force: true }))
  chmodSync(folder, 0o755)
  const account = postgresAccount()
  const ports = new Set<number>()
  while (ports.size < 13) ports.add(await freePort())
  const free = ports.values()
  const next = (): number => free.next().value ?? 0
  const started = (program: string, words: readonly string[], as = {}): ChildProcess =>
    held.adopt(spawn(program, words, { stdio: 'ignore', cwd: folder, ...as }), stop)

  const etcds = [1, 2, 3].map((n) => ({ name: `etcd${n}`, client: next(), peer: next() }))
  const cluster = etcds.map(({ name, peer }) => `${name}=http://127.0.0.1:${peer}`).join(',')
  for (const { name, client, peer } of etcds)
    started('etcd', [
      ...['--name', name, '--data-dir', join(folder, name), '--initial-cluster', cluster, '--log-level', 'error'],
      ...[
        '--listen-client-urls',
        `http://127.0.0.1:${client}`,
        '--advertise-client-urls',
        `http://127.0.0.1:${client}`,
      ],
      ...[
        '--listen-peer-urls',
        `http://127.0.0.1:${peer}`,
        '--initial-advertise-peer-urls',
        `http://127.0.0.1:${peer}`,
      ],
    ])

  const etcdHosts = etcds.map(({ client }) => `127.0.0.1:${client}`).join(',')
  const databases = [1, 2, 3].map((n) => ({
    name: `db${n}`,
    port: next(),
    rest: next(),
    process: undefined as ChildProcess | undefined,
  }))
  for (const database of databases) {
    const place = join(folder, database.name)
    mkdirSync(place)
    chownSync(place, account.uid, account.gid)
    const file = join(place, 'patroni.yml')
    const text = readFileSync(join(recipe, 'patroni.yml'), 'utf8')
      .replace('name: db1', `name: ${database.name}`)
      .replaceAll('127.0.0.1:8008', `127.0.0.1:${database.rest}`)
      .replaceAll('127.0.0.1:5432', `127.0.0.1:${database.port}`)
      .replace('etcd1:2379,etcd2:2379,etcd3:2379', etcdHosts)
      .replace('/var/lib/postgresql/keyhaven', join(place, 'data'))
      .replace(
        /^postgresql:\n {2}listen/m,
        `postgresql:\n  parameters: { unix_socket_directories: '${place}' }\n  listen`,
      )
    writeFileSync(file, text, { mode: 0o644 })
    const log = join(place, 'log')
    database.process = started('sh', ['-c', `exec patroni ${file} >${log} 2>&1`], {
      ...{ ...account, cwd: place },
      env: { PATH: process.env.PATH, HOME: place, LC_ALL: 'C' },
    })
  }
  const urlOf = (ports: readonly number[], database: string) =>
    `postgres://postgres:change-me@${ports.map((port) => `127.0.0.1:${port}`).join(',')}/${database}`
  const primary = async (): Promise<(typeof databases)[number] | undefined> => {
    for (const database of databases) {
      const answer = await fetch(`http://127.0.0.1:${database.rest}/primary`).catch(() => undefined)
      if (answer?.status === 200) return database
    }
    return undefined
  }
  const until = async <T>(what: string, ask: () => Promise<T | undefined>): Promise<T> => {
    for (const started = performance.now(); performance.now() - started < 120_000; await wait(200)) {
      const answer = await ask().catch(() => undefined)
      if (answer !== undefined) return answer
    }
    throw new Error(`in vain waited for ${what}`)
  }
  const first = await until('a primary', primary)
  const ask = async (port: number, text: string, database = 'postgres') => {
    const client = new pg.Client(urlOf([port], database))
    await client.connect()
    try {
      return await client.query(text)
    } finally {
      await client.end()
    }
  }
  await until('synchronous standbys', async () => {
    const { rowCount } = await ask(first.port, `select from pg_stat_replication where sync_state = 'sync'`)
    return rowCount ? true : undefined
  })
  await ask(first.port, 'create database kms')
  const places = placesIn(
    folder,
    2,
    urlOf(
      databases.map(({ port }) => port),
      'kms',
    ),
  )
  const servers = await startServers(places, held)
  const clients = places.map(({ data }) => JSON.parse(readFileSync(join(data, 'client.json'), 'utf8')))
  const balancerPort = next()
  const balancerFile = join(folder, 'haproxy.cfg')
  const balancer = readFileSync(join(recipe, 'haproxy.cfg'), 'utf8')
    .replace('127.0.0.1:8443', `127.0.0.1:${balancerPort}`)
    .replace('kms1:8443', new URL(clients[0].endpoint).host)
    .replace('kms2:8443', new URL(clients[1].endpoint).host)
  writeFileSync(balancerFile, balancer)
  started('haproxy', ['-f', balancerFile, '-db'])

  const load = new Load(servers, random)
  await load.goOnFor(200)
  report(`${first.name} is the primary; its machine dies`)
  for (const pid of processesOf(first.process?.pid ?? 0)) process.kill(pid, 'SIGKILL')
  const diedAt = performance.now()
  await load.untilRefused()
  const second = await until('another primary', async () => {
    const found = await primary()
    return found === first ? undefined : found
  })
  const promotedAt = performance.now()
  const served = await load.untilServed()
  report(
    `${second.name} is the primary after ${Math.round((promotedAt - diedAt) / 1000)} s; served by both ${Math.round(served - promotedAt)} ms later`,
  )
  await load.goOnFor(200)
  await load.stop()
  await verifyAll(servers, load.ledger)
  const caFile = join(folder, 'ca.pem')
  writeFileSync(caFile, clients.map((client) => readFileSync(client.caFile, 'utf8')).join(''))
  const { accessKeyId, accessKeySecret, regionId } = clients[0]
  const endpoint = `https://localhost:${balancerPort}`
  await using balanced = new Client({ endpoint, caFile, accessKeyId, accessKeySecret, regionId })
  for (const key of load.ledger.keys.slice(0, 10)) await balanced.describeKey({ keyId: key.keyId })
  report(`nothing lost: ${figures(load.ledger.since())}`)
}

function postgresAccount(): { readonly uid: number; readonly gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((account) => account.startsWith('postgres:'))
  const [, , uid, gid] = line?.split(':') ?? []
  return { uid: Number(uid), gid: Number(gid) }
}

/** A process and all that it has started, and those have. */
function processesOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  return [pid, ...children.flatMap((child) => processesOf(Number(child)))]
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const closed = once(child, 'close')
  for (const pid of processesOf(child.pid)) process.kill(pid, 'SIGKILL')
  await closed
}
