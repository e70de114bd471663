import { closeSync, existsSync, fsyncSync, openSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { type RawBuilder, type SqliteDatabase, SqliteDialect, type SqliteStatement, sql } from 'kysely'
import { carefulDialect } from '../careful-dialect.ts'
import { type Engine, type Outage, StoreUnusable } from '../engine.ts'

/** `:memory:` keeps everything in this process and forgets it at the end. */
export interface SqliteOptions {
  readonly path: string
}

/** Files up to this size are checked page by page when opened (about 1 ms per MiB); larger ones only where read. */
const maxCheckedBytes = 64 * 1024 * 1024

/**
 * Opens or makes a database file.
 * @throws StoreUnusable when it is no database, damaged, or its folder cannot be written
 */
export function sqliteEngine({ path }: SqliteOptions): Engine {
  const isFile = path !== ':memory:'
  const location = isFile ? `The database file ${resolve(path)}` : 'The database in memory'
  const database = openDatabase(path, isFile, location)
  const files = isFile ? filesOf(path) : []
  return {
    location,
    dialect: carefulDialect(new SqliteDialect({ database: adapt(database) })),
    columnTypes: {
      position: sql`integer primary key autoincrement`,
      integer: sql`integer`,
      text: sql`text`,
      bytes: sql`blob`,
      keyedTable: sql`without rowid`,
      writesOneAtATime: true,
    },
    set: (values) => sql<never>`(select value from json_each(${JSON.stringify(values)}))`,
    indexEntriesAt: (position): RawBuilder<string | null> =>
      sql`(select json_group_array(json_array(name, value)) from record_indexes where position = ${position})`,
    // A transaction begins with the write lock (see `adapt`), which excludes every other.
    claim: async () => requireInPlace(files),
    // One connection writes at a time and reads what is stored before it does: nobody can be faster.
    isConflict: () => false,
    isMomentary: (error) => sqliteCode(error) === busy,
    // A commit that failed was rolled back.
    isUnclear: () => false,
    outage: outageOf,
    // Deleted pages are zeroed (secure_delete), but the log keeps their former content until it is emptied.
    scrub: () => emptyLog(database),
  }
}

function openDatabase(path: string, isFile: boolean, location: string): DatabaseSync {
  try {
    if (isFile) createFile(path)
    const database = new DatabaseSync(path)
    try {
      configure(database)
      if (!isFile || statSync(path).size <= maxCheckedBytes) check(database)
    } catch (error) {
      database.close()
      throw error
    }
    return database
  } catch (error) {
    throw new StoreUnusable(`${location} ${describe(error)}`, { cause: error })
  }
}

/** Readable by its owner only from the first byte on; the log files inherit the mode. */
function createFile(path: string): void {
  if (existsSync(path)) return
  closeSync(openSync(path, 'a', 0o600))
  // Without this the name of the new file may be gone after power loss, whatever was synced inside it.
  const folder = openSync(dirname(resolve(path)), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** @returns false while somebody reads what is in the log, here or in another process */
function emptyLog(database: DatabaseSync): boolean {
  try {
    return database.prepare('pragma wal_checkpoint(truncate)').get()?.busy === 0
  } catch {
    // a transaction is under way, or the disk is full: later, then; the change itself is durable
    return false
  }
}

interface FileInPlace {
  readonly path: string
  readonly inode: bigint
}

/** The file and its log, which is there as long as the file is open. */
const filesOf = (path: string): FileInPlace[] =>
  [path, `${path}-wal`].map((file) => ({ path: file, inode: statSync(file, { bigint: true }).ino }))

class FileGone extends Error {}

/** SQLite would go on writing to a file that nobody will find again, and acknowledge what is lost with it. */
function requireInPlace(files: readonly FileInPlace[]): void {
  for (const { path, inode } of files) {
    if (statSync(path, { bigint: true, throwIfNoEntry: false })?.ino !== inode) throw new FileGone()
  }
}

function configure(database: DatabaseSync): void {
  database.exec(`
    pragma busy_timeout = 2000;
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma secure_delete = on;
    pragma foreign_keys = on;
    pragma trusted_schema = off;
    pragma temp_store = memory;
  `)
  // Takes the write lock for a moment: a file that cannot be written is better found now than at the first request.
  // From then on nothing waits for a lock here, since everything in this process would wait along.
  database.exec('begin immediate; rollback; pragma busy_timeout = 0')
}

function check(database: DatabaseSync): void {
  const verdict = database.prepare('pragma quick_check(1)').get()?.quick_check
  if (verdict !== 'ok') throw new Error(`damaged: ${String(verdict).replaceAll(/\s+/g, ' ')}`)
}

/**
 * `node:sqlite` in the shape Kysely's dialect expects. Statements are kept, since preparing one costs more than running
 * it. `begin` takes the write lock at once: a transaction that reads before it writes could otherwise not go on.
 */
function adapt(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>()
  return {
    close: () => database.close(),
    prepare(text) {
      const known = statements.get(text)
      if (known) return known
      if (statements.size >= 200) statements.clear()
      const statement = text === 'begin' ? beginning(database) : adaptStatement(database.prepare(text))
      statements.set(text, statement)
      return statement
    },
  }
}

/** A transaction that could not even be rolled back, as on a failing disk, must not be in the way of the next one. */
function beginning(database: DatabaseSync): SqliteStatement {
  const begin = adaptStatement(database.prepare('begin immediate'))
  return {
    ...begin,
    run(parameters) {
      if (database.isTransaction) database.exec('rollback')
      return begin.run(parameters)
    },
  }
}

const adaptStatement = (statement: StatementSync): SqliteStatement => ({
  reader: statement.columns().length > 0,
  all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
  run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
  iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
})

// Result codes of SQLite (sqlite.org/rescode.html); the low byte is the primary code.
const [busy, noMemory, readOnly, failing, corrupt, full, cannotOpen, notADatabase] = [5, 7, 8, 10, 11, 13, 14, 26]

/** What may pass by itself, or once an operator has seen to it. */
const outages: ReadonlyMap<number, string> = new Map([
  [busy, 'is locked by another process.'],
  [noMemory, 'cannot be used: memory is short.'],
  [readOnly, 'cannot be written: it is read-only.'],
  [failing, 'cannot be used: reading or writing the disk fails.'],
  [full, 'cannot be written: the disk is full.'],
  [cannotOpen, 'cannot be opened. Check its folder and the permissions.'],
])

function outageOf(error: unknown): Outage | undefined {
  const what =
    error instanceof FileGone
      ? 'was moved, removed or replaced under the server. Put it back, or restart.'
      : outages.get(sqliteCode(error) ?? 0)
  return what === undefined ? undefined : { what, isReadable: true }
}

function sqliteCode(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
  return typeof code === 'number' ? code & 0xff : undefined
}

function describe(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  switch (sqliteCode(error)) {
    case busy:
      return 'is in use by another process.'
    case readOnly:
    case cannotOpen:
      return `cannot be opened for writing (${reason}). Check the permissions of the file and its folder.`
    case corrupt:
      return `is damaged (${reason}). Restore it from a backup.`
    case notADatabase:
      return 'is not a database. Restore it from a backup, or name another file.'
    case full:
      return outages.get(full) ?? ''
  }
  if (reason.startsWith('damaged: ')) return `is damaged (${reason.slice(9)}). Restore it from a backup.`
  return `cannot be opened (${reason}). Check its folder and the permissions.`
}
