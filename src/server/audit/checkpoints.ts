import type { Anchor } from './anchor.ts'
import type { CheckpointSigner } from './checkpoint.ts'
import { AuditDamaged } from './damage.ts'
import type { AuditFolder } from './folder.ts'
import { inTime } from './in-time.ts'
import { type AuditState, checkpointsFile, saveState } from './state.ts'

interface CheckpointOptions {
  readonly folder: AuditFolder
  readonly checkpointRecords: number
  readonly checkpointSeconds: number
  readonly checkpointFile?: string | undefined
  readonly writeTimeoutMs: number
  now(): Date
  readonly report: { checkpointFailed(error: unknown): void }
}

/** What checkpoints are signed with, and where the store keeps the last one. */
export interface Signing {
  readonly signer: CheckpointSigner
  keep(anchor: Omit<Anchor, 'node'>): Promise<void>
}

export interface KeptCheckpoint {
  /** records that it covers */
  readonly size: number
  readonly at: Date
  /** in which its last record stands */
  readonly segment: string
}

/** Signs the log from time to time. Never in the way of a record: a checkpoint that fails is made up for later. */
export class Checkpoints {
  readonly #options: CheckpointOptions
  readonly #current: () => AuditState
  readonly #damaged: (error: AuditDamaged) => void
  #signing: Signing | undefined
  #signedSize = 0
  #triedSize = 0
  #underWay: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #failing = false
  #kept: KeptCheckpoint | undefined

  /** @param damaged - told when somebody else has signed this log */
  constructor(options: CheckpointOptions, current: () => AuditState, damaged: (error: AuditDamaged) => void) {
    this.#options = options
    this.#current = current
    this.#damaged = damaged
  }

  /** the last one of this run that is kept in every place */
  get kept(): KeptCheckpoint | undefined {
    return this.#kept
  }

  /** Signs what there is at once: a log without any checkpoint is one from which they were taken. */
  async start(signing: Signing): Promise<void> {
    this.stop()
    this.#signing = signing
    this.#timer = setInterval(() => this.#make(), this.#options.checkpointSeconds * 1000).unref()
    await this.#underWay
    this.#make()
    await this.#underWay
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#signing = undefined
  }

  /**
   * Signs no more, but tells the store how far the log had come: so that the next start finds out what is missing, also
   * of what no checkpoint covers yet.
   */
  stopDamaged(): void {
    const signing = this.#signing
    const state = this.#current()
    this.stop()
    if (!signing) return
    const before = this.#underWay ?? Promise.resolve()
    this.#underWay = this.#watch(before.then(() => signing.keep(this.#anchorOf(state, signing))))
  }

  grown(size: number): void {
    if (size - this.#triedSize >= this.#options.checkpointRecords) this.#make()
  }

  async finish(): Promise<void> {
    await this.#underWay
    this.#make()
    await this.#underWay
    this.stop()
  }

  #make(): void {
    const state = this.#current()
    if (!this.#signing || this.#underWay || state.tree.size === this.#signedSize) return
    this.#triedSize = state.tree.size
    const keeping = this.#keep(state, this.#signing).finally(() => {
      this.#underWay = undefined
    })
    this.#underWay = this.#watch(keeping)
  }

  /** Ends in time even if the disk hangs; the next checkpoint still waits until the disk has come back. */
  async #watch(keeping: Promise<void>): Promise<void> {
    try {
      await inTime(keeping, this.#options.writeTimeoutMs)
      this.#failing = false
    } catch (error) {
      if (error instanceof AuditDamaged) return
      if (!this.#failing) this.#options.report.checkpointFailed(error)
      this.#failing = true
    }
  }

  /**
   * The store comes first. So a checkpoint of more records than the store knows of says that the store was put back to
   * an older copy.
   */
  async #keep(state: AuditState, signing: Signing): Promise<void> {
    const { folder, checkpointFile } = this.#options
    const { signer, keep } = signing
    const { size } = state.tree
    await keep(this.#anchorOf(state, signing)).catch((error: unknown) => {
      // whose log it is then is not for this server to say
      if (!(error instanceof AuditDamaged)) throw error
      this.stop()
      this.#damaged(error)
      throw error
    })
    this.#signedSize = size
    const note = signer.sign({ origin: signer.origin, size, root: state.tree.root() })
    // an empty line before as well as after: whatever a cut-off write left behind ends there
    await folder.add(checkpointsFile, `\n${note}\n`)
    await saveState(folder, state, note)
    if (checkpointFile !== undefined) await folder.add(checkpointFile, `\n${note}\n`)
    this.#kept = { size, at: this.#options.now(), segment: state.segment }
  }

  #anchorOf({ tree }: AuditState, { signer }: Signing): Omit<Anchor, 'node'> {
    const root = Buffer.from(tree.root()).toString('base64')
    return { origin: signer.origin, size: tree.size, root, at: this.#options.now().toISOString() }
  }
}
