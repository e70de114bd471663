import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'

/** Of the process's environment, which may hold secrets, a thread gets only where compiled code is kept. */
export function threadEnvironment(): Record<string, string> {
  const folder = getCompileCacheDir()
  // Node keeps each version's code in a folder below the one that was named
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) }
}
