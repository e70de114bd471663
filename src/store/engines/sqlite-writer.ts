import type { DatabaseSync } from 'node:sqlite'
import type { Change } from '../../core/store.ts'
import { CommitGroups } from '../commit-groups.ts'
import type { Applied, Commits } from '../commits.ts'
import { patiently } from '../patience.ts'
import { SqliteCommit } from './sqlite-commit.ts'
import { isBusy } from './sqlite-failures.ts'
import { emptyLog, type FileInPlace } from './sqlite-file.ts'

/** how often is tried again to make the rest of deleted secrets go away */
const scrubMs = 1000

export interface SqliteWriterOptions {
  readonly database: DatabaseSync
  readonly files: readonly FileInPlace[]
  /** runs the work while nobody else is at the connection; at once unless given */
  readonly alone?: <T>(work: () => T) => Promise<T>
  readonly close?: () => void
}

/** Commits to SQLite, those that wait at the same time together, and waits for the disk where it is called. */
export class SqliteWriter implements Commits {
  readonly #database: DatabaseSync
  readonly #commit: SqliteCommit
  readonly #groups: CommitGroups
  readonly #close: () => void
  /** Set while the log still keeps something of deleted secrets. What a former process left is found when opening. */
  #owedScrub: NodeJS.Timeout | undefined

  constructor({ database, files, alone = async (work) => work(), close = () => {} }: SqliteWriterOptions) {
    this.#database = database
    this.#commit = new SqliteCommit(database, files)
    this.#close = close
    const apply = (group: readonly (readonly Change[])[]) =>
      patiently(isBusy, () => alone(() => this.#applyGroup(group)))
    this.#groups = new CommitGroups({ apply, isMomentary: isBusy })
  }

  commit(changes: readonly Change[]): Promise<void> {
    return this.#groups.commit(changes)
  }

  idle(): Promise<void> {
    return this.#groups.idle()
  }

  async close(): Promise<void> {
    await this.idle()
    clearTimeout(this.#owedScrub)
    this.#close()
  }

  /** Makes what is still kept of deleted secrets go away, now or as soon as nobody reads it any more. */
  scrub(): void {
    clearTimeout(this.#owedScrub)
    const isDone = emptyLog(this.#database)
    this.#owedScrub = isDone ? undefined : setTimeout(() => this.scrub(), scrubMs).unref()
  }

  #applyGroup(group: readonly (readonly Change[])[]): Applied[] {
    const applied = this.#commit.applyGroup(group)
    const haveDestroyedSecrets = applied.some((each) => 'hasDestroyedSecrets' in each && each.hasDestroyedSecrets)
    if (haveDestroyedSecrets || this.#owedScrub !== undefined) this.scrub()
    return applied
  }
}
