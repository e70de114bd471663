import { setTimeout as wait } from 'node:timers/promises'
import type { ChainSeal } from '../audit/chain-seal.ts'
import { checkpointVerifier } from '../audit/checkpoint.ts'
import type { AuditFolder } from '../audit/folder.ts'
import { publicKeyFile } from '../audit/state.ts'
import { type Position, positionIn, readBatch } from './batch-reader.ts'
import { readReceipt, writeReceipt } from './receipt.ts'
import { NotDelivered, type Receiver } from './receiver.ts'

export interface ShipperOptions {
  readonly receiver: Receiver
  readonly folder: Pick<AuditFolder, 'path' | 'read' | 'replace'>
  /** the last record that is acknowledged */
  size(): number
  readonly report: { failed(name: string, error: unknown): void; recovered(name: string): void }
  /** between looks for new records; they gather meanwhile */
  readonly idleMs: number
  /** before the first repetition of what failed; it doubles each time */
  readonly retryMs: number
  /** a delivery that takes longer has failed */
  readonly timeoutMs: number
  /** between 0 and 1, so that servers do not all repeat at once */
  random(): number
}

const longestRetryMs = 60_000

/** File with the position of a receiver. */
export const positionFile = (name: string): string => `shipped-${name}.json`

/**
 * Sends one receiver every record, in order and at least once. Reads them from the log's own files, after they were
 * acknowledged: so nobody waits for it, and it holds no more than one batch however far behind the receiver is. How far
 * that has come is on disk.
 */
export class Shipper {
  readonly #options: ShipperOptions
  readonly #stopping = new AbortController()
  /** ends a pause */
  readonly #wake = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #isFinishing = false
  #position: Position | undefined
  /** what is known for certain to have been received; unset until somebody asks */
  #certain: { readonly position: Position | undefined } | undefined
  /** the next batch begins where that ends */
  #goesBack = false
  #mostRecords: number
  #failures = 0
  #problem: string | undefined
  /** since when there was something that the receiver had not got */
  #behindSinceMs: number | undefined

  constructor(options: ShipperOptions) {
    this.#options = options
    this.#mostRecords = options.receiver.mostRecords
  }

  get receiver(): Receiver {
    return this.#options.receiver
  }

  /** the last record that the receiver has */
  get shipped(): number {
    return this.#position?.seq ?? 0
  }

  /**
   * The last record that the receiver has for certain. Whoever may write to the folder could have written the position of
   * former runs there: of these only a receipt counts, and what came after it is sent again.
   */
  async received(seal: ChainSeal): Promise<number> {
    const { folder, receiver, size } = this.#options
    if (this.#certain === undefined) {
      const receipt = await readReceipt(folder, receiver.name, seal)
      this.#certain = { position: receipt && receipt.seq <= size() ? receipt : undefined }
      this.#goesBack = true
    }
    const known = this.#certain.position?.seq ?? 0
    const position = this.#position
    if (this.#goesBack || position === undefined || position.seq <= known) return known
    await writeReceipt(folder, receiver.name, position, seal)
    this.#certain = { position }
    return position.seq
  }

  get lagRecords(): number {
    return Math.max(0, this.#options.size() - this.shipped)
  }

  get lagSeconds(): number {
    return this.#behindSinceMs === undefined ? 0 : (performance.now() - this.#behindSinceMs) / 1000
  }

  /** deliveries that failed */
  get failures(): number {
    return this.#failures
  }

  /** why the last delivery failed, while none has succeeded since */
  get problem(): string | undefined {
    return this.#problem
  }

  start(): void {
    this.#running = this.#run()
  }

  /** Ends as soon as what is there has been sent, at the first failure, or when it is late. */
  async finish(graceMs: number): Promise<void> {
    const late = setTimeout(() => this.#stopping.abort(), graceMs)
    this.#isFinishing = true
    this.#wake.abort()
    await this.#running
    clearTimeout(late)
    this.#stopping.abort()
  }

  async #run(): Promise<void> {
    this.#position = await this.#readPosition()
    for (let failed = 0; !this.#stopping.signal.aborted; ) {
      // said after the last record was written, of which a round before that knows nothing
      const isLast = this.#isFinishing
      try {
        const isMore = await this.#ship()
        failed = 0
        if (isMore) continue
        this.#behindSinceMs = undefined
        if (isLast) return
        await this.#pause(this.#options.idleMs)
      } catch (error) {
        if (this.#isFinishing) return
        this.#failed(error)
        await this.#pause(this.#delayMs(failed++))
      }
    }
  }

  /** @returns whether there may be more at once */
  async #ship(): Promise<boolean> {
    const { folder, receiver, timeoutMs } = this.#options
    if (this.#goesBack) this.#position = this.#certain?.position
    this.#goesBack = false
    const upTo = this.#options.size()
    const origin = upTo > this.shipped ? await this.#origin() : undefined
    if (origin === undefined) return false
    this.#behindSinceMs ??= performance.now()
    const batch = await readBatch(folder.path, this.#position, { upTo, mostRecords: this.#mostRecords })
    if (!batch) return false
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(timeoutMs)])
    await receiver.deliver({ origin, records: batch.records }, signal)
    try {
      await folder.replace(positionFile(receiver.name), `${JSON.stringify(batch.next)}\n`)
    } finally {
      // The receiver has them, whether or not that could be written down.
      this.#position = batch.next
    }
    if (this.#problem !== undefined) this.#options.report.recovered(receiver.name)
    this.#problem = undefined
    return batch.next.seq < upTo
  }

  #failed(error: unknown): void {
    const { receiver, report } = this.#options
    if (error instanceof NotDelivered && error.isTooLong && this.#mostRecords > 1) {
      this.#mostRecords >>= 1
      return
    }
    this.#failures++
    if (this.#problem === undefined) report.failed(receiver.name, error)
    this.#problem = error instanceof NotDelivered ? error.message : 'the log cannot be read, or its position not kept'
  }

  #delayMs(failed: number): number {
    const { retryMs, random } = this.#options
    return Math.min(longestRetryMs, retryMs * 2 ** failed) * (0.5 + random() / 2)
  }

  async #pause(milliseconds: number): Promise<void> {
    const signal = AbortSignal.any([this.#stopping.signal, this.#wake.signal])
    await wait(milliseconds, undefined, { signal, ref: false }).catch(() => undefined)
  }

  /** @returns nothing before the log has a name, which it gets when it is first unsealed */
  async #origin(): Promise<string | undefined> {
    const publicKey = await this.#options.folder.read(publicKeyFile)
    return publicKey === undefined ? undefined : checkpointVerifier(publicKey).origin
  }

  /** A position that cannot be read, or is none, is none: then everything is sent again. */
  async #readPosition(): Promise<Position | undefined> {
    const { folder, receiver, size } = this.#options
    try {
      const position = positionIn(JSON.parse((await folder.read(positionFile(receiver.name))) ?? ''))
      return position && position.seq <= size() ? position : undefined
    } catch {
      return undefined
    }
  }
}
