import { closeSync, existsSync, fsyncSync, openSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { type RawBuilder, type SqliteDatabase, SqliteDialect, type SqliteStatement, sql } from 'kysely'
import { type Engine, StoreUnusable } from '../engine.ts'

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
  return {
    location,
    dialect: new SqliteDialect({ database: adapt(database) }),
    columnTypes: {
      position: sql`integer primary key autoincrement`,
      integer: sql`integer`,
      text: sql`text`,
      bytes: sql`blob`,
      keyedTable: sql`without rowid`,
    },
    set: (values) => sql<never>`(select value from json_each(${JSON.stringify(values)}))`,
    indexEntriesAt: (position): RawBuilder<string | null> =>
      sql`(select json_group_array(json_array(name, value)) from record_indexes where position = ${position})`,
    // A transaction begins with the write lock (see `adapt`), which excludes every other.
    claim: () => Promise.resolve(),
    isConflict: (error) => sqliteCode(error) === busy,
    // Deleted pages are zeroed (secure_delete), but the log keeps their former content until it is emptied.
    scrub() {
      // Best effort: another process may be reading, and the change itself is durable already.
      database.prepare('pragma wal_checkpoint(truncate)').get()
    },
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
  database.exec('begin immediate; rollback')
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
      const statement = adaptStatement(database.prepare(text === 'begin' ? 'begin immediate' : text))
      statements.set(text, statement)
      return statement
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
const [busy, readOnly, corrupt, full, cannotOpen, notADatabase] = [5, 8, 11, 13, 14, 26]

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
      return 'cannot be written: the disk is full.'
  }
  if (reason.startsWith('damaged: ')) return `is damaged (${reason.slice(9)}). Restore it from a backup.`
  return `cannot be opened (${reason}). Check its folder and the permissions.`
}
