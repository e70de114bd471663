import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type Change, Conflict, type IndexEntry, type StoredRecord } from '../../core/store.ts'
import type { Applied } from '../commits.ts'
import { markOf, type Once } from '../happen-once.ts'
import { storable, storableEntries } from '../rows.ts'
import { nameOf, targetOf } from '../targets.ts'
import { type FileInPlace, requireInPlace } from './sqlite-file.ts'

/** What stands in place of a record that is changed. */
interface Standing {
  readonly position: number
  readonly revision: number
  readonly sealed: Uint8Array | null
}

/**
 * Commits on a connection to SQLite that has nothing else to do: prepared once, and without a promise in between. What a
 * commit does is the same as in commit.ts, which serves databases that are asked over a network.
 */
export class SqliteCommit {
  readonly #database: DatabaseSync
  readonly #files: readonly FileInPlace[]
  readonly #statements = new Map<string, StatementSync>()

  /** @param files - which must be where they were, or nothing is written */
  constructor(database: DatabaseSync, files: readonly FileInPlace[]) {
    this.#database = database
    this.#files = files
  }

  /**
   * Applies commits one after the other in one transaction: each is whole, and one that fails leaves the others as they
   * are.
   *
   * @returns once all of it is durable
   * @throws when nothing of the whole group was applied
   */
  applyGroup(group: readonly (readonly Change[])[]): Applied[] {
    // One that could not even be rolled back, as on a failing disk, must not be in the way of the next one.
    if (this.#database.isTransaction) this.#run('rollback')
    // With the write lock at once: who reads before he writes could otherwise not go on.
    this.#run('begin immediate')
    try {
      requireInPlace(this.#files)
      const [alone, ...others] = group
      // a transaction of its own is all that a single commit needs
      const isAlone = alone !== undefined && others.length === 0
      const applied = isAlone ? [this.#apply(alone)] : group.map((changes) => this.#applyOneOf(changes))
      this.#run('commit')
      return applied
    } catch (error) {
      this.#undo()
      throw error
    }
  }

  #undo(): void {
    try {
      if (this.#database.isTransaction) this.#run('rollback')
    } catch {
      // the reason is what made the transaction fail, and the next one begins with another attempt
    }
  }

  #applyOneOf(changes: readonly Change[]): Applied {
    this.#run('savepoint commit_of_group')
    try {
      return this.#apply(changes)
    } catch (error) {
      // There is no savepoint any more when the failure ended the transaction, as a full disk may.
      if (!this.#database.isTransaction) throw error
      this.#run('rollback to commit_of_group')
      return { error }
    } finally {
      if (this.#database.isTransaction) this.#run('release commit_of_group')
    }
  }

  /** Checks all changes against what is stored, then applies them. @throws Conflict before anything was written */
  #apply(changes: readonly Change[]): Applied {
    const targets = changes.map(targetOf)
    const names = targets.map(({ kind, id }) => nameOf(kind, storable(id)))
    if (new Set(names).size < names.length) throw new RangeError('a commit changes a record once')
    const standing = targets.map(({ kind, id }) => this.#find(kind, storable(id)))
    for (const [index, { kind, id, expected }] of targets.entries()) {
      if (standing[index]?.revision !== expected) throw new Conflict(kind, id)
    }
    for (const [index, change] of changes.entries()) this.#change(change, standing[index])
    return { hasDestroyedSecrets: changes.some((change, index) => destroysSecret(change, standing[index])) }
  }

  #change(change: Change, standing: Standing | undefined): void {
    if (change.type === 'insert') this.#insert(change.record)
    else if (change.type === 'once') this.#happenOnce(change)
    else if ((change.type === 'update' || change.type === 'rekey') && standing) this.#update(change.record, standing)
    // its index entries go along
    else if (change.type === 'delete' && standing)
      this.#run('delete from records where position = ?', standing.position)
  }

  #happenOnce(once: Once): void {
    this.#run('delete from happened where until < ?', once.at)
    const { changes } = this.#run(
      'insert or ignore into happened (mark, until) values (?, ?)',
      markOf(once),
      once.until,
    )
    if (changes === 0) throw new Conflict(once.kind, once.id)
  }

  #insert(record: StoredRecord): void {
    const { kind, id, revision, body, sealed, mac } = record
    const values = [kind, storable(id), revision, body, sealed ?? null, mac]
    const { lastInsertRowid } = this.#run(
      'insert into records (kind, id, revision, body, sealed, mac) values (?, ?, ?, ?, ?, ?)',
      ...values,
    )
    for (const entry of storableEntries(record)) this.#insertEntry(kind, Number(lastInsertRowid), entry)
  }

  #update(record: StoredRecord, { position }: Standing): void {
    const { kind, revision, body, sealed, mac } = record
    const values = [revision, body, sealed ?? null, mac, position]
    this.#run('update records set revision = ?, body = ?, sealed = ?, mac = ? where position = ?', ...values)
    // Most updates leave most entries as they are, so only the difference is written.
    const before = this.#statement('select name, value from record_indexes where position = ?').all(position)
    const after = new Map(storableEntries(record).map((entry) => [entry.join('\0'), entry]))
    for (const { name, value } of before) {
      if (after.delete(`${name}\0${value}`)) continue
      this.#run(
        'delete from record_indexes where kind = ? and name = ? and value = ? and position = ?',
        ...[kind, String(name), String(value), position],
      )
    }
    for (const entry of after.values()) this.#insertEntry(kind, position, entry)
  }

  #insertEntry(kind: string, position: number, [name, value]: IndexEntry): void {
    this.#run(
      'insert into record_indexes (kind, name, value, position) values (?, ?, ?, ?)',
      kind,
      name,
      value,
      position,
    )
  }

  #find(kind: string, id: string): Standing | undefined {
    const statement = this.#statement('select position, revision, sealed from records where kind = ? and id = ?')
    return statement.get(kind, id) as Standing | undefined
  }

  #run(text: string, ...values: readonly (string | number | Uint8Array | null)[]) {
    return this.#statement(text).run(...values)
  }

  #statement(text: string): StatementSync {
    const known = this.#statements.get(text)
    if (known) return known
    const statement = this.#database.prepare(text)
    this.#statements.set(text, statement)
    return statement
  }
}

function destroysSecret(change: Change, standing: Standing | undefined): boolean {
  const before = standing?.sealed ?? undefined
  if (before === undefined || change.type === 'insert') return false
  if (change.type === 'check' || change.type === 'once') return false
  if (change.type === 'delete') return true
  const after = change.record.sealed
  return after === undefined || !Buffer.from(before).equals(after)
}
