import type { Server } from 'node:net'
import { encryptionCounts } from '../core/cryptography/encryption-counts.ts'
import { KmsError } from '../core/errors.ts'
import type { Kms } from '../core/kms.ts'
import { nodes } from '../core/oversight/node-lease.ts'
import { accountKeys } from '../core/sealing/account-keys.ts'
import { changeSeal } from '../core/sealing/change-seal.ts'
import {
  type Deployment,
  type DeploymentRecord,
  decodeDeployment,
  deploymentKind,
  readDeployment,
} from '../core/sealing/deployment.ts'
import type { RotationOutcome } from '../core/sealing/rotate-root-key.ts'
import { type Seal, UnsealFailure, type WrappedRootKey } from '../core/sealing/seal.ts'
import { Snapshot } from '../core/sealing/snapshot.ts'
import { requireStored, unseal } from '../core/sealing/unseal.ts'
import { randomBytes } from '../crypto/random.ts'
import { anchors as anchorRecords } from './audit/anchor.ts'
import { AuditDamaged, withWayOut } from './audit/damage.ts'
import { inTime } from './audit/in-time.ts'
import type { FileAuditLog } from './audit/log.ts'
import { logKeys } from './audit/log-keys.ts'
import { consolePlace } from './config/console.ts'
import type { DeploymentOptions } from './deployment.ts'
import type { Route } from './http/route.ts'
import type { Log } from './log.ts'
import { doDueWork } from './recurring/due-work.ts'
import { historyMs, keepHistory } from './recurring/keep-history.ts'
import { keepLastUses, lastUsesMs, lastUsesTimeoutMs } from './recurring/last-uses.ts'
import { AutoUnseal } from './root-key/auto-unseal.ts'
import { followMs, RootKeyRotation, type TellProgress } from './root-key/root-key-rotation.ts'
import { type SealSource, SealWatch } from './root-key/seal-watch.ts'
import type { Parts } from './service-parts.ts'
import { type ServiceStatus, serverValues, statusOf } from './service-state.ts'

export interface ServiceOptions extends DeploymentOptions {
  readonly log: Log
  /** the clock of all rules; the system's unless given */
  readonly now?: (() => Date) | undefined
  /** the clock that peers go by: dates of requests, certificates, jumps of the machine's clock; `now` unless given */
  readonly wall?: (() => Date) | undefined
  /** where `seal` is from; unless given, it cannot change */
  readonly sealSource?: SealSource | undefined
  /** done once the deployment is open, before anybody is served */
  readonly prepare?: ((kms: Kms) => Promise<void>) | undefined
  /** bearer token for `auditHttps`, where no file holds it */
  readonly auditToken?: string | undefined
  /** what answers before everything else */
  readonly routes?: readonly Route[] | undefined
  /** stands between the listeners and what answers API calls, as tests want it */
  readonly around?: ((route: Route) => Route) | undefined
}

/** Kinds of records that speak of the deployment itself, its log and its servers, and of counts that must not go back. */
const keptAtReset: ReadonlySet<string> = new Set([
  ...[deploymentKind, accountKeys.name, anchorRecords.name, encryptionCounts.name, nodes.name],
])

/** Everything that runs while the server runs. */
export class Service {
  readonly kms: Kms
  readonly audit: FileAuditLog
  readonly #options: ServiceOptions
  readonly #parts: Parts
  readonly #held: AsyncDisposableStack
  readonly #startedAt = performance.now()
  readonly #rotation: RootKeyRotation
  readonly #autoUnseal: AutoUnseal
  readonly #sealWatch: SealWatch
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
    this.#autoUnseal = new AutoUnseal({ log: options.log, open: (seal, signal) => this.open(seal, signal) })
    this.#sealWatch = new SealWatch({
      ...{ store: parts.store, log: options.log, seal: parts.seal, source: options.sealSource },
      take: (seal) => {
        this.#seal = seal
      },
    })
    held.defer(() => this.#sealWatch.stop())
    held.defer(() => this.#autoUnseal.stop())
    const following = setInterval(() => void this.#follow(), followMs).unref()
    held.defer(() => parts.nodeName.release())
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

  /** where probes are answered, if they have a port of their own */
  get healthEndpoint(): string | undefined {
    return this.#parts.listeners.healthEndpoint
  }

  get caFile(): string | undefined {
    return this.#parts.listeners.caFile
  }

  get isSealed(): boolean {
    return this.#parts.keyring.isSealed
  }

  /** why a server that opens by itself is sealed */
  get unsealProblem(): string | undefined {
    return this.#autoUnseal.problem
  }

  /** whether it is being tried again to open it */
  get isUnsealing(): boolean {
    return this.#autoUnseal.isTrying
  }

  /**
   * Begins the audit log, and opens the deployment if that takes no operator. While who keeps the root key is away, it
   * is sealed, and opens by itself later.
   *
   * @throws UnsealFailure; AuditDamaged
   */
  async begin(): Promise<void> {
    if (this.#seal !== undefined) await this.#autoUnseal.run(this.#seal)
    if (this.isSealed) await this.audit.begin()
  }

  /**
   * Opens the deployment; what was opened already stays open.
   *
   * @param signal - that it is to stay sealed after all
   * @throws UnsealFailure; AuditDamaged when the audit log is not what the store says it is
   */
  async open(seal: Seal, signal?: AbortSignal): Promise<void> {
    const { store, keyring, kms, audit, anchors, front } = this.#parts
    const opened = await unseal(store, this.#traced(seal))
    signal?.throwIfAborted()
    if (!keyring.isSealed) return
    keyring.unseal(opened)
    try {
      await this.#parts.nodeName.take()
      await audit.startSigning(logKeys(kms.sealing, anchors))
      await this.#event('Unseal')
      // somebody may have sealed it meanwhile: threads would answer all the same
      signal?.throwIfAborted()
      keyring.requireUnsealed()
      await front.unseal(opened)
      // The certificate may have waited for the key that signs it.
      await this.#parts.listeners.reload()
      this.#sealWatch.hasOpened(seal, opened.revision)
      await this.#see()
      this.#rotation.resume()
    } catch (error) {
      await this.#releaseName()
      keyring.seal()
      await front.seal()
      audit.forgetKey()
      throw error instanceof AuditDamaged ? withWayOut(error) : error
    }
  }

  /**
   * Opens it at the word of an operator. A wrong secret that somebody tried must not go unseen.
   *
   * @param secret - makes the seal, of the kind that the deployment has, of what was typed; given the one, if any, that
   * takes no operator
   */
  async unseal(secret: (kind: string, own: Seal | undefined) => Seal): Promise<void> {
    const { log } = this.#options
    try {
      await this.#see()
      const seal = secret(this.deployment.seal, this.#seal)
      await this.open(seal)
      this.#autoUnseal.stop()
      if (this.#seal !== undefined) this.#seal = seal
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
    this.#autoUnseal.stop()
    // A store that hangs is not to keep it open.
    await inTime(keepLastUses(this.kms, log), lastUsesTimeoutMs).catch(() => undefined)
    await this.#releaseName()
    keyring.seal()
    await front.seal()
    log.write('info', 'sealed')
    await audit.keepDenials()
    // sealed it is, whatever becomes of the record
    await this.#event('Seal').catch((error: unknown) => log.write('error', 'sealing was not recorded', { error }))
    audit.forgetKey()
  }

  /** How the deployment is sealed at the moment, also by what other servers made of it; proven only by unsealing. */
  async readSeal(): Promise<Pick<DeploymentRecord, 'seal'> & Pick<WrappedRootKey, 'parameters'>> {
    const { seal, wrapped } = decodeDeployment(await requireStored(this.#parts.store))
    return { seal, parameters: wrapped.parameters }
  }

  /**
   * Wraps the root key with another secret, whether this server is sealed or not.
   *
   * @throws UnsealFailure when `present` does not open the deployment
   */
  async reseal(present: Seal, next: Seal): Promise<void> {
    const { store, follower } = this.#parts
    const { rootKey } = await unseal(store, this.#traced(present))
    await changeSeal(store, rootKey, this.#traced(next))
    if (this.#seal !== undefined) this.#seal = next
    await follower.follow()
    await this.#see()
    this.#options.log.write('info', `resealed: the root secret is now that of a ${next.name} seal`)
    await this.#event('Reseal')
  }

  /** @throws UnsealFailure when `seal` does not open the deployment */
  async rotateRootKey(seal: Seal, tell: TellProgress): Promise<RotationOutcome> {
    const outcome = await this.#rotation.run(this.#traced(seal), tell)
    await this.#see()
    return outcome
  }

  /** Somebody has changed the root key while this server could not follow, and so it is sealed. */
  async afterLoss(): Promise<void> {
    const { log } = this.#options
    log.write('error', 'the root key was changed while this server was away: it is sealed')
    await this.seal()
    if (this.#seal === undefined) return
    await this.#autoUnseal.run(this.#seal).then(
      () => this.isSealed || log.write('info', 'unsealed'),
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

  /** A command beside this server has made a backup. */
  async noteBackup(path: string): Promise<void> {
    this.#options.log.write('info', 'a backup was made', { path })
    await this.#event('Backup')
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
    const { workers, metrics } = this.#parts
    const values = serverValues(this.#parts, this.#sealWatch)
    await workers?.startMetrics()
    await metrics.start(values, workers && (() => workers.metrics()))
  }

  status(): ServiceStatus {
    return statusOf(this.#parts, {
      deployment: this.#deployment,
      unsealProblem: this.unsealProblem,
      isSealOutdated: this.#sealWatch.isOutdated,
      isRootKeyChanging: this.#rotation.isPending,
      uptimeSeconds: Math.round((performance.now() - this.#startedAt) / 1000),
    })
  }

  /** Keeps something open that has to be closed before everything else. */
  own(server: Server): void {
    this.#held.defer(() => new Promise<void>((resolve) => server.close(() => resolve())))
  }

  /** Finishes the requests under way and closes everything, the audit log with a signed checkpoint. */
  close(): Promise<void> {
    return this.#held.disposeAsync()
  }

  /** Takes the keyring, and must not keep it open for long when the store hangs. */
  async #releaseName(): Promise<void> {
    await inTime(this.#parts.nodeName.release(), lastUsesTimeoutMs).catch(() => undefined)
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
    if (revision !== undefined) void this.#sealWatch.see(revision)
  }

  #traced(seal: Seal): Seal {
    return this.#parts.tracing?.seal(seal) ?? seal
  }

  #event(action: string): Promise<void> {
    const time = this.kms.now().toISOString()
    return this.audit.append({ time, phase: 'event', gateway: 'operator', action, code: 'Success' })
  }
}

/** Somebody wrote to the database; the record is refused, and this must not go unseen. */
export function alarm(audit: FileAuditLog, log: Log, kind: string, id: string): void {
  log.write('error', 'a stored record is not what was written', { path: `${kind}/${id}` })
  audit.event('RecordTampered', `${kind}/${id}`).catch(() => undefined)
}
