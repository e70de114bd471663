import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { KmsError } from './errors.ts'
import type { Records } from './records.ts'
import { type Change, Conflict } from './store.ts'

const kind = 'request'

export interface OnceOptions {
  /** tells the call from all others */
  readonly mark: string
  /** milliseconds since 1970: now, and when nobody can repeat the call any more */
  readonly at: number
  readonly until: number
}

/**
 * A call that must not take effect twice, on whichever nodes it arrives: its first commit carries a mark that can be there
 * once. So what it changes and that it was made are durable together, and of two nodes one commits.
 */
export class Once {
  readonly #change: Change
  #isKept = false
  #commits: Promise<unknown> = Promise.resolve()

  constructor({ mark, at, until }: OnceOptions) {
    this.#change = { type: 'once', kind, id: createHash('sha256').update(mark).digest('base64'), at, until }
  }

  /** @throws KmsError `SignatureNonceUsed` when the mark is there already */
  async along(commit: (mark: readonly Change[]) => Promise<void>): Promise<void> {
    if (this.#isKept) return commit([])
    // One after the other, or the call would meet its own mark.
    const turn = this.#commits.then(() => this.#commit(commit))
    this.#commits = turn.catch(() => undefined)
    return turn
  }

  /** For a call that came to its end without a commit: the same one might have an effect later. */
  async keep(records: Records): Promise<void> {
    if (this.#isKept) return
    await happeningOnce(this, () => records.transaction(async () => undefined))
  }

  async #commit(commit: (mark: readonly Change[]) => Promise<void>): Promise<void> {
    try {
      await commit(this.#isKept ? [] : [this.#change])
      this.#isKept = true
    } catch (error) {
      throw error instanceof Conflict && error.kind === kind ? new KmsError('SignatureNonceUsed') : error
    }
  }
}

const happening = new AsyncLocalStorage<Once | undefined>()

/** Runs a call whose first commit is to be the only one of its kind. */
export const happeningOnce = <T>(once: Once | undefined, work: () => T): T => happening.run(once, work)

/** Of the call that is under way, if it must not take effect twice. */
export const onceOfCall = (): Once | undefined => happening.getStore()
