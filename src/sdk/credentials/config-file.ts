import { randomBytes } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { isPlainObject } from '../codec.ts'
import { ClientError } from '../errors.ts'
import { readText as readTextFile, whyUnreadable } from '../text-file.ts'
import { incomplete, parseJson } from './reading.ts'

/** A profile of the aliyun command line; the members are those of its file. */
export type Profile = Readonly<Record<string, unknown>>

export interface ProfileFile {
  readonly current: string
  readonly profiles: readonly Profile[]
}

/**
 * Reads `~/.aliyun/config.json` or a file of its form.
 *
 * @throws ClientError `credentials` if there is none, or it is damaged
 */
export async function readProfileFile(path: string): Promise<ProfileFile> {
  const config = parseJson(path, await readText(path))
  if (!isPlainObject(config) || !Array.isArray(config.profiles)) throw incomplete(path, 'has no list of profiles')
  const profiles = config.profiles.filter(isPlainObject)
  const current = typeof config.current === 'string' ? config.current : 'default'
  return { current, profiles }
}

/** @throws ClientError `credentials` */
export async function readText(path: string): Promise<string> {
  try {
    return await readTextFile(path)
  } catch (cause) {
    throw incomplete(path, whyUnreadable(cause), cause)
  }
}

/** @throws ClientError `credentials` */
export function profileNamed(path: string, { profiles }: ProfileFile, name: string): Profile {
  const found = profiles.find((profile) => profile.name === name)
  if (found === undefined) throw incomplete(path, `has no profile "${name}"`)
  return found
}

/** @throws ClientError `credentials` */
function wrongType(profile: Profile, member: string, type: string): ClientError {
  return new ClientError('credentials', `The profile "${String(profile.name)}" has a ${member} that is no ${type}.`, {
    parameter: member,
  })
}

/** Text of a member; undefined if it is absent or empty. */
export function textOf(profile: Profile, member: string): string | undefined {
  const value = profile[member] ?? ''
  if (typeof value !== 'string') throw wrongType(profile, member, 'text')
  return value === '' ? undefined : value
}

/** Number of a member; undefined if it is absent or 0, which the command line writes for absent. */
export function numberOf(profile: Profile, member: string): number | undefined {
  const value = profile[member] ?? 0
  if (typeof value !== 'number') throw wrongType(profile, member, 'number')
  return value === 0 ? undefined : value
}

/** Replaces members of one profile, whole or not at all; everything else of the file stays. */
export async function updateProfile(path: string, name: string, members: Profile): Promise<void> {
  const config = parseJson(path, await readText(path))
  if (!isPlainObject(config) || !Array.isArray(config.profiles)) return
  const profiles = config.profiles.map((profile: unknown) =>
    isPlainObject(profile) && profile.name === name ? { ...profile, ...members } : profile,
  )
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(temporary, JSON.stringify({ ...config, profiles }, null, '\t'), { mode: 0o600, flag: 'wx' })
    await rename(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
}
