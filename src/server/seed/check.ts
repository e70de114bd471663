import type { z } from 'zod'
import { ConfigError } from '../config/load.ts'
import { type SeedFile, seedSchema } from './schema.ts'

/**
 * @param given - what a file holds, or what a test gives
 * @param from - the file, for messages
 * @throws ConfigError with one line that names the member
 */
export function checkedSeed(given: unknown, from: string): SeedFile {
  const result = seedSchema.safeParse(given ?? {})
  if (result.success) return result.data
  throw new ConfigError(`${from}: ${firstFault(result.error.issues)}`)
}

/** Files put together, as one. @throws ConfigError for what is there twice */
export function mergedSeeds(files: readonly SeedFile[]): SeedFile {
  const [first, ...more] = files
  const merged = more.reduce(joined, first ?? seedSchema.parse({}))
  for (const [what, ids] of identities(merged)) {
    const twice = ids.find((id, index) => ids.indexOf(id) !== index)
    if (twice !== undefined) throw new ConfigError(`seed: ${what} "${twice}" is there twice`)
  }
  return merged
}

function joined(a: SeedFile, b: SeedFile): SeedFile {
  if (a.accessKey && b.accessKey) throw new ConfigError('seed: accessKey is there twice')
  if (a.accountId && b.accountId && a.accountId !== b.accountId)
    throw new ConfigError('seed: accountId is there twice, and not the same')
  return {
    accountId: a.accountId ?? b.accountId,
    accessKey: a.accessKey ?? b.accessKey,
    instances: [...a.instances, ...b.instances],
    keys: [...a.keys, ...b.keys],
    policies: [...a.policies, ...b.policies],
    users: [...a.users, ...b.users],
    roles: [...a.roles, ...b.roles],
    applications: [...a.applications, ...b.applications],
    secrets: [...a.secrets, ...b.secrets],
  }
}

/** What each thing is known by. */
function identities(seed: SeedFile): readonly (readonly [what: string, ids: readonly string[]])[] {
  const { accessKey, instances, keys, policies, users, roles, applications, secrets } = seed
  const accessKeys = [...(accessKey ? [accessKey] : []), ...users.flatMap((user) => user.accessKeys)]
  const names = (items: readonly { readonly name: string }[]): readonly string[] => items.map(({ name }) => name)
  return [
    ['instance', instances.map(({ id }) => id)],
    ['key', keys.map(({ id }) => id)],
    ['key version', keys.flatMap(({ versions }) => versions.flatMap(({ id }) => id ?? []))],
    ['alias', keys.flatMap(({ aliases }) => aliases)],
    ['policy', names(policies)],
    ['user', names(users)],
    ['AccessKey', accessKeys.map(({ id }) => id)],
    ['role', names(roles)],
    ['application', names(applications)],
    ['secret', names(secrets)],
    ...secrets.map(({ name, versions }) => [`version of secret ${name}`, versions.map(({ id }) => id)] as const),
  ]
}

function firstFault(issues: readonly z.core.$ZodIssue[]): string {
  const [issue] = issues
  if (issue === undefined) return 'is no seed'
  if (issue.code === 'unrecognized_keys') return `${at(issue.path)}has no member "${issue.keys[0]}"`
  return `${at(issue.path)}${issue.message}`
}

const at = (path: readonly PropertyKey[]): string => {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  return text === '' ? '' : `${text.replace(/^\./, '')}: `
}
