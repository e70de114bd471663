import { readFileSync } from 'node:fs'
import type { Server } from 'node:net'
import { join } from 'node:path'
import { encryptionCounts } from '../core/cryptography/encryption-counts.ts'
import { KmsError } from '../core/errors.ts'
import type { Kms } from '../core/kms.ts'
import { MetricsHistory } from '../core/oversight/metrics-history.ts'
import { accountKeys } from '../core/sealing/account-keys.ts'
import { changeSeal } from '../core/sealing/change-seal.ts'
import { type Deployment, deploymentKind, readDeployment } from '../core/sealing/deployment.ts'
import type { Keyring } from '../core/sealing/keyring.ts'
import type { RootKeyFollower } from '../core/sealing/root-key-follower.ts'
import type { RotationOutcome } from '../core/sealing/rotate-root-key.ts'
import { type Seal, UnsealFailure } from '../core/sealing/seal.ts'
import { Snapshot } from '../core/sealing/snapshot.ts'
import { unseal } from '../core/sealing/unseal.ts'
import type { Store } from '../core/store.ts'
import { randomBytes } from '../crypto/random.ts'
import type { HttpRequest, HttpResponse } from '../gateway/http.ts'
import { Anchors, anchors as anchorRecords } from './audit/anchor.ts'
import { AuditDamaged, withWayOut } from './audit/damage.ts'
import { inTime } from './audit/in-time.ts'
import type { FileAuditLog } from './audit/log.ts'
import { anchorsOptions, logKeys } from './audit-keys.ts'
import { ClockGuard } from './clock-guard.ts'
import { consolePlace } from './config/console.ts'
import { ConfigError } from './config/load.ts'
import type { Config } from './config/schema.ts'
import { openCore } from './core.ts'
import { type DeploymentOptions, deploymentOf, sealOf } from './deployment.ts'
import { doDueWork } from './due-work.ts'
import { type Front, LocalFront, proxiesOf } from './front.ts'
import { type Health, healthRoutes } from './http/health.ts'
import { parseAddress } from './http/listen.ts'
import { Metrics } from './http/metrics.ts'
import { json, type Route } from './http/route.ts'
import { historyMs, keepHistory } from './keep-history.ts'
import { keepLastUses, lastUsesMs, lastUsesTimeoutMs } from './last-uses.ts'
import { Listeners } from './listeners.ts'
import { lockFolder } from './lock.ts'
import type { Log } from './log.ts'
import { serverMemory } from './memory.ts'
import { openAudit } from './open-audit.ts'
import { databaseFile, openConfiguredStore } from './open-configured-store.ts'
import { configuredWebhooks } from './oversight/configured-webhooks.ts'
import { EventWatch } from './oversight/event-watch.ts'
import { serviceView } from './oversight/service-view.ts'
import { Webhooks } from './oversight/webhooks.ts'
import type { Addresses } from './ports.ts'
import { followMs, RootKeyRotation, type TellProgress } from './root-key-rotation.ts'
import type { TlsSettings } from './tls/store.ts'
import { rootKeyVault } from './tls/vault.ts'
import { Workers, type WorkersOptions } from './workers/workers.ts'

export interface ServiceOptions extends DeploymentOptions {
  readonly log: Log
  /** the clock of all rules; the system's unless given */
  readonly now?: (() => Date) | undefined
  /** the clock that peers go by: dates of requests, certificates, jumps of the machine's clock; `now` unless given */
  readonly wall?: (() => Date) | undefined
  /** done once the deployment is open, before anybody is served */
  readonly prepare?: ((kms: Kms) => Promise<void>) | undefined
  /** what answers before everything else */
  readonly routes?: readonly Route[] | undefined
  /** stands between the listeners and what answers API calls, as tests want it */
  readonly around?: ((route: Route) => Route) | undefined
}

/** What speaks of the deployment itself, its log, and counts that must not go back. */
const keptAtReset: ReadonlySet<string> = new Set([
  ...[deploymentKind, accountKeys.name, anchorRecords.name, encryptionCounts.name],
])

interface Parts {
  readonly deployment: Deployment
  readonly store: Store
  readonly kms: Kms
  readonly keyring: Keyring
  forget(): void
  readonly follower: RootKeyFollower
  readonly audit: FileAuditLog
  readonly anchors: Anchors
  readonly listeners: Listeners
  readonly front: Front
  readonly workers: Workers | undefined
  readonly clock: ClockGuard
  readonly metrics: Metrics
  readonly history: MetricsHistory
  readonly events: EventWatch
  /** what it can be opened with without an operator */
  readonly seal: Seal | undefined
}

/**
 * Takes hold of the data directory, opens its store and audit log, unseals if it can, and listens.
 *
 * @throws ConfigError, StoreUnusable, UnsealFailure, AuditDamaged: one line that says what is wrong
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, log, now = () => new Date(), wall = now } = options
  await using held = new AsyncDisposableStack()
  held.adopt(lockFolder(config.data), (lock) => lock.release())
  const memory = serverMemory(randomBytes)
  const store = held.adopt(await openConfiguredStore(config, log, memory.outages), (open) => open.close())
  const deployment = await deploymentOf(store, options, now())
  const audit = held.adopt(await openAudit(config, wall, log), (open) => open.close())
  const onTampering = (kind: string, id: string) => alarm(audit, log, kind, id)
  const { accountId } = deployment
  // Asked only when a call is served, which is after the listeners have read their certificates.
  const caCertificateChain = () => (listeners.caFile === undefined ? '' : readFileSync(listeners.caFile, 'utf8'))
  const loopbackHttp = deployment.mode === 'development'
  const lastUseElsewhere = async (name: string) => workers?.lastUse(name)
  const { kms, keyring, follower, forget } = openCore({
    ...{ store, config, accountId, log, now, caCertificateChain, onTampering, loopbackHttp, lastUseElsewhere },
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
  const metrics = new Metrics()
  const webhooks = new Webhooks({ webhooks: configuredWebhooks(config), log, now })
  held.defer(() => webhooks.stop())
  const history = new MetricsHistory(kms.records, config.node)
  held.defer(() => keepHistory(history, kms, log))
  const health = healthOf({ deployment, store, keyring, audit, clock })
  const serverRoutes = [...(options.routes ?? []), ...healthRoutes(health), metrics.route(config.metricsAccess)]
  const lost = Promise.withResolvers<void>()
  const workers = workersOf({
    options,
    data: { config: partOf(config), accountId, loopbackHttp, servedUntil, memory },
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
      ...{ kms, audit, config, metrics, history, log, memory, serverRoutes, servedUntil, wall },
      around: options.around,
    })
  const listeners = new Listeners({
    front,
    ...addresses(options),
    tls: tlsSettings(config, deployment, kms),
    now: wall,
    log,
  })
  held.adopt(listeners, (open) => open.close(config.shutdownSeconds * 1000))
  const view = serviceView({
    ...{ config, deployment, audit, anchors, clock, history, now, startedAt: now() },
    askStore: () => store.get('health', ''),
    certificateEnd: () => listeners.certificateEnd,
  })
  const parts = {
    deployment,
    store,
    kms,
    keyring,
    forget,
    follower,
    audit,
    anchors,
    listeners,
    front,
    workers,
    clock,
    metrics,
    history,
    events: new EventWatch({ kms, webhooks, certificateEnd: () => listeners.certificateEnd }),
    // That there is none may be the reason not to start: then what is held here is let go of.
    seal: sealOf(options, false),
  }
  const service = new Service(options, parts, held.move(), lost.promise)
  try {
    const { seal } = parts
    await (seal ? service.open(seal) : audit.begin())
    if (!keyring.isSealed) await options.prepare?.(kms)
    await listeners.open()
    log.write('info', `${keyring.isSealed ? 'listening, sealed' : 'ready'}: ${listeners.endpoint}`)
    return service
  } catch (error) {
    await service.close()
    throw error
  }
}

/** Everything that runs while the server runs. */
export class Service {
  readonly kms: Kms
  readonly audit: FileAuditLog
  readonly #options: ServiceOptions
  readonly #parts: Parts
  readonly #held: AsyncDisposableStack
  readonly #startedAt = performance.now()
  readonly #rotation: RootKeyRotation
  #deployment: Deployment
  /** what it can be opened with without an operator */
  #seal: Seal | undefined
  #seenRevision: number | undefined

  /** fulfilled when the server cannot go on: a worker has ended, and `close` is what is left to do */
  readonly lost: Promise<void>

  constructor(options: ServiceOptions, parts: Parts, held: AsyncDisposableStack, lost: Promise<void>) {
    this.#options = options
    this.lost = lost
    this.#parts = parts
    this.#held = held
    this.kms = parts.kms
    this.audit = parts.audit
    this.#deployment = parts.deployment
    this.#seal = parts.seal
    this.#rotation = new RootKeyRotation({
      ...{ ...parts, log: options.log, randomBytes, now: () => parts.kms.now() },
      event: (action) => this.#event(action),
      onTampering: (kind, id) => alarm(parts.audit, options.log, kind, id),
    })
    const following = setInterval(() => void this.#follow(), followMs).unref()
    held.defer(() => this.#rotation.stop())
    held.defer(() => clearInterval(following))
    const timer = setInterval(() => void this.doDueWork(), options.config.dueWorkSeconds * 1000).unref()
    const lastUses = setInterval(() => void keepLastUses(parts.kms, options.log), lastUsesMs).unref()
    const history = setInterval(() => void keepHistory(parts.history, parts.kms, options.log), historyMs).unref()
    held.defer(() => clearInterval(history))
    held.defer(() => clearInterval(timer))
    held.defer(() => clearInterval(lastUses))
  }

  get deployment(): Deployment {
    return this.#deployment
  }

  get endpoint(): string {
    return this.#parts.listeners.endpoint
  }

  get httpEndpoint(): string | undefined {
    return this.#parts.listeners.httpEndpoint
  }

  /** where the console is, unless it is off: without TLS on this machine, where browsers know no certificate of ours */
  get consoleUrl(): string | undefined {
    const { consoleEndpoint, httpEndpoint, endpoint } = this.#parts.listeners
    const isSame = consolePlace(this.#options.config, this.deployment.mode) === 'same'
    const at = isSame ? (httpEndpoint ?? endpoint) : consoleEndpoint
    return at && `${at}/console/`
  }

  get caFile(): string | undefined {
    return this.#parts.listeners.caFile
  }

  get isSealed(): boolean {
    return this.#parts.keyring.isSealed
  }

  /**
   * Opens the deployment; what was opened already stays open.
   *
   * @throws UnsealFailure; AuditDamaged when the audit log is not what the store says it is
   */
  async open(seal: Seal): Promise<void> {
    const { store, keyring, kms, audit, anchors, front } = this.#parts
    const opened = await unseal(store, seal)
    if (!keyring.isSealed) return
    keyring.unseal(opened)
    try {
      await audit.startSigning(logKeys(kms.sealing, anchors))
      await this.#event('Unseal')
      await front.unseal(opened)
      // The certificate may have waited for the key that signs it.
      await this.#parts.listeners.reload()
      await this.#see()
      this.#rotation.resume()
    } catch (error) {
      keyring.seal()
      await front.seal()
      audit.forgetKey()
      throw error instanceof AuditDamaged ? withWayOut(error) : error
    }
  }

  /**
   * Opens it at the word of an operator. A wrong secret that somebody tried must not go unseen.
   *
   * @param secret - makes the seal, of the kind that the deployment has, of what was typed
   */
  async unseal(secret: (kind: string) => Seal): Promise<void> {
    const { log } = this.#options
    try {
      await this.#see()
      await this.open(secret(this.deployment.seal))
      log.write('info', 'unsealed')
    } catch (error) {
      log.write('warn', 'unsealing was refused', {
        code: error instanceof UnsealFailure ? error.reason : undefined,
        error,
      })
      throw error
    }
  }

  /** When it returns, no call will succeed any more. */
  async seal(): Promise<void> {
    const { keyring, front, audit } = this.#parts
    const { log } = this.#options
    // A store that hangs is not to keep it open.
    await inTime(keepLastUses(this.kms, log), lastUsesTimeoutMs).catch(() => undefined)
    keyring.seal()
    await front.seal()
    log.write('info', 'sealed')
    await audit.keepDenials()
    // sealed it is, whatever becomes of the record
    await this.#event('Seal').catch((error: unknown) => log.write('error', 'sealing was not recorded', { error }))
    audit.forgetKey()
  }

  /**
   * Wraps the root key with another secret, whether this server is sealed or not.
   *
   * @throws UnsealFailure when `present` does not open the deployment
   */
  async reseal(present: Seal, next: Seal): Promise<void> {
    const { store, follower } = this.#parts
    const { rootKey } = await unseal(store, present)
    await changeSeal(store, rootKey, next)
    if (this.#seal !== undefined) this.#seal = next
    await follower.follow()
    await this.#see()
    this.#options.log.write('info', `resealed: the root secret is now that of a ${next.name} seal`)
    await this.#event('Reseal')
  }

  /** @throws UnsealFailure when `seal` does not open the deployment */
  async rotateRootKey(seal: Seal, tell: TellProgress): Promise<RotationOutcome> {
    const outcome = await this.#rotation.run(seal, tell)
    await this.#see()
    return outcome
  }

  /** Somebody has changed the root key while this server could not follow, and so it is sealed. */
  async afterLoss(): Promise<void> {
    const { log } = this.#options
    log.write('error', 'the root key was changed while this server was away: it is sealed')
    await this.seal()
    if (this.#seal === undefined) return
    await this.open(this.#seal).then(
      () => log.write('info', 'unsealed'),
      (error: unknown) => log.write('error', 'it could not be unsealed again', { error }),
    )
  }

  /** Does what is due now; also called by a timer. */
  async doDueWork(): Promise<void> {
    const { kms, audit, clock } = this.#parts
    const { log } = this.#options
    try {
      const done = await doDueWork({ kms, audit, clock, log })
      if (done) await this.#parts.events.look(done)
    } catch (error) {
      // that store or audit log are away is told once, by themselves
      if (error instanceof KmsError && error.code === 'ServiceUnavailableTemporary') return
      log.write('error', 'due work failed', { error })
    }
  }

  async trustClock(): Promise<void> {
    this.#parts.clock.confirm()
    await this.#parts.front.trustClock()
    await this.#event('TrustClock')
  }

  /**
   * Remembers the records as they are now, for tests.
   *
   * @returns what goes back to them, and forgets what is remembered of others; nothing when they are too many to remember
   */
  async snapshot(): Promise<(() => Promise<void>) | undefined> {
    const { store, keyring, forget } = this.#parts
    const snapshot = await Snapshot.take({ store, keyring, isKept: (kind) => keptAtReset.has(kind) })
    return (
      snapshot &&
      (async () => {
        await snapshot.restore()
        forget()
      })
    )
  }

  reload(): Promise<void> {
    return this.#parts.listeners.reload()
  }

  /** Loads what a start can do without. */
  async startMetrics(): Promise<void> {
    const { keyring, audit, front, workers, metrics, listeners } = this.#parts
    const gauges = {
      sealed: () => keyring.isSealed,
      auditHealthy: () => audit.healthy,
      auditSpaceLow: () => audit.space !== 'ample',
      auditFreeBytes: () => audit.freeBytes,
      auditRecords: () => audit.size,
      activeRequests: () => front.active,
      certificateEnd: () => listeners.certificateEnd,
    }
    await workers?.startMetrics()
    await metrics.start(gauges, workers && (() => workers.metrics()))
  }

  status(): Readonly<Record<string, string | number | boolean>> {
    const { keyring, audit, clock } = this.#parts
    const { mode, accountId, deploymentId, seal, rootKeyVersion } = this.deployment
    return {
      state: keyring.isSealed ? 'sealed' : 'unsealed',
      mode,
      seal,
      rootKeyVersion,
      ...(this.#rotation.isPending ? { rootKeyIsChanging: true } : {}),
      endpoint: this.endpoint,
      accountId,
      deploymentId,
      auditHealthy: audit.healthy,
      ...(audit.problem === undefined ? {} : { auditProblem: audit.problem }),
      auditRecords: audit.size,
      clockTrusted: clock.isTrusted,
      uptimeSeconds: Math.round((performance.now() - this.#startedAt) / 1000),
    }
  }

  /** Keeps something open that has to be closed before everything else. */
  own(server: Server): void {
    this.#held.defer(() => new Promise<void>((resolve) => server.close(() => resolve())))
  }

  /** Finishes the requests under way and closes everything, the audit log with a signed checkpoint. */
  close(): Promise<void> {
    return this.#held.disposeAsync()
  }

  /** That the store is away is told once, by itself. */
  async #follow(): Promise<void> {
    await this.#parts.follower
      .follow()
      .then(() => this.#see())
      .catch(() => undefined)
  }

  /** What others have made of the deployment. */
  async #see(): Promise<void> {
    const { keyring, store } = this.#parts
    const revision = keyring.isSealed ? undefined : keyring.revision
    if (revision !== undefined && revision === this.#seenRevision) return
    this.#deployment = (await readDeployment(store)) ?? this.#deployment
    this.#seenRevision = revision
  }

  #event(action: string): Promise<void> {
    const time = this.kms.now().toISOString()
    return this.audit.append({ time, phase: 'event', gateway: 'operator', action, code: 'Success' })
  }
}

/** Somebody wrote to the database; the record is refused, and this must not go unseen. */
function alarm(audit: FileAuditLog, log: Log, kind: string, id: string): void {
  log.write('error', 'a stored record is not what was written', { path: `${kind}/${id}` })
  audit.event('RecordTampered', `${kind}/${id}`).catch(() => undefined)
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
  }
}

const tlsSettings = (config: Config, { deploymentId }: Deployment, kms: Kms): TlsSettings => ({
  folder: join(config.data, 'tls'),
  names: config.tlsNames,
  host: parseAddress(config.https).host,
  regions: kms.settings.regions,
  vault: rootKeyVault(kms.sealing),
  certFile: config.tlsCert,
  keyFile: config.tlsKey,
  deployment: deploymentId,
})
