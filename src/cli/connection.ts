import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { ClientOptions } from '../sdk/client.ts'
import type { CliProfileOptions } from '../sdk/credentials/cli-profile.ts'
import type { CredentialsProvider } from '../sdk/credentials.ts'
import { CliError } from './failure.ts'
import type { Io } from './io.ts'

/** Connection settings of the command line; they win over what any other source says. */
export interface ConnectionFlags {
  readonly endpoint?: string | undefined
  readonly region?: string | undefined
  readonly profile?: string | undefined
  readonly accessKeyId?: string | undefined
  readonly caFile?: string | undefined
  readonly data?: string | undefined
  readonly timeout?: number | undefined
  readonly proxy?: string | undefined
}

export interface Connection {
  readonly options: ClientOptions
  /** where it was found, for messages */
  readonly source: string
}

type Finder = (flags: ConnectionFlags, io: Io) => Connection | undefined

/**
 * Who to talk to, and as whom: the first of these that exists, taken whole, so that no AccessKey is sent to a server it
 * wasn't meant for. What lies nearer to this command comes first: a profile of the real cloud that happens to be on
 * the machine must not get the keys of the server in this folder.
 */
const finders: readonly Finder[] = [
  (flags, { env }) => fromEnvironment(flags, env, 'KEYHAVEN'),
  namedProfile,
  clientFile,
  (flags, { env }) => fromEnvironment(flags, env, 'ALIBABA_CLOUD'),
  (_, io) => profileFrom(join(io.home, '.keyhaven/config.json'), undefined),
  (_, io) => profileFrom(join(io.home, '.aliyun/config.json'), undefined),
]

/** @throws CliError `noConnection`, `noProfile`, `badFile` */
export function findConnection(flags: ConnectionFlags, io: Io): Connection {
  for (const find of finders) {
    const found = find(flags, io)
    if (found !== undefined) return { ...found, options: withFlags(found.options, flags, io) }
  }
  throw new CliError(
    'noConnection',
    'no server is known: start one here with "keyhaven server --dev", or set KEYHAVEN_ENDPOINT, KEYHAVEN_ACCESS_KEY_ID and KEYHAVEN_ACCESS_KEY_SECRET, or name a --profile',
  )
}

function withFlags(options: ClientOptions, flags: ConnectionFlags, io: Io): ClientOptions {
  const secret = io.env.KEYHAVEN_ACCESS_KEY_SECRET
  const found = 'accessKeyId' in options ? options.accessKeyId : undefined
  if (flags.accessKeyId !== undefined && flags.accessKeyId !== found && !secret)
    throw new CliError('noSecret', `KEYHAVEN_ACCESS_KEY_SECRET is needed beside --access-key-id ${flags.accessKeyId}`)
  return {
    ...options,
    ...(flags.accessKeyId === undefined ? {} : { credentials: undefined }),
    ...(flags.endpoint === undefined ? {} : { endpoint: flags.endpoint }),
    ...(flags.region === undefined ? {} : { regionId: flags.region }),
    ...(flags.accessKeyId === undefined ? {} : { accessKeyId: flags.accessKeyId }),
    ...(flags.accessKeyId === undefined || secret === undefined ? {} : { accessKeySecret: secret }),
    ...(flags.caFile === undefined ? {} : { caFile: resolve(io.cwd, flags.caFile) }),
    ...(flags.timeout === undefined ? {} : { timeoutMs: flags.timeout * 1000 }),
    ...(flags.proxy === undefined ? {} : { proxy: flags.proxy === 'none' ? false : flags.proxy }),
    proxyEnv: io.env,
  }
}

/** With neither endpoint nor region an AccessKey alone says nothing about where to go. */
function fromEnvironment(flags: ConnectionFlags, env: Io['env'], prefix: string): Connection | undefined {
  const get = (name: string): string | undefined => env[`${prefix}_${name}`] || undefined
  const endpoint = flags.endpoint ?? get('ENDPOINT')
  const regionId = flags.region ?? get('REGION_ID') ?? get('REGION')
  const accessKeyId = flags.accessKeyId ?? get('ACCESS_KEY_ID')
  if (accessKeyId === undefined || (endpoint === undefined && regionId === undefined)) return undefined
  const accessKeySecret = get('ACCESS_KEY_SECRET')
  if (accessKeySecret === undefined)
    throw new CliError('noSecret', `${prefix}_ACCESS_KEY_SECRET is needed beside the AccessKey id ${accessKeyId}`)
  return {
    source: `environment ${prefix}_*`,
    options: {
      endpoint,
      regionId,
      accessKeyId,
      accessKeySecret,
      securityToken: get('SECURITY_TOKEN'),
      caFile: get('CA_FILE'),
    },
  }
}

/** The file that `keyhaven server --dev` leaves in its data folder. */
function clientFile(flags: ConnectionFlags, io: Io): Connection | undefined {
  const folder = resolve(io.cwd, flags.data ?? io.env.KEYHAVEN_DATA ?? 'keyhaven-data')
  const path = join(folder, 'client.json')
  const found = readJson(path)
  if (found === undefined) return undefined
  const text = (name: string): string | undefined => textIn(found, name)
  const caFile = text('caFile')
  return {
    source: path,
    options: {
      endpoint: text('endpoint'),
      regionId: text('regionId'),
      accessKeyId: text('accessKeyId'),
      accessKeySecret: text('accessKeySecret'),
      caFile: caFile === undefined ? undefined : resolve(dirname(path), caFile),
    },
  }
}

function namedProfile(flags: ConnectionFlags, io: Io): Connection | undefined {
  const name = flags.profile ?? io.env.KEYHAVEN_PROFILE ?? io.env.ALIBABA_CLOUD_PROFILE
  if (!name) return undefined
  const files = ['.keyhaven/config.json', '.aliyun/config.json'].map((file) => join(io.home, file))
  for (const file of files) {
    const found = profileFrom(file, name)
    if (found !== undefined) return found
  }
  throw new CliError('noProfile', `no profile "${name}" in ${files.join(' or ')}`)
}

function profileFrom(path: string, name: string | undefined): Connection | undefined {
  const config = readJson(path)
  const wanted = name ?? textIn(config, 'current') ?? 'default'
  const profiles: unknown = config?.profiles
  if (!Array.isArray(profiles)) return undefined
  const profile = profiles.find((entry: unknown) => textIn(entry, 'name') === wanted)
  if (profile === undefined) return undefined
  const caFile = textIn(profile, 'ca_file')
  const endpoint = textIn(profile, 'endpoint')
  const reached = { endpoint, caFile: caFile === undefined ? undefined : resolve(dirname(path), caFile) }
  return {
    source: `profile ${wanted} of ${path}`,
    options: {
      ...reached,
      regionId: textIn(profile, 'region_id'),
      credentials: profileCredentials({ path, name: wanted, sts: endpoint === undefined ? {} : reached }),
    },
  }
}

/** All modes of a profile; their code is read only when there is one. An own server is its own STS. */
function profileCredentials(options: CliProfileOptions): CredentialsProvider {
  let provider: CredentialsProvider | undefined
  return async () => {
    const { cliProfileCredentials } = await import('../sdk/credentials/cli-profile.ts')
    provider ??= cliProfileCredentials(options)
    return provider()
  }
}

/** @returns undefined if there is no such file */
function readJson(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof parsed === 'object' && parsed !== null) return parsed as Readonly<Record<string, unknown>>
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code !== undefined) throw error
  }
  throw new CliError('badFile', `${path} is not a JSON object`)
}

function textIn(record: unknown, name: string): string | undefined {
  const value = typeof record === 'object' && record !== null ? (record as Record<string, unknown>)[name] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}
