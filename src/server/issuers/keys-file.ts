import { ConfigError } from '../config/load.ts'
import { readSettingJson } from '../config/setting-file.ts'
import { keysIn } from './key-set.ts'

/** The key set that is given for an issuer, if one is. The file is read anew each time. */
export type KeysFile = (issuerUrl: string) => unknown

/**
 * Keys of issuers that this server cannot reach: `{ "https://issuer.example": { "keys": [ … ] } }`.
 * @throws ConfigError naming the file and what is wrong with it
 */
export function keysFile(path: string): KeysFile {
  for (const [issuer, keys] of read(path)) check(path, issuer, keys)
  return (issuerUrl) => read(path).get(issuerUrl)
}

function check(path: string, issuer: string, keys: unknown): void {
  try {
    keysIn(keys)
  } catch (error) {
    throw new ConfigError(`oidcKeysFile: ${path}: ${issuer}: ${error instanceof Error ? error.message : ''}`)
  }
}

function read(path: string): ReadonlyMap<string, unknown> {
  const value = readSettingJson('oidcKeysFile', path)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return new Map(Object.entries(value))
  throw new ConfigError(`oidcKeysFile: ${path} is no JSON object of key sets by issuer`)
}
