import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigError } from '../config/load.ts'
import { writeAtomically } from '../files/write-atomically.ts'

/**
 * The root secret of development mode, 64 hexadecimal digits.
 *
 * @param isNew - there is nothing that it protects yet, so that a missing one can be made
 * @throws ConfigError when it is missing or damaged
 */
export function developmentKey(data: string, isNew: boolean): string {
  const path = developmentKeyFile(data)
  if (!existsSync(path)) {
    if (!isNew)
      throw new ConfigError(`${resolve(path)} is missing: without it nothing in the data directory can be read`)
    writeAtomically(path, `${randomBytes(32).toString('hex')}\n`)
  }
  const key = readFileSync(path, 'utf8').trim()
  if (!/^[0-9a-f]{64}$/.test(key)) throw new ConfigError(`${resolve(path)} is damaged`)
  return key
}

export const developmentKeyFile = (data: string): string => join(data, 'dev.key')
