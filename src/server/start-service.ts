import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Kms } from '../core/kms.ts'
import { MetricsHistory } from '../core/oversight/metrics-history.ts'
import type { Deployment } from '../core/sealing/deployment.ts'
import { randomBytes } from '../crypto/random.ts'
import type { HttpRequest, HttpResponse } from '../gateway/http.ts'
import { PoolWatch } from '../store/engines/pool-watch.ts'
import { Anchors } from './audit/anchor.ts'
import { anchorsOptions } from './audit/log-keys.ts'
import { checkCertificateModes, isConsoleOpen } from './client-certificates/trust.ts'
import { consolePlace } from './config/console.ts'
import { ConfigError } from './config/load.ts'
import type { Config } from './config/schema.ts'
import { openCore } from './core.ts'
import { deploymentOf, sealOf } from './deployment.ts'
import { lockFolder } from './files/lock.ts'
import { LocalFront, proxiesOf } from './front/front.ts'
import { serverMemory } from './front/memory.ts'
import { type Health, healthRoutes } from './http/health.ts'
import { parseAddress } from './http/listen.ts'
import { Metrics } from './http/metrics.ts'
import { json, type Route } from './http/route.ts'
import { Listeners } from './listening/listeners.ts'
import type { Addresses } from './listening/ports.ts'
import { nodeAmongOthers } from './nodes/node-among-others.ts'
import { openAudit } from './open-audit.ts'
import { configuredWebhooks } from './oversight/configured-webhooks.ts'
import { EventWatch } from './oversight/event-watch.ts'
import { serviceView } from './oversight/service-view.ts'
import { Webhooks } from './oversight/webhooks.ts'
import { ClockGuard } from './recurring/clock-guard.ts'
import { keepHistory } from './recurring/keep-history.ts'
import { keepLastUses } from './recurring/last-uses.ts'
import { alarm, Service, type ServiceOptions } from './service.ts'
import type { Parts } from './service-parts.ts'
import { configuredReceivers } from './shipping/configured-receivers.ts'
import { Shipping } from './shipping/shipping.ts'
import { databaseFile, openConfiguredStore } from './store/open-configured-store.ts'
import { cloudNames, kmsNames } from './tls/names.ts'
import type { TlsSettings } from './tls/store.ts'
import { rootKeyVault } from './tls/vault.ts'
import { openTracing } from './tracing/tracing.ts'
import { Workers, type WorkersOptions } from './workers/workers.ts'

/**
 * Takes hold of the data directory, opens its store and audit log, unseals if it can, and listens.
 *
 * @throws ConfigError, StoreUnusable, UnsealFailure, AuditDamaged: one line that says what is wrong
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, log, now = () => new Date(), wall = now } = options
  checkCertificateModes(config, options.mode)
  if (isConsoleOpen(config, options.mode))
    log.write('warn', 'the port of the console demands no client certificate: an AccessKey alone signs in there')
  await using held = new AsyncDisposableStack()
  held.adopt(lockFolder(config.data), (lock) => lock.release())
  const memory = serverMemory(randomBytes)
  const pool = new PoolWatch()
  const store = held.adopt(await openConfiguredStore(config, log, { outages: memory.outages, pool }), (open) =>
    open.close(),
  )
  const deployment = await deploymentOf(store, options, now())
  const tracing = openTracing(config, log)
  if (tracing) held.defer(() => tracing.finish())
  const shipping = new Shipping({ receivers: await configuredReceivers(config, options.auditToken), log })
  // After the log is closed: its last record is sent as well.
  held.defer(() => shipping.finish())
  const audit = held.adopt(await openAudit(config, wall, log, shipping), (open) => open.close())
  const onTampering = (kind: string, id: string) => alarm(audit, log, kind, id)
  const { accountId } = deployment
  // Asked only when a call is served, which is after the listeners have read their certificates.
  const caCertificateChain = () => (listeners.caFile === undefined ? '' : readFileSync(listeners.caFile, 'utf8'))
  const loopbackHttp = deployment.mode === 'development'
  const lastUseElsewhere = async (name: string) => workers?.lastUse(name)
  const { kms, keyring, follower, forget } = openCore({
    store: tracing?.store(store) ?? store,
    ...{ config, accountId, log, now, caCertificateChain, onTampering, loopbackHttp, lastUseElsewhere },
    changes: memory.changes,
    onLost: () => void service.afterLoss(),
    // Asked only by calls, which are served after everything that it looks at is there.
    serviceView: {
      status: () => view.status(),
      queryAudit: (query) => view.queryAudit(query),
      verifyAudit: () => view.verifyAudit(),
      metrics: (since, until, period) => view.metrics(since, until, period),
    },
  })
  keyring.whenSealed(() => audit.stopSigning())
  const anchors = new Anchors(anchorsOptions(kms, config, deployment))
  const clock = new ClockGuard({ wall, monotonicMs: () => performance.now() }, audit.lastAt)
  // Of a clock that was ahead no more is believed than that it is now.
  const servedUntil = audit.lastAt && new Date(Math.min(audit.lastAt.getTime(), wall().getTime()))
  // After the last call, and while audit log and store are still open.
  held.defer(() => keepLastUses(kms, log))
  const metrics = new Metrics(pool)
  const webhooks = new Webhooks({ webhooks: configuredWebhooks(config), log, now })
  held.defer(() => webhooks.stop())
  const history = new MetricsHistory(kms.records, config.node)
  held.defer(() => keepHistory(history, kms, log))
  const health = healthOf({ deployment, store, keyring, audit, clock })
  const serverRoutes = [...(options.routes ?? []), ...healthRoutes(health), metrics.route(config.metricsAccess)]
  const lost = Promise.withResolvers<void>()
  const workers = workersOf({
    options,
    data: { config: partOf(config), accountId, loopbackHttp, servedUntil, memory, lastUsesBegan: now().getTime() },
    duties: {
      append: (record, isDenial) => audit.append(record, isDenial),
      commit: (changes) => store.commit(changes),
      tampered: onTampering,
      // the main thread has it in hand when it is sealed itself
      rootKeyLost: () => (keyring.isSealed ? undefined : service.afterLoss()),
      route: (request) => answerOf(serverRoutes, request),
      status: () => view.status(),
      queryAudit: (query) => view.queryAudit(query),
      verifyAudit: () => view.verifyAudit(),
    },
    lost: lost.resolve,
  })
  const front =
    workers ??
    new LocalFront({
      ...{ kms, audit, config, metrics, history, log, memory, serverRoutes, servedUntil, wall, tracing },
      around: options.around,
    })
  const listeners = new Listeners({
    front,
    ...addresses(options),
    tls: tlsSettings(config, deployment, kms),
    clients: config,
    now: wall,
    log,
  })
  held.adopt(listeners, (open) => open.close(config.shutdownSeconds * 1000))
  const view = serviceView({
    ...{ config, deployment, audit, shipping, anchors, clock, history, now, startedAt: now(), records: kms.records },
    askStore: () => store.get('health', ''),
    certificateEnd: () => listeners.certificateEnd,
  })
  const parts: Parts = {
    ...{ deployment, store, kms, keyring, forget, follower, audit, anchors, shipping, tracing },
    ...{ listeners, front, workers, clock, metrics, history },
    outages: memory.outages,
    nodeName: nodeAmongOthers({
      ...{ kms, config, log, front, memory },
      onLost: () => void service.seal().finally(() => lost.resolve()),
    }),
    events: new EventWatch({ kms, webhooks, certificateEnd: () => listeners.certificateEnd }),
    // That there is none may be the reason not to start: then what is held here is let go of.
    seal: sealOf(options, false),
  }
  const service = new Service(options, parts, held.move(), lost.promise)
  try {
    await service.begin()
    if (!keyring.isSealed) await options.prepare?.(kms)
    await listeners.open()
    log.write('info', `${keyring.isSealed ? 'listening, sealed' : 'ready'}: ${listeners.endpoint}`)
    return service
  } catch (error) {
    await service.close()
    throw error
  }
}

/** What a worker may hold of what all together may. */
const partOf = (config: Config): Config => ({
  ...config,
  materialCount: Math.ceil(config.materialCount / config.workers),
})

interface WorkersWanted extends Omit<WorkersOptions, 'count' | 'log'> {
  readonly options: ServiceOptions
}

/** @throws ConfigError */
function workersOf({ options, ...wanted }: WorkersWanted): Workers | undefined {
  const { config, log, now, wall, around, routes } = options
  proxiesOf(config)
  if (config.workers === 1) return undefined
  if (now ?? wall ?? around ?? routes) throw new TypeError('workers know no clock or route but their own')
  if (databaseFile(config) === ':memory:') throw new ConfigError('workers: a database in memory is for one thread')
  if (process.platform === 'linux') return new Workers({ ...wanted, count: config.workers, log })
  log.write('warn', 'workers: only on Linux do several share a port; one serves')
  return undefined
}

function healthOf({
  deployment,
  store,
  keyring,
  audit,
  clock,
}: Pick<Parts, 'deployment' | 'store' | 'keyring' | 'audit' | 'clock'>): Health {
  return {
    mode: deployment.mode,
    isSealed: () => keyring.isSealed,
    auditProblem: () => audit.problem,
    auditSpace: () => audit.space,
    clockTrusted: () => clock.isTrusted,
    askStore: () => store.get('health', ''),
  }
}

/** What the server as a whole answers to a request that a worker was sent. */
const answerOf = async (routes: readonly Route[], request: HttpRequest): Promise<HttpResponse> =>
  (await routes.find((route) => route.matches(request))?.handle(request)) ??
  json(404, { Code: 'InvalidAction.NotFound' })

function addresses({ config, mode }: ServiceOptions): Addresses {
  const place = consolePlace(config, mode)
  return {
    https: config.https,
    http: mode === 'development' ? config.http : undefined,
    console: typeof place === 'object' ? place.address : undefined,
    health: config.health,
  }
}

const tlsSettings = (config: Config, { deploymentId, mode }: Deployment, kms: Kms): TlsSettings => ({
  folder: join(config.data, 'tls'),
  names: config.tlsNames,
  host: parseAddress(config.https).host,
  // A CA of before may sign for no others: production is not to be told so at each start for names it can do without.
  cloud: (mode === 'development' ? cloudNames : kmsNames)(kms.settings.regions),
  vault: rootKeyVault(kms.sealing),
  certFile: config.tlsCert,
  keyFile: config.tlsKey,
  deployment: deploymentId,
})
