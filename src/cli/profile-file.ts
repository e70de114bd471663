import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeAtomically } from '../server/files/write-atomically.ts'
import { profilesIn, readJson } from './connection.ts'

/** A profile in the form of the aliyun command line. */
export interface ProfileEntry {
  readonly name: string
  readonly [member: string]: string
}

/**
 * Puts a profile into a file, in place of one of its name, and makes it the current one. Everything else of the file
 * stays; only its owner can read it.
 *
 * @throws CliError `badFile` if what is there is no such file
 */
export function writeProfile(path: string, profile: ProfileEntry): void {
  const config = readJson(path) ?? {}
  const others = profilesIn(path, config).filter(({ name }) => name !== profile.name)
  const before = profilesIn(path, config).find(({ name }) => name === profile.name)
  const content = { ...config, current: profile.name, profiles: [...others, { ...before, ...profile }] }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeAtomically(path, `${JSON.stringify(content, null, 2)}\n`)
}
