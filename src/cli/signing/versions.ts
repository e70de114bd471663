import type { Client } from '../../sdk/client.ts'
import { newestFirst } from '../../sdk/newest-key-version.ts'
import { CliError } from '../failure.ts'

/** What a user says about a held key that has a public half. */
export interface VersionFlags {
  readonly key: string
  readonly keyVersion?: string
}

/**
 * The version that is named, or else all of the key, the newest first: a signature or ciphertext does not say which one
 * made it.
 *
 * @throws CliError `noVersion`
 */
export async function versionsToTry(client: Client, { key, keyVersion }: VersionFlags): Promise<readonly string[]> {
  const versions = keyVersion === undefined ? await newestFirst(client, key) : [keyVersion]
  if (versions.length === 0) throw new CliError('noVersion', `the key ${key} has no version`)
  return versions
}
