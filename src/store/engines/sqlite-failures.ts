import type { Outage } from '../engine.ts'

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

/** Somebody else has the database to himself; in a moment he may be through. */
export const isBusy = (error: unknown): boolean => sqliteCode(error) === busy

/** SQLite would go on writing to a file that nobody will find again, and acknowledge what is lost with it. */
export class FileGone extends Error {
  constructor() {
    super('the database file is not where it was')
    this.name = 'FileGone'
  }
}

/** The thread that writes has ended; what it was at may be done, or not. */
export class WriterEnded extends Error {
  constructor(cause: unknown) {
    super('the thread that writes to the database has ended', { cause })
    this.name = 'WriterEnded'
  }
}

export function sqliteOutage(error: unknown): Outage | undefined {
  const what =
    error instanceof FileGone
      ? 'was moved, removed or replaced under the server. Put it back, or restart.'
      : error instanceof WriterEnded
        ? 'was not written: the thread that does so has ended, and is started again.'
        : outages.get(sqliteCode(error) ?? 0)
  return what === undefined ? undefined : { what, isReadable: true }
}

/** The primary result code of an error of SQLite. */
function sqliteCode(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
  return typeof code === 'number' ? code & 0xff : undefined
}

/** Why a file could not be opened: the end of a sentence about it. */
export function describeOpening(error: unknown): string {
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
