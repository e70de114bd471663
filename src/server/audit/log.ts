import type { AuditLog, AuditRecord } from '../../core/audit.ts'
import { KmsError } from '../../core/errors.ts'
import { encodeBatch } from './batch.ts'
import type { ChainEnd } from './chain.ts'
import type { ChainSeal } from './chain-seal.ts'
import { Checkpoints, type KeptCheckpoint } from './checkpoints.ts'
import { AuditDamaged } from './damage.ts'
import { Denials } from './denials.ts'
import { HandOver } from './hand-over.ts'
import { inTime } from './in-time.ts'
import { MerkleTree } from './merkle-tree.ts'
import type { AuditOptions } from './options.ts'
import { type Recovered, recover } from './recover.ts'
import { Segments } from './segments.ts'
import { type LogKeys, type ProvenLog, prove } from './signing.ts'
import { Space, type SpaceState } from './space.ts'
import { type AuditState, publicKeyFile } from './state.ts'
import { type CheckpointInterval, intervalText } from './uncovered.ts'

/** Less than most disks take for a sync. */
const longestGatheringMs = 2

/** How often is looked for refusals whose minute has passed. */
const denialsMs = 5000

interface Waiting {
  readonly record: AuditRecord
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Reads the log of a folder, to continue its chain. Nothing is written before `begin` or `startSigning`.
 *
 * @throws AuditDamaged when the records on disk are not the ones written; Error when the disk is nearly full
 */
export async function openAuditLog(options: AuditOptions): Promise<FileAuditLog> {
  const { folder, reserveBytes, checkpointFile, report } = options
  const free = await folder.freeBytes()
  if (free < reserveBytes)
    throw new Error(`too little free space for the audit log: ${mebibytes(free)}, needed ${mebibytes(reserveBytes)}`)
  const found = await recover(folder, checkpointFile)
  if (found.unreadable !== undefined) report.secondPlaceUnreadable(found.unreadable)
  return new FileAuditLog(options, found)
}

/** What keeps records from being kept; shown to whoever asks for the server's health. */
export type AuditProblem = 'damaged' | 'cannot be written' | 'no space' | 'closed'

/**
 * Append-only segments of chained records. Records that arrive while a write is under way share the next one, so the
 * number of syncs does not grow with the number of requests.
 */
export class FileAuditLog implements AuditLog {
  readonly #options: AuditOptions
  readonly #found: Recovered
  readonly #checkpoints: Checkpoints
  readonly #segments: Segments
  readonly #space: Space
  readonly #handOver: HandOver | undefined
  readonly #denials = new Denials()
  readonly #tree: MerkleTree
  #end: ChainEnd
  #lastRecord: { readonly segment: string; readonly offset: number }
  #seal: ChainSeal | undefined
  #queue: Waiting[] = []
  #running: Promise<void> | undefined
  #state: 'read' | 'open' | 'failed' | 'damaged' | 'closed' = 'read'
  #closing = false
  /** the file operation under way; a failed file is not touched again before it has come back */
  #inFlight: Promise<unknown> = Promise.resolve()
  #retry: NodeJS.Timeout | undefined
  #denialTimer: NodeJS.Timeout | undefined

  constructor(options: AuditOptions, found: Recovered) {
    const { folder, reserveBytes, report } = options
    this.#options = options
    this.#found = found
    this.#tree = found.tree
    this.lastAt = found.lastAt
    this.#end = found.end
    this.#segments = new Segments(options, found.last, found.position, found.torn)
    this.#lastRecord = { segment: found.segment, offset: found.offset }
    this.#checkpoints = new Checkpoints(
      options,
      () => this.#current(),
      (error) => this.#damage(error),
    )
    this.#space = new Space({ reserveBytes, freeBytes: () => folder.freeBytes(), changed: report.space })
    this.#handOver =
      options.retention &&
      new HandOver({
        ...{ ...options.retention, folder, report, now: options.now },
        signedSegment: () => this.lastCheckpoint?.segment,
        tell: (action, resource) => this.event(action, resource),
      })
  }

  /** when the last record of the previous run was made */
  readonly lastAt: Date | undefined

  get healthy(): boolean {
    return this.problem === undefined
  }

  get problem(): AuditProblem | undefined {
    if (this.#state === 'damaged') return 'damaged'
    if (this.#state === 'failed') return 'cannot be written'
    if (this.#state === 'closed') return 'closed'
    return this.#space.state === 'spent' ? 'no space' : undefined
  }

  get space(): SpaceState {
    return this.#space.state
  }

  /** of the disk, at the last look; NaN before the first */
  get freeBytes(): number {
    return this.#space.freeBytes
  }

  /** records kept so far, all segments together */
  get size(): number {
    return this.#tree.size
  }

  /** the last one of this run that is kept in every place */
  get lastCheckpoint(): KeptCheckpoint | undefined {
    return this.#checkpoints.kept
  }

  /** what has become of the retention that was asked for */
  get handOver(): Pick<HandOver, 'last' | 'failures' | 'isFailing' | 'look'> | undefined {
    return this.#handOver
  }

  /** Without a key, which is while sealed, and without space only events are kept: nothing is answered then. */
  append(record: AuditRecord, isDenial = false): Promise<void> {
    const isRequest = record.phase !== 'event'
    if (isRequest && (this.#seal === undefined || this.#space.state === 'spent')) return Promise.reject(unavailable())
    if (isDenial && this.healthy && this.#denials.take(record, performance.now())) return Promise.resolve()
    // biome-ignore lint/suspicious/noUnnecessaryConditions: close() sets it
    return this.#closing ? Promise.reject(unavailable()) : this.#enqueue(record)
  }

  #enqueue(record: AuditRecord): Promise<void> {
    if (this.#state !== 'open') return Promise.reject(unavailable())
    return new Promise((resolve, reject) => {
      this.#queue.push({ record, resolve, reject })
      this.#running ??= this.#drain()
    })
  }

  /** Keeps something that no request caused. */
  event(action: string, resource?: string): Promise<void> {
    return this.append(this.#event(action, resource))
  }

  /** Begins to write. Until the key comes, which is while sealed, the chain alone protects the records. */
  async begin(): Promise<void> {
    if (this.#state !== 'read') return
    const { clean, torn } = this.#found
    await this.#segments.open()
    this.#state = 'open'
    await this.#space.watch()
    this.#denialTimer = setInterval(() => void this.keepDenials(performance.now()), denialsMs).unref()
    if (!clean) await this.event('AuditUncleanEnd', torn > 0 ? `${torn} bytes cut off` : undefined)
    await this.event('AuditOpened', intervalText(this.#interval))
  }

  /** Looks whether there is still room; also done by a timer. */
  lookAtSpace(): Promise<void> {
    return this.#space.look()
  }

  /**
   * Compares the log with what the store and the second place say of it, and goes on with a key: records are
   * authenticated, and checkpoints signed.
   *
   * @throws AuditDamaged when it is not what this deployment wrote; then nothing was written or signed
   */
  async startSigning(keys: LogKeys): Promise<void> {
    const { folder, checkpointFile } = this.#options
    const proven = await prove({ folder, end: this.#end, interval: this.#interval, checkpointFile }, keys)
    const { signer, seal, anchor, isNamed } = proven
    const { anchors } = keys
    // Before the first record that the key stands for, so that one without this was never begun here.
    if (!anchor) await anchors.keep({ origin: signer.origin, ...this.#sizeAndRoot() })
    if (!isNamed) await folder.replace(publicKeyFile, `${signer.verifierKey}\n`)
    this.#seal = seal
    await this.begin()
    await this.#tellFindings(proven)
    await this.#checkpoints.start({ signer, keep: (next) => anchors.keep(next) })
    await this.#handOver?.start({ signer, seal })
  }

  /** Keeps what was counted of refusals whose minute has passed; of all unless a time is given. */
  async keepDenials(nowMs?: number): Promise<void> {
    const records = this.#denials.due(nowMs)
    await Promise.all(records.map((record) => this.#enqueue(record))).catch(() => undefined)
  }

  /** Signs no more; records are still authenticated until `forgetKey`. */
  stopSigning(): void {
    this.#checkpoints.stop()
    this.#handOver?.stop()
  }

  forgetKey(): void {
    this.stopSigning()
    this.#seal = undefined
  }

  /** Finishes what waits, marks the end, signs it. Takes at most a write timeout or two, even if the disk hangs. */
  async close(): Promise<void> {
    this.#closing = true
    clearTimeout(this.#retry)
    this.#space.stop()
    clearInterval(this.#denialTimer)
    // what it has begun is gone on with by the next start: a folder that hangs is not waited for
    await inTime(this.#handOver?.finish() ?? Promise.resolve(), this.#options.writeTimeoutMs).catch(() => undefined)
    if (this.#seal) await this.keepDenials()
    await this.#enqueue(this.#event('AuditClosed')).catch(() => undefined)
    await this.#checkpoints.finish()
    const working = this.#state !== 'failed'
    this.#state = 'closed'
    const closed = this.#inFlight
      .then(() => this.#segments.close())
      .then(() => this.#options.folder.release())
      .catch(() => undefined)
    // closing a file whose last write hangs would hang too
    if (working) await closed
  }

  get #interval(): CheckpointInterval {
    return { records: this.#options.checkpointRecords, seconds: this.#options.checkpointSeconds }
  }

  #current(): AuditState {
    return { end: this.#end, tree: new MerkleTree(this.#tree.size, this.#tree.subtrees), ...this.#lastRecord }
  }

  #sizeAndRoot(): { size: number; root: string; at: string } {
    const root = Buffer.from(this.#tree.root()).toString('base64')
    return { size: this.#tree.size, root, at: this.#options.now().toISOString() }
  }

  /** What an operator has accepted stands in the log itself before the store forgets it. */
  async #tellFindings({ anchor, lacksCheckpoints }: ProvenLog): Promise<void> {
    if (lacksCheckpoints) await this.event('AuditCheckpointsMissing')
    if (!anchor?.accepted) return
    const { at, reason, problem } = anchor.accepted
    await this.event('AuditLossAccepted', `${reason} (${at}: ${problem})`)
  }

  async #drain(): Promise<void> {
    for (await this.#gather(); this.#queue.length > 0 && this.#state === 'open'; await this.#gather()) {
      const batch = this.#queue
      this.#queue = []
      try {
        await this.#write(batch.map(({ record }) => record))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        this.#fail(error, batch)
      }
    }
    // found to be damaged meanwhile, by a checkpoint
    for (const { reject } of this.#queue.splice(0)) reject(unavailable())
    this.#running = undefined
  }

  /**
   * Records go together as long as each turn of the event loop brings more of them: what a sync takes is the same for one
   * as for thirty, and a fast disk would be asked for every two or three.
   */
  async #gather(): Promise<void> {
    const until = performance.now() + longestGatheringMs
    for (let known = 0; this.#queue.length > known && performance.now() < until; ) {
      known = this.#queue.length
      await new Promise<void>((done) => setImmediate(done))
    }
  }

  async #write(records: readonly AuditRecord[]): Promise<void> {
    const { bytes, end, hashes, lastLine } = encodeBatch(records, this.#end, this.#options.node, this.#seal)
    const { segment, position } = await this.#inTime(this.#segments.write(bytes))
    this.#segments.advance(bytes.length)
    this.#end = end
    this.#lastRecord = { segment, offset: position + lastLine }
    for (const hash of hashes) this.#tree.append(Buffer.from(hash, 'base64'))
    this.#checkpoints.grown(this.#tree.size)
  }

  #inTime<T>(work: Promise<T>): Promise<T> {
    this.#inFlight = work.catch(() => undefined)
    return inTime(work, this.#options.writeTimeoutMs)
  }

  #fail(error: unknown, batch: readonly Waiting[]): void {
    const refused = [...batch, ...this.#queue]
    this.#queue = []
    if (error instanceof AuditDamaged) this.#damage(error)
    else if (this.#state === 'open') {
      this.#state = 'failed'
      this.#options.report.failed(error)
      this.#retryLater()
    }
    for (const { reject } of refused) reject(unavailable(error))
  }

  /** From here an operator has to go on: what is on disk is not what was written. */
  #damage(error: AuditDamaged): void {
    if (this.#state === 'damaged' || this.#state === 'closed') return
    this.#state = 'damaged'
    this.#checkpoints.stopDamaged()
    this.#options.report.damaged(error)
  }

  #retryLater(): void {
    this.#retry = setTimeout(() => void this.#repair(), this.#options.retryMs).unref()
  }

  /** Brings the file back to its last acknowledged record and tries to go on. */
  async #repair(): Promise<void> {
    await this.#inFlight
    if (this.#state !== 'failed') return
    try {
      await this.#inTime(this.#segments.restore())
      await this.#write([this.#event('AuditResumed')])
      this.#state = 'open'
      this.#options.report.recovered()
    } catch (error) {
      if (error instanceof AuditDamaged) this.#damage(error)
      // told when it failed first; tried again until it works
      if (this.#state === 'failed') this.#retryLater()
    }
  }

  #event(action: string, resource?: string): AuditRecord {
    return { time: this.#options.now().toISOString(), phase: 'event', gateway: 'internal', action, resource }
  }
}

const unavailable = (cause?: unknown): KmsError => new KmsError('ServiceUnavailableTemporary', { cause })
const mebibytes = (bytes: number): string => `${Math.floor(bytes / 1024 / 1024)} MiB`
