import type { InstanceTarget, PlannedCall, PublicTarget } from '../../load/plan.ts'
import { trustedCertificates } from '../../sdk/ca-certificates.ts'
import { Client } from '../../sdk/client.ts'
import { readClientKey } from '../../sdk/client-key.ts'
import type { ConnectionOptions } from '../../sdk/connection-options.ts'
import { credentialsProvider, usableCredentials } from '../../sdk/credentials.ts'
import { InstanceClient } from '../../sdk/instance-client.ts'
import type { InstanceOptions } from '../../sdk/instance-connection.ts'
import { endpointOf } from '../../sdk/rpc-connection.ts'
import { parseEndpoint } from '../../sdk/transport.ts'
import { instanceOptions } from '../client-key.ts'
import { readJson } from '../connection.ts'
import type { Context } from '../context.ts'
import { CliError } from '../failure.ts'
import { instanceCall } from './instance-scenarios.ts'
import type { LocalServer } from './local-server.ts'
import { publicCall } from './public-scenarios.ts'
import { type PreparedCall, type Subject, subjectOf } from './scenario.ts'
import type { BenchFlags, BenchSettings } from './settings.ts'

export interface Prepared {
  readonly public?: PublicTarget
  readonly instance?: InstanceTarget
  readonly calls: readonly PlannedCall[]
}

/** Where the load goes and what it is. Each call has been made once, so that whatever is wrong has been said. */
export async function prepare(
  context: Context,
  flags: BenchFlags,
  settings: BenchSettings,
  local: LocalServer | undefined,
): Promise<Prepared> {
  return settings.gateway === 'public'
    ? preparePublic(context, settings, local)
    : prepareInstance(local?.instance ?? (await optionsFor(context, flags, settings)), settings, local)
}

async function preparePublic(
  context: Context,
  settings: BenchSettings,
  local: LocalServer | undefined,
): Promise<Prepared> {
  const options = local?.public ?? (context.connection().options as ConnectionOptions)
  const given = settings.requestFile === undefined ? undefined : requestIn(context, settings.requestFile)
  await using client = new Client({ ...options, retry: false, userAgent: 'bench' })
  const calls = await each(settings, local, (name, subject) => publicCall(client, name, subject, given))
  return { public: await publicTarget(options), calls }
}

/** The OpenAPI gateway that a client with these options would call. */
export async function publicTarget(options: ConnectionOptions): Promise<PublicTarget> {
  const credentials = usableCredentials(await credentialsProvider(options)())
  return { origin: parseEndpoint(endpointOf(options)).origin, ca: trustedCertificates(options), credentials }
}

async function prepareInstance(
  options: InstanceOptions,
  settings: BenchSettings,
  local: LocalServer | undefined,
): Promise<Prepared> {
  if (settings.requestFile !== undefined) throw new CliError('usage', '--request is for the public gateway')
  await using client = new InstanceClient({ ...options, retry: false, userAgent: 'bench' })
  const calls = await each(settings, local, (name, subject) => instanceCall(client, name, subject))
  return { instance: instanceTarget(options), calls }
}

/** The gateway of an instance that a client with these options would call. */
export function instanceTarget(options: InstanceOptions): InstanceTarget {
  const clientKey = readClientKey(options)
  return {
    origin: parseEndpoint(options.endpoint).origin,
    ca: trustedCertificates(options),
    clientKeyId: clientKey.id,
    privateKey: String(clientKey.privateKey.export({ type: 'pkcs8', format: 'pem' })),
  }
}

type PlanOne = (name: string, subject: Subject) => Promise<PreparedCall>

/** One after the other: what one of them lacks is said before the next is tried. */
async function each(settings: BenchSettings, local: LocalServer | undefined, plan: PlanOne): Promise<PlannedCall[]> {
  const calls: PlannedCall[] = []
  for (const { name, weight } of settings.operations) {
    const own = local === undefined ? {} : { keyId: local.keyFor(name), secretName: local.secretName }
    calls.push({ ...(await plan(name, subjectOf({ ...settings, ...own }))), weight })
  }
  return calls
}

function optionsFor(context: Context, flags: BenchFlags, settings: BenchSettings): Promise<InstanceOptions> {
  const { clientKeyFile: clientKey, caFile, isOfficial } = settings
  if (clientKey === undefined)
    throw new CliError('usage', `${isOfficial ? '--client_key_path' : '--client-key'} is needed`)
  return instanceOptions(context, { ...flags, clientKey, caFile, password: flags.client_key_password })
}

function requestIn(context: Context, file: string): Readonly<Record<string, string>> {
  const request = readJson(context.path(file))
  if (request === undefined) throw new CliError('badFile', `there is no file ${file}`)
  return Object.fromEntries(
    Object.entries(request).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  )
}
