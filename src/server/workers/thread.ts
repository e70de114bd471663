import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { MetricsHistory } from '../../core/oversight/metrics-history.ts'
import type { Store } from '../../core/store.ts'
import { PoolWatch } from '../../store/engines/pool-watch.ts'
import { inTime } from '../audit/in-time.ts'
import type { Config } from '../config/schema.ts'
import { openCore } from '../core.ts'
import { LocalFront } from '../front/front.ts'
import { Metrics } from '../http/metrics.ts'
import { pathOf, type Route } from '../http/route.ts'
import { type Log, levels } from '../log.ts'
import { historyMs, keepHistory } from '../recurring/keep-history.ts'
import { keepLastUses, lastUsesMs, lastUsesTimeoutMs } from '../recurring/last-uses.ts'
import { followMs } from '../root-key/root-key-rotation.ts'
import { databaseFile, openBesideMain } from '../store/open-configured-store.ts'
import { openTracing } from '../tracing/tracing.ts'
import type { MainDuties, WorkerData, WorkerDuties } from './duties.ts'
import { packError } from './errors.ts'
import { Link } from './link.ts'

/** A worker: answers calls as the only thread of a server does, and leaves to the main one what there can be but one of. */
async function work(data: WorkerData): Promise<void> {
  const { worker, config, accountId, loopbackHttp, servedUntil, memory, lastUsesBegan } = data
  if (!parentPort) throw new Error('a worker is a thread of a server')
  const main = new Link<MainDuties>(parentPort)
  const log = logOf(main, config, worker)
  const pool = new PoolWatch()
  const store = sharedStore(await openBesideMain(config, log, { outages: memory.outages, pool }), config, main)
  const tracing = openTracing(config, log)
  let caFile: string | undefined
  const { kms, keyring, follower } = openCore({
    ...{
      store: tracing?.store(store) ?? store,
      config,
      accountId,
      log,
      loopbackHttp,
      changes: memory.changes,
      lastUsesBegan,
    },
    now: () => new Date(),
    caCertificateChain: () => (caFile === undefined ? '' : readFileSync(caFile, 'utf8')),
    onTampering: (kind, id) => main.tell('tampered', kind, id),
    onLost: () => main.tell('rootKeyLost'),
    lastUseElsewhere: (name) => main.ask('lastUse', name),
    serviceView: {
      status: () => main.ask('status'),
      queryAudit: (query) => main.ask('queryAudit', query),
      verifyAudit: () => main.ask('verifyAudit'),
      metrics: (since, until, period) => history.between(since, until, period),
    },
  })
  const history = new MetricsHistory(kms.records, `${config.node}/${worker}`, () => main.ask('unkeptCounts'))
  const metrics = new Metrics(pool)
  const front = new LocalFront({
    ...{ kms, config, metrics, history, log, memory, servedUntil, tracing, isShared: true },
    audit: { append: (record, isDenial) => main.ask('append', record, isDenial) },
    serverRoutes: ['/livez', '/healthz', '/readyz', '/metrics'].map((path) => routeOfMain(main, path)),
    wall: () => new Date(),
  })
  setInterval(() => void keepLastUses(kms, log), lastUsesMs).unref()
  setInterval(() => void keepHistory(history, kms, log), historyMs).unref()
  // that the store is away is told once, by itself
  setInterval(() => void follower.follow().catch(() => undefined), followMs).unref()
  const duties: WorkerDuties = {
    listen(presented, addresses) {
      caFile = presented.caFile
      return front.listen(presented, addresses)
    },
    present(presented) {
      caFile = presented.caFile
      return front.present(presented)
    },
    async unseal(rootKeys) {
      keyring.unseal(rootKeys)
    },
    async seal() {
      await inTime(keepLastUses(kms, log), lastUsesTimeoutMs).catch(() => undefined)
      keyring.seal()
      await front.seal()
    },
    trustClock: () => front.trustClock(),
    takeDemands: () => front.takeDemands(),
    divide: (parts) => front.divide(parts),
    lastUse: (name) => kms.lastUses.noted(name),
    unkeptCounts: () => history.unkept(),
    startMetrics: () => metrics.startWorker(worker),
    metrics: () => metrics.values(),
    async close(graceMs) {
      await front.close(graceMs)
      await keepLastUses(kms, log)
      await keepHistory(history, kms, log)
      await store.close()
      await tracing?.finish()
    },
  }
  main.serve({ ...duties })
}

/** Its lines are written by the main thread, and say which worker they are from. */
const logOf = (main: Link<MainDuties>, { logLevel }: Config, worker: number): Log => ({
  write(level, message, { error, ...fields } = {}) {
    if (levels.indexOf(level) < levels.indexOf(logLevel)) return
    main.tell('log', level, message, { ...fields, worker }, error === undefined ? undefined : packError(error))
  },
})

/** Whoever reads a SQLite database keeps nobody from it, but of those who write it there is one at a time: the main thread. */
function sharedStore(own: Store, config: Config, main: Link<MainDuties>): Store {
  if (databaseFile(config) === undefined) return own
  return {
    get: (kind, id) => own.get(kind, id),
    list: (kind, filter, page) => own.list(kind, filter, page),
    scan: (...range) => own.scan(...range),
    commit: (changes) => main.ask('commit', changes),
    close: () => own.close(),
  }
}

const routeOfMain = (main: Link<MainDuties>, path: string): Route => ({
  name: path,
  matches: (request) => pathOf(request) === path,
  handle: (request) => main.ask('route', request),
})

await work(workerData)
