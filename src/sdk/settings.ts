import { isPlainObject } from './codec.ts'
import { ClientError } from './errors.ts'

type Kind = 'text' | 'text or false' | 'object' | 'object or false' | 'function' | 'positive number' | 'AbortSignal'

type Settings = Readonly<Record<string, Kind>>

/** How a server is reached, and for how long it is waited for. */
export const transportSettings: Settings = {
  endpoint: 'text',
  ca: 'text',
  caFile: 'text',
  cert: 'text',
  certFile: 'text',
  certKey: 'text',
  certKeyFile: 'text',
  hostname: 'text',
  proxy: 'text or false',
  proxyEnv: 'object',
  connectTimeoutMs: 'positive number',
  attemptTimeoutMs: 'positive number',
  maxConnections: 'positive number',
  keepAliveMs: 'positive number',
  timeoutMs: 'positive number',
  retry: 'object or false',
  userAgent: 'text',
}

export const accessKeySettings: Settings = {
  regionId: 'text',
  accessKeyId: 'text',
  accessKeySecret: 'text',
  securityToken: 'text',
}

/** Where credentials come from, in the options of their sources. */
const sourceSettings: Settings = {
  ...accessKeySettings,
  endpoint: 'text',
  path: 'text',
  name: 'text',
  section: 'text',
  source: 'function',
  sts: 'object',
  roleArn: 'text',
  roleName: 'text',
  roleSessionName: 'text',
  policy: 'text',
  externalId: 'text',
  oidcProviderArn: 'text',
  oidcTokenFile: 'text',
  timeoutMs: 'positive number',
}

export const clientKeySettings: Settings = {
  clientKeyContent: 'text',
  clientKeyFile: 'text',
  password: 'text',
  passwordFile: 'text',
  clientKeyId: 'text',
  privateKey: 'text',
  clientKey: 'object',
}

export const callSettings: Settings = {
  timeoutMs: 'positive number',
  signal: 'AbortSignal',
  retry: 'object or false',
}

const retrySettings: Settings = {
  attempts: 'positive number',
  baseDelayMs: 'positive number',
  maxDelayMs: 'positive number',
  retryWhen: 'function',
  onAttempt: 'function',
}

const fits: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  'text or false': (value) => value === false || typeof value === 'string',
  object: isPlainObject,
  'object or false': (value) => value === false || isPlainObject(value),
  function: (value) => typeof value === 'function',
  'positive number': (value) => typeof value === 'number' && value > 0,
  AbortSignal: (value) => value instanceof AbortSignal,
}

/**
 * The options of a source of credentials.
 *
 * @param needed - members that it cannot do without
 * @throws ClientError `configuration`
 */
export function checkSource<Options>(options: Options, ...needed: readonly (keyof Options & string)[]): Options {
  checkSettings(options, 'options', sourceSettings)
  const missing = needed.find((name) => options[name] === undefined || options[name] === '')
  if (missing === undefined) return options
  throw new ClientError('configuration', `The setting ${missing} is needed.`, { parameter: missing })
}

/**
 * Looks at settings before they are used: programs without types, and settings out of files, get them wrong.
 *
 * @param what - the argument's name
 * @returns the settings
 * @throws ClientError naming the argument or the member of it
 */
export function checkSettings<Value>(
  given: Value,
  what: string,
  settings: Settings,
  code: 'configuration' | 'invalidRequest' = 'configuration',
): Value {
  if (!isPlainObject(given)) throw new ClientError(code, `The ${what} must be an object.`, { parameter: what })
  for (const [name, kind] of Object.entries(settings)) {
    const value = given[name]
    if (value !== undefined && !fits[kind](value))
      throw new ClientError(code, `The setting ${name} must be ${article(kind)}.`, { parameter: name })
    if (name === 'retry' && isPlainObject(value)) checkSettings(value, 'retry', retrySettings, code)
  }
  return given
}

const article = (kind: Kind): string => (/^text/.test(kind) ? kind : `${/^[aAoO]/.test(kind) ? 'an' : 'a'} ${kind}`)
