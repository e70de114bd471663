import { type CheckpointSigner, checkpointSigner, checkpointVerifier } from './checkpoint.ts'
import type { AuditFolder } from './folder.ts'
import { inTime } from './in-time.ts'
import { AuditDamaged } from './recover.ts'
import { type AuditState, checkpointsFile, publicKeyFile, saveState } from './state.ts'

interface CheckpointOptions {
  readonly folder: AuditFolder
  readonly checkpointRecords: number
  readonly checkpointSeconds: number
  readonly checkpointFile?: string | undefined
  readonly writeTimeoutMs: number
  readonly report: { checkpointFailed(error: unknown): void }
}

/** Signs the log from time to time. Never in the way of a record: a checkpoint that fails is made up for later. */
export class Checkpoints {
  readonly #options: CheckpointOptions
  readonly #current: () => AuditState
  #signer: CheckpointSigner | undefined
  #signedSize = 0
  #underWay: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #failing = false

  constructor(options: CheckpointOptions, current: () => AuditState) {
    this.#options = options
    this.#current = current
  }

  /**
   * @param seed - 32 bytes, the signing key
   * @param origin - name of this log, taken when it has none yet: it stays the same when the node is renamed
   * @throws Error when the folder's public key is of another signing key
   */
  async start(seed: Uint8Array, origin: string): Promise<void> {
    const { folder, checkpointSeconds } = this.#options
    const known = (await folder.read(publicKeyFile))?.trim()
    const signer = checkpointSigner(known === undefined ? origin : checkpointVerifier(known).origin, seed)
    if (known === undefined) await folder.replace(publicKeyFile, `${signer.verifierKey}\n`)
    else if (known !== signer.verifierKey)
      throw new AuditDamaged(`${folder.path}/${publicKeyFile} is not the public key of this deployment`)
    this.stop()
    this.#signer = signer
    this.#timer = setInterval(() => this.#make(), checkpointSeconds * 1000).unref()
    // A new log is signed at once: then one without any checkpoint is one from which they were taken.
    if (known === undefined) this.#make()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#signer = undefined
  }

  grown(size: number): void {
    if (size - this.#signedSize >= this.#options.checkpointRecords) this.#make()
  }

  async finish(): Promise<void> {
    await this.#underWay
    this.#make()
    await this.#underWay
    this.stop()
  }

  #make(): void {
    const state = this.#current()
    if (!this.#signer || this.#underWay || state.tree.size === this.#signedSize) return
    const note = this.#signer.sign({ origin: this.#signer.origin, size: state.tree.size, root: state.tree.root() })
    this.#signedSize = state.tree.size
    const keeping = this.#keep(state, note).finally(() => {
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
      if (!this.#failing) this.#options.report.checkpointFailed(error)
      this.#failing = true
    }
  }

  async #keep(state: AuditState, note: string): Promise<void> {
    const { folder, checkpointFile } = this.#options
    // an empty line before as well as after: whatever a cut-off write left behind ends there
    await folder.add(checkpointsFile, `\n${note}\n`)
    await saveState(folder, state, note)
    if (checkpointFile !== undefined) await folder.add(checkpointFile, `\n${note}\n`)
  }
}
