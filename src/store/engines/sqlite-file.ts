import { closeSync, existsSync, fsyncSync, openSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { StoreUnusable } from '../engine.ts'
import { describeOpening, FileGone } from './sqlite-failures.ts'

/** Files up to this size are checked page by page when opened (about 1 ms per MiB); larger ones only where read. */
const maxCheckedBytes = 64 * 1024 * 1024
/** So long the thread that writes waits for others, who read or write, before it says that it could not. */
const writerWaitsMs = 100

export const inMemory = ':memory:'

export const locationOf = (path: string): string =>
  path === inMemory ? 'The database in memory' : `The database file ${resolve(path)}`

/**
 * Opens a database, or makes it.
 *
 * @throws StoreUnusable when it is no database, damaged, or its folder cannot be written
 */
export function openDatabase(path: string): DatabaseSync {
  const isFile = path !== inMemory
  try {
    if (isFile) createFile(path)
    const database = new DatabaseSync(path)
    try {
      configure(database)
      // Takes the write lock for a moment: a file that cannot be written is better found now than at the first request.
      // From then on nothing waits for a lock here, since everything in this process would wait along.
      database.exec('begin immediate; rollback; pragma busy_timeout = 0')
      if (!isFile || statSync(path).size <= maxCheckedBytes) check(database)
    } catch (error) {
      database.close()
      throw error
    }
    return database
  } catch (error) {
    throw new StoreUnusable(`${locationOf(path)} ${describeOpening(error)}`, { cause: error })
  }
}

/** Another connection to a database that is open already, for a thread that may wait. It never makes a file. */
export function openToWrite(path: string, files: readonly FileInPlace[]): DatabaseSync {
  requireInPlace(files)
  const database = new DatabaseSync(new URL('?mode=rw', pathToFileURL(path)))
  configure(database)
  database.exec(`pragma busy_timeout = ${writerWaitsMs}`)
  return database
}

/**
 * Opens a database that somebody else may be using, to read it.
 *
 * @throws StoreUnusable when it cannot be read
 */
export function openToRead(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { readOnly: true })
    database.exec('pragma busy_timeout = 2000; pragma trusted_schema = off; pragma temp_store = memory')
    return database
  } catch (error) {
    throw new StoreUnusable(`${locationOf(path)} ${describeOpening(error)}`, { cause: error })
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
}

function check(database: DatabaseSync): void {
  const verdict = database.prepare('pragma quick_check(1)').get()?.quick_check
  if (verdict !== 'ok') throw new Error(`damaged: ${String(verdict).replaceAll(/\s+/g, ' ')}`)
}

/**
 * Deleted pages are zeroed (secure_delete), but the log keeps their former content until it is emptied.
 *
 * @returns false while somebody reads what is in the log, here or in another process
 */
export function emptyLog(database: DatabaseSync): boolean {
  try {
    return database.prepare('pragma wal_checkpoint(truncate)').get()?.busy === 0
  } catch {
    // a transaction is under way, or the disk is full: later, then; the change itself is durable
    return false
  }
}

export interface FileInPlace {
  readonly path: string
  readonly inode: bigint
}

/** The file and its log, which is there as long as the file is open; of a database in memory none. */
export const filesOf = (path: string): FileInPlace[] =>
  path === inMemory
    ? []
    : [path, `${path}-wal`].map((file) => ({ path: file, inode: statSync(file, { bigint: true }).ino }))

/** @throws FileGone when the database is not where it was opened */
export function requireInPlace(files: readonly FileInPlace[]): void {
  for (const { path, inode } of files) {
    if (statSync(path, { bigint: true, throwIfNoEntry: false })?.ino !== inode) throw new FileGone()
  }
}
