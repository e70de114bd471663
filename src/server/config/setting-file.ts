import { readFileSync } from 'node:fs'
import { ConfigError } from './load.ts'

/**
 * The text of a file that a setting names, without a byte order mark.
 *
 * @throws ConfigError naming both
 */
export function readSettingFile(setting: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    throw new ConfigError(`${setting}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

/** The same of one that holds JSON. @throws ConfigError */
export function readSettingJson(setting: string, file: string): unknown {
  const text = readSettingFile(setting, file)
  try {
    return JSON.parse(text)
  } catch {
    throw new ConfigError(`${setting}: ${file} is not valid JSON`)
  }
}
