import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Change } from '../core/store.ts'
import type { Applied } from './commits.ts'

/** A group may be as large; more wait for the next, so that reads come in between. */
const mostCommits = 32
const mostChanges = 1000

interface Waiting extends PromiseWithResolvers<void> {
  readonly changes: readonly Change[]
}

export interface GroupWork {
  /**
   * Applies the commits one after the other in one transaction.
   * @returns what became of each, once all that was applied is durable
   * @throws when nothing of the whole group was applied
   */
  apply(group: readonly (readonly Change[])[]): Promise<readonly Applied[]>
  /** Whether the error of a whole group came from somebody else, and not from one of its commits. */
  isMomentary(error: unknown): boolean
}

/** Commits that wait at the same time share one transaction, and so one wait for the disk. Each ends as it would alone. */
export class CommitGroups {
  readonly #work: GroupWork
  #waiting: Waiting[] = []
  #working: Promise<void> | undefined

  constructor(work: GroupWork) {
    this.#work = work
  }

  /** @throws what the commit alone would have met */
  commit(changes: readonly Change[]): Promise<void> {
    const waiting = { changes, ...Promise.withResolvers<void>() }
    this.#waiting.push(waiting)
    this.#working ??= this.#run()
    return waiting.promise
  }

  /** Returns when nobody waits any more. */
  async idle(): Promise<void> {
    await this.#working
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      // whoever comes in the same turn of the event loop goes along
      await nextTurn()
      await this.#finish(this.#takeGroup())
    }
    this.#working = undefined
  }

  #takeGroup(): Waiting[] {
    let changes = 0
    const end = this.#waiting.findIndex((waiting, index) => {
      changes += waiting.changes.length
      return index === mostCommits || (index > 0 && changes > mostChanges)
    })
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end)
  }

  async #finish(group: readonly Waiting[]): Promise<void> {
    try {
      const applied = await this.#work.apply(group.map(({ changes }) => changes))
      for (const [index, { resolve, reject }] of group.entries()) {
        const outcome = applied[index]
        if (outcome && 'error' in outcome) reject(outcome.error)
        else resolve()
      }
    } catch (error) {
      if (group.length > 1 && !this.#work.isMomentary(error)) await this.#finishEach(group)
      else for (const { reject } of group) reject(error)
    }
  }

  /** One of them may have been the reason, as one that is too large for what is left of the disk. */
  async #finishEach(group: readonly Waiting[]): Promise<void> {
    for (const alone of group) await this.#finish([alone])
  }
}
