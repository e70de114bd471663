import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigError } from '../config/load.ts'
import { withoutPassword } from '../config/store-address.ts'

/**
 * Makes the data directory if it is missing, for its owner only.
 *
 * @throws ConfigError when it cannot be made or written
 */
export function makeDataFolder(data: string): void {
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 })
    const probe = join(data, '.writable')
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (error) {
    throw new ConfigError(`the data directory ${resolve(data)} ${whyUnusable(error)}`)
  }
}

/**
 * A deployment leaves its audit log behind when its database goes: a new one in its place would hide the loss.
 *
 * @throws ConfigError when there is one
 */
export function requireNoTraces({ data, store }: { readonly data: string; readonly store?: string | undefined }): void {
  if (!existsSync(join(data, 'audit/audit.pub'))) return
  const folder = resolve(data)
  const database = store === undefined ? join(folder, 'keyhaven.db') : withoutPassword(store)
  throw new ConfigError(
    `${folder} holds the audit log of a deployment that its database ${database} does not hold: restore that, or take another data directory`,
  )
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'may not be written by this user'],
  ['EPERM', 'may not be written by this user'],
  ['ENOENT', 'cannot be made there'],
  ['EROFS', 'is on a file system that cannot be written'],
  ['ENOSPC', 'is on a disk that is full'],
  ['ENOTDIR', 'lies below something that is no directory'],
  ['EEXIST', 'is a file, not a directory'],
])

function whyUnusable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return reasons.get(code) ?? `cannot be used (${code})`
}
