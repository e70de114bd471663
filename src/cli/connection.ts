import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { ClientOptions } from '../sdk/client.ts'
import type { CliProfileOptions } from '../sdk/credentials/cli-profile.ts'
import type { OidcRoleOptions } from '../sdk/credentials/oidc-role.ts'
import type { CredentialsProvider } from '../sdk/credentials.ts'
import { readTextSync, whyUnreadable } from '../sdk/text-file.ts'
import { suggestion } from '../server/config/similar.ts'
import { CliError } from './failure.ts'
import type { Io } from './io.ts'

/** Connection settings of the command line; they win over what any other source says. */
export interface ConnectionFlags {
  readonly endpoint?: string | undefined
  readonly region?: string | undefined
  readonly profile?: string | undefined
  readonly accessKeyId?: string | undefined
  readonly caFile?: string | undefined
  readonly certFile?: string | undefined
  readonly certKeyFile?: string | undefined
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
  (flags, io) => withCertificate(fromEnvironment(flags, io.env, 'KEYHAVEN'), io),
  withToken,
  namedProfile,
  serverHere,
  (flags, { env }) => fromEnvironment(flags, env, 'ALIBABA_CLOUD'),
  (_, io) => profileFrom(ownProfiles(io), undefined),
  (_, io) => profileFrom(join(io.home, '.aliyun/config.json'), undefined),
]

/** @throws CliError `noConnection`, `noProfile`, `noAccessKey`, `badFile` */
export function findConnection(flags: ConnectionFlags, io: Io): Connection {
  for (const find of finders) {
    const found = find(flags, io)
    if (found === undefined) continue
    requireNamedServer(found, flags, io)
    return { ...found, options: withFlags(found.options, flags, io) }
  }
  const named = flags.endpoint ?? (io.env.KEYHAVEN_ENDPOINT || undefined)
  if (named !== undefined) throw nobodyAt(named, io.env)
  throw new CliError(
    'noConnection',
    'no server is known: start one here with "keyhaven server --dev", or say once where yours is with "keyhaven configure", or name a --profile',
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
    ...transportFlags(flags, io),
  }
}

/** Who names a server in the environment, and no profile or folder here, must not reach another one. */
function requireNamedServer({ options }: Connection, flags: ConnectionFlags, { env }: Io): void {
  const named = env.KEYHAVEN_ENDPOINT
  if (!named || flags.endpoint !== undefined || flags.profile !== undefined || flags.data !== undefined) return
  const plain = (endpoint: string): string => endpoint.replace(/^https:\/\//i, '').replace(/\/$/, '')
  const endpoint = 'endpoint' in options ? options.endpoint : undefined
  if (endpoint === undefined || plain(endpoint) !== plain(named)) throw nobodyAt(named, env)
}

/** A server is named, but not as whom to call it. */
function nobodyAt(endpoint: string, env: Io['env']): CliError {
  const accessKey = ['KEYHAVEN_ACCESS_KEY_ID', 'KEYHAVEN_ACCESS_KEY_SECRET']
  const missing = tokenVariables.filter((name) => !env[name])
  const needed = missing.length < tokenVariables.length ? missing : accessKey
  return new CliError('noAccessKey', `as whom to call ${endpoint} is not known: set ${needed.join(' and ')}`)
}

/** The certificate that is shown to the server, as flags say it. */
export const certificateFlags = ({ certFile, certKeyFile }: ConnectionFlags, { cwd }: Io) => ({
  ...(certFile === undefined ? {} : { certFile: resolve(cwd, certFile) }),
  ...(certKeyFile === undefined ? {} : { certKeyFile: resolve(cwd, certKeyFile) }),
})

/** The same as the environment says it, for a server that the environment names, or that lies here. */
export const certificateOfEnvironment = ({ env, cwd }: Io) => ({
  ...(env.KEYHAVEN_CERT_FILE ? { certFile: resolve(cwd, env.KEYHAVEN_CERT_FILE) } : {}),
  ...(env.KEYHAVEN_CERT_KEY_FILE ? { certKeyFile: resolve(cwd, env.KEYHAVEN_CERT_KEY_FILE) } : {}),
})

/** How a server is reached, whichever of the gateways is called. */
export const transportFlags = ({ timeout, proxy, ...flags }: ConnectionFlags, io: Io) => ({
  ...certificateFlags(flags, io),
  ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
  ...(proxy === undefined ? {} : { proxy: proxy === 'none' ? (false as const) : proxy }),
  proxyEnv: io.env,
})

/** With neither endpoint nor region an AccessKey alone says nothing about where to go. */
function fromEnvironment(flags: ConnectionFlags, env: Io['env'], prefix: string): Connection | undefined {
  const get = (name: string): string | undefined => env[`${prefix}_${name}`] || undefined
  const endpoint = flags.endpoint ?? get('ENDPOINT')
  const regionId = flags.region ?? get('REGION_ID') ?? get('REGION')
  const accessKeyId = flags.accessKeyId ?? get('ACCESS_KEY_ID')
  if (accessKeyId === undefined || (endpoint === undefined && regionId === undefined)) return undefined
  const accessKeySecret = secretOf(env, prefix, accessKeyId)
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

const tokenVariables = [
  'ALIBABA_CLOUD_ROLE_ARN',
  'ALIBABA_CLOUD_OIDC_PROVIDER_ARN',
  'ALIBABA_CLOUD_OIDC_TOKEN_FILE',
] as const

/**
 * CI runners and pods have no AccessKey but a token of their platform, under the names of the official SDKs. It is sent
 * to the server that is named, which is its own STS, and to no other.
 */
function withToken(flags: ConnectionFlags, io: Io): Connection | undefined {
  const get = (name: string): string | undefined => io.env[name] || undefined
  const endpoint = flags.endpoint ?? get('KEYHAVEN_ENDPOINT')
  const [roleArn, oidcProviderArn, tokenFile] = tokenVariables.map(get)
  if (!endpoint || !roleArn || !oidcProviderArn || !tokenFile || get('KEYHAVEN_ACCESS_KEY_ID')) return undefined
  const reached = {
    endpoint,
    caFile: flags.caFile === undefined ? get('KEYHAVEN_CA_FILE') : resolve(io.cwd, flags.caFile),
    ...certificateOfEnvironment(io),
    ...certificateFlags(flags, io),
  }
  const credentials = tokenCredentials({
    ...{ roleArn, oidcProviderArn, oidcTokenFile: resolve(io.cwd, tokenFile), sts: reached },
    roleSessionName: get('ALIBABA_CLOUD_ROLE_SESSION_NAME'),
  })
  const regionId = flags.region ?? get('KEYHAVEN_REGION_ID')
  return { source: 'environment ALIBABA_CLOUD_OIDC_*', options: { ...reached, regionId, credentials } }
}

function tokenCredentials(options: OidcRoleOptions): CredentialsProvider {
  let provider: CredentialsProvider | undefined
  return async () => {
    const { oidcRoleCredentials } = await import('../sdk/credentials/oidc-role.ts')
    provider ??= oidcRoleCredentials(options)
    return provider()
  }
}

/**
 * The server of the data folder that is meant, or else of the one that lies here. In production its file tells where
 * the server is, not as whom to call it; an AccessKey of the environment counts more than that of the account, which
 * may do everything.
 */
function serverHere(flags: ConnectionFlags, io: Io): Connection | undefined {
  const given = flags.data ?? (io.env.KEYHAVEN_DATA || undefined)
  const folder = resolve(io.cwd, given ?? 'keyhaven-data')
  const here = readClientFile(folder)
  if (here === undefined) {
    if (given !== undefined) throw nothingIn(folder)
    return undefined
  }
  const own = here.accessKeyId === undefined ? undefined : withCertificate({ source: here.path, options: here }, io)
  // The AccessKey of a flag is put in its place in the end.
  if (own !== undefined && flags.accessKeyId !== undefined) return own
  return withCertificate(withKeyOfEnvironment(here, flags, io), io) ?? own ?? withKeyOfProfile(here, io)
}

const withCertificate = (found: Connection | undefined, io: Io): Connection | undefined =>
  found && { ...found, options: { ...found.options, ...certificateOfEnvironment(io) } }

export interface ClientFile {
  readonly path: string
  readonly endpoint: string | undefined
  readonly httpEndpoint: string | undefined
  readonly regionId: string | undefined
  readonly caFile: string | undefined
  readonly accessKeyId: string | undefined
  readonly accessKeySecret: string | undefined
}

/** The file that a server leaves in its data folder. */
export function readClientFile(folder: string): ClientFile | undefined {
  const path = join(folder, 'client.json')
  const found = readJson(path)
  if (found === undefined) return undefined
  const text = (name: string): string | undefined => textIn(path, found, name)
  const caFile = text('caFile')
  return {
    path,
    endpoint: text('endpoint'),
    httpEndpoint: text('httpEndpoint'),
    regionId: text('regionId'),
    caFile: caFile === undefined ? undefined : resolve(folder, caFile),
    accessKeyId: text('accessKeyId'),
    accessKeySecret: text('accessKeySecret'),
  }
}

/** Sooner than to a server of another folder, or to the real cloud, a call goes nowhere. */
function nothingIn(folder: string): CliError {
  const what = existsSync(folder)
    ? `${folder} holds no client.json: no server has been started on it`
    : `there is no folder ${folder}`
  return new CliError('noConnection', what)
}

function withKeyOfEnvironment(here: ClientFile, flags: ConnectionFlags, { env }: Io): Connection | undefined {
  const accessKeyId = flags.accessKeyId ?? env.KEYHAVEN_ACCESS_KEY_ID
  if (!accessKeyId || accessKeyId === here.accessKeyId) return undefined
  const key = { accessKeyId, accessKeySecret: secretOf(env, 'KEYHAVEN', accessKeyId) }
  const securityToken = env.KEYHAVEN_SECURITY_TOKEN || undefined
  return { source: `${here.path} and environment KEYHAVEN_*`, options: { ...here, ...key, securityToken } }
}

/** Only a profile of this very server: the AccessKey of another one must not be shown to it. */
function withKeyOfProfile(here: ClientFile, io: Io): Connection {
  const configured = profileFrom(ownProfiles(io), undefined)
  const endpoint = configured && 'endpoint' in configured.options ? configured.options.endpoint : undefined
  if (configured !== undefined && endpoint === here.endpoint) return configured
  throw new CliError(
    'noAccessKey',
    `the server of ${dirname(here.path)} is at ${here.endpoint}, but no AccessKey to call it with is known: run "keyhaven configure --data ${dirname(here.path)}", or set KEYHAVEN_ACCESS_KEY_ID and KEYHAVEN_ACCESS_KEY_SECRET`,
  )
}

function secretOf(env: Io['env'], prefix: string, accessKeyId: string): string {
  const secret = env[`${prefix}_ACCESS_KEY_SECRET`]
  if (secret) return secret
  throw new CliError('noSecret', `${prefix}_ACCESS_KEY_SECRET is needed beside the AccessKey id ${accessKeyId}`)
}

/** The profiles of this program; those of the aliyun command line have the same form. */
export const ownProfiles = ({ home }: Io): string => join(home, '.keyhaven/config.json')

function namedProfile(flags: ConnectionFlags, io: Io): Connection | undefined {
  const name = flags.profile ?? io.env.KEYHAVEN_PROFILE ?? io.env.ALIBABA_CLOUD_PROFILE
  if (!name) return undefined
  const files = [ownProfiles(io), join(io.home, '.aliyun/config.json')]
  for (const file of files) {
    const found = profileFrom(file, name)
    if (found !== undefined) return found
  }
  const known = files.flatMap((file) => profilesIn(file, readJson(file) ?? {}).map((entry) => String(entry.name)))
  throw new CliError('noProfile', `no profile "${name}" in ${files.join(' or ')}${suggestion(name, known)}`)
}

function profileFrom(path: string, name: string | undefined): Connection | undefined {
  const config = readJson(path)
  if (config === undefined) return undefined
  const wanted = name ?? textIn(path, config, 'current') ?? 'default'
  const profile = profilesIn(path, config).find((entry) => entry.name === wanted)
  if (profile === undefined) return undefined
  const endpoint = textIn(path, profile, 'endpoint')
  const file = (member: string) => {
    const named = textIn(path, profile, member)
    return named && resolve(dirname(path), named)
  }
  const reached = {
    endpoint,
    caFile: file('ca_file'),
    certFile: file('cert_file'),
    certKeyFile: file('cert_key_file'),
  }
  return {
    source: `profile ${wanted} of ${path}`,
    options: {
      ...reached,
      regionId: textIn(path, profile, 'region_id'),
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

export type JsonObject = Readonly<Record<string, unknown>>

/**
 * @returns undefined if there is no such file
 * @throws CliError `badFile`
 */
export function readJson(path: string): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(readTextSync(path))
    if (isObject(parsed)) return parsed
    throw new CliError('badFile', `${path} is no JSON object`)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (error instanceof SyntaxError) throw new CliError('badFile', `${path} is not JSON`, error)
    throw error instanceof CliError ? error : new CliError('badFile', `${path} ${whyUnreadable(error)}`, error)
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @throws CliError `badFile` */
export function profilesIn(path: string, { profiles = [] }: JsonObject): readonly JsonObject[] {
  if (Array.isArray(profiles) && profiles.every(isObject)) return profiles
  throw new CliError('badFile', `"profiles" in ${path} is no list of objects`)
}

function textIn(path: string, record: JsonObject, name: string): string | undefined {
  const value = record[name] ?? ''
  if (typeof value !== 'string') throw new CliError('badFile', `"${name}" in ${path} is no text`)
  return value === '' ? undefined : value
}
