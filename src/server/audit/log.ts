import type { AuditLog, AuditRecord } from '../../core/audit.ts'
import { KmsError } from '../../core/errors.ts'
import type { ChainEnd } from './chain.ts'
import { Checkpoints } from './checkpoints.ts'
import { type AuditFile, type AuditFolder, segmentName, segmentNumber } from './folder.ts'
import { inTime } from './in-time.ts'
import { encodeLine } from './line.ts'
import { MerkleTree } from './merkle-tree.ts'
import { type Recovered, recover } from './recover.ts'

export interface AuditOptions {
  readonly folder: AuditFolder
  /** name of this node in every record */
  readonly node: string
  /** a segment that has grown this long is closed and the next one begun */
  readonly segmentBytes: number
  /** a checkpoint is signed after this many records, or this much time when there are fewer */
  readonly checkpointRecords: number
  readonly checkpointSeconds: number
  /** second place for checkpoints: best on another machine's disk */
  readonly checkpointFile?: string | undefined
  /** a write that takes longer has failed */
  readonly writeTimeoutMs: number
  readonly retryMs: number
  /** a start is refused with less free space than this */
  readonly reserveBytes: number
  now(): Date
  readonly report: AuditReport
}

/** Told once per change, not per refused record. */
export interface AuditReport {
  failed(error: unknown): void
  recovered(): void
  checkpointFailed(error: unknown): void
}

interface Waiting {
  readonly record: AuditRecord
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Opens the log of a folder, continuing its chain.
 *
 * @throws AuditDamaged when the records on disk are not the ones written; Error when the disk is nearly full
 */
export async function openAuditLog(options: AuditOptions): Promise<FileAuditLog> {
  const free = await options.folder.freeBytes()
  if (free < options.reserveBytes)
    throw new Error(
      `too little free space for the audit log: ${mebibytes(free)}, needed ${mebibytes(options.reserveBytes)}`,
    )
  const found = await recover(options.folder)
  const file = await options.folder.open(found.last)
  if (found.torn > 0) await file.truncate(found.position)
  const log = new FileAuditLog(options, found, file)
  if (!found.clean) await log.event('AuditUncleanEnd', found.torn > 0 ? `${found.torn} bytes cut off` : undefined)
  await log.event('AuditOpened')
  return log
}

/**
 * Append-only segments of chained records. Records that arrive while a write is under way share the next one, so the
 * number of syncs does not grow with the number of requests.
 */
export class FileAuditLog implements AuditLog {
  readonly #options: AuditOptions
  readonly #checkpoints: Checkpoints
  readonly #tree: MerkleTree
  #end: ChainEnd
  #file: AuditFile
  #position: number
  #lastRecord: { readonly segment: string; readonly offset: number }
  #queue: Waiting[] = []
  #running: Promise<void> | undefined
  #state: 'open' | 'failed' | 'closed' = 'open'
  #closing = false
  /** the file operation under way; a failed file is not touched again before it has come back */
  #inFlight: Promise<unknown> = Promise.resolve()
  #retry: NodeJS.Timeout | undefined

  constructor(options: AuditOptions, found: Recovered, file: AuditFile) {
    this.#options = options
    this.#tree = found.tree
    this.lastAt = found.lastAt
    this.#end = found.end
    this.#file = file
    this.#position = found.position
    this.#lastRecord = { segment: found.segment, offset: found.offset }
    this.#checkpoints = new Checkpoints(options, () => ({
      end: this.#end,
      tree: new MerkleTree(this.#tree.size, this.#tree.subtrees),
      ...this.#lastRecord,
    }))
  }

  /** when the last record of the previous run was made */
  readonly lastAt: Date | undefined

  get healthy(): boolean {
    return this.#state === 'open'
  }

  /** records kept so far, all segments together */
  get size(): number {
    return this.#tree.size
  }

  append(record: AuditRecord): Promise<void> {
    // biome-ignore lint/suspicious/noUnnecessaryConditions: close() sets it
    return this.#closing ? Promise.reject(unavailable()) : this.#enqueue(record)
  }

  #enqueue(record: AuditRecord): Promise<void> {
    if (this.#state !== 'open') return Promise.reject(unavailable())
    return new Promise((resolve, reject) => {
      this.#queue.push({ record, resolve, reject })
      // records of one turn of the event loop go together
      this.#running ??= new Promise<void>((done) => setImmediate(done)).then(() => this.#drain())
    })
  }

  /** Keeps something that no request caused. */
  event(action: string, resource?: string): Promise<void> {
    return this.append(this.#event(action, resource))
  }

  /**
   * Starts signing checkpoints; until then (while sealed) the chain alone protects the records.
   *
   * @param seed - 32 bytes, the Ed25519 signing key
   * @param origin - name of this log in its checkpoints, kept from the first time on
   * @throws AuditDamaged when the log was signed with another key so far
   */
  startSigning(seed: Uint8Array, origin: string): Promise<void> {
    return this.#checkpoints.start(seed, origin)
  }

  stopSigning(): void {
    this.#checkpoints.stop()
  }

  /** Finishes what waits, marks the end, signs it. Takes at most a write timeout or two, even if the disk hangs. */
  async close(): Promise<void> {
    this.#closing = true
    clearTimeout(this.#retry)
    await this.#enqueue(this.#event('AuditClosed')).catch(() => undefined)
    await this.#checkpoints.finish()
    const working = this.#state === 'open'
    this.#state = 'closed'
    const closed = this.#inFlight
      .then(() => this.#file.close())
      .then(() => this.#options.folder.release())
      .catch(() => undefined)
    // closing a file whose last write hangs would hang too
    if (working) await closed
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0 && this.#state === 'open') {
      const batch = this.#queue
      this.#queue = []
      try {
        await this.#write(batch.map(({ record }) => record))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        this.#fail(error, batch)
      }
    }
    this.#running = undefined
  }

  async #write(records: readonly AuditRecord[]): Promise<void> {
    if (this.#position >= this.#options.segmentBytes) await this.#inTime(this.#nextSegment())
    let end = this.#end
    let text = ''
    const hashes: string[] = []
    for (const record of records) {
      const line = encodeLine(end.seq, end.hash, this.#options.node, record)
      text += `${line.text}\n`
      hashes.push(line.hash)
      end = { seq: end.seq + 1, hash: line.hash }
    }
    const bytes = Buffer.from(text)
    const lastLine = bytes.lastIndexOf(10, bytes.length - 2) + 1
    await this.#inTime(this.#file.write(bytes, this.#position))
    this.#end = end
    this.#lastRecord = { segment: this.#file.name, offset: this.#position + lastLine }
    this.#position += bytes.length
    for (const hash of hashes) this.#tree.append(Buffer.from(hash, 'base64'))
    this.#checkpoints.grown(this.#tree.size)
  }

  async #nextSegment(): Promise<void> {
    const last = (await this.#options.folder.segments()).at(-1) ?? this.#file.name
    const next = await this.#options.folder.open(
      segmentName(Math.max(segmentNumber(last), segmentNumber(this.#file.name)) + 1),
    )
    const full = this.#file
    this.#file = next
    this.#position = 0
    await full.close()
  }

  #inTime<T>(work: Promise<T>): Promise<T> {
    this.#inFlight = work.catch(() => undefined)
    return inTime(work, this.#options.writeTimeoutMs)
  }

  #fail(error: unknown, batch: readonly Waiting[]): void {
    const refused = [...batch, ...this.#queue]
    this.#queue = []
    if (this.#state === 'open') {
      this.#state = 'failed'
      this.#options.report.failed(error)
      this.#retryLater()
    }
    for (const { reject } of refused) reject(unavailable(error))
  }

  #retryLater(): void {
    this.#retry = setTimeout(() => void this.#repair(), this.#options.retryMs).unref()
  }

  /** Brings the file back to its last acknowledged record and tries to go on. */
  async #repair(): Promise<void> {
    await this.#inFlight
    if (this.#state !== 'failed') return
    try {
      if (await this.#inTime(this.#file.inPlace())) await this.#inTime(this.#file.truncate(this.#position))
      else await this.#inTime(this.#nextSegment())
      await this.#write([this.#event('AuditResumed')])
      this.#state = 'open'
      this.#options.report.recovered()
    } catch {
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
