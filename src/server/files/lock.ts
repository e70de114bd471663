import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ConfigError } from '../config/load.ts'

export interface Lock {
  release(): void
}

/**
 * Keeps a second server off a data directory. The lock is one of the operating system (SQLite's own, on an empty
 * database), so it ends with the process however that ends, and nothing stale can be left behind.
 *
 * @throws ConfigError when another process holds it
 */
export function lockFolder(folder: string): Lock {
  const file = join(folder, 'lock')
  // SQLite would make it readable by everybody, and gives its journal the same mode.
  closeSync(openSync(file, 'a', 0o600))
  const database = new DatabaseSync(file)
  const pidFile = join(folder, 'server.pid')
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (!(error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy)) throw error
    throw new ConfigError(`another server is using ${folder} (process ${readPid(pidFile)})`)
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 })
  return { release: () => database.close() }
}

const sqliteBusy = 5

function readPid(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return 'unknown'
  }
}
