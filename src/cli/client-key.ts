import type { Command } from 'commander'
import type { ConnectionOptions } from '../sdk/connection-options.ts'
import type { InstanceClient } from '../sdk/instance-client.ts'
import type { InstanceOptions } from '../sdk/instance-connection.ts'
import { certificateOfEnvironment, transportFlags } from './connection.ts'
import { type Context, retry } from './context.ts'
import { CliError } from './failure.ts'

/** The ClientKey of an application, which calls the gateway of a KMS instance. */
export interface ClientKeyFlags {
  readonly clientKey?: string
  readonly clientKeyPasswordFile?: string
}

/** The options that name a ClientKey. A password on a command line would be seen by everybody on the machine. */
export const withClientKey = (command: Command): Command =>
  command
    .option('--client-key <file>', 'ClientKey of an application: the gateway of its instance is called')
    .option('--client-key-password-file <file>', 'its password; else KEYHAVEN_CLIENT_KEY_PASSWORD')

/** Runs `work` with a client of the instance whose ClientKey is named, and closes it. */
export async function withInstance<Value>(
  context: Context,
  flags: ClientKeyFlags,
  work: (client: InstanceClient) => Promise<Value>,
): Promise<Value> {
  const options = await instanceOptions(context, flags)
  const { InstanceClient } = await import('../sdk/instance-client.ts')
  await using client = new InstanceClient({ ...options, retry, userAgent: 'cli' })
  return await work(client)
}

/** @throws CliError `usage` for a password without its key */
export function isForInstance({ clientKey, clientKeyPasswordFile }: ClientKeyFlags): boolean {
  if (clientKey === undefined && clientKeyPasswordFile !== undefined)
    throw new CliError('usage', '--client-key-password-file goes with --client-key')
  return clientKey !== undefined
}

interface Given extends ClientKeyFlags {
  /** what was said by other words than those of the environment */
  readonly password?: string | undefined
  readonly caFile?: string | undefined
}

/** Where the instance is, and who calls it. Beside an endpoint that is named no AccessKey has to be known. */
export async function instanceOptions(context: Context, given: Given): Promise<InstanceOptions> {
  const { clientKey = '', clientKeyPasswordFile: passwordFile } = given
  const password = given.password ?? context.io.env.KEYHAVEN_CLIENT_KEY_PASSWORD
  return {
    ...(await reached(context, given.caFile)),
    clientKeyFile: context.path(clientKey),
    ...(passwordFile === undefined ? { password } : { passwordFile: context.path(passwordFile) }),
  }
}

type Reached = Pick<
  InstanceOptions,
  'endpoint' | 'caFile' | 'certFile' | 'certKeyFile' | 'timeoutMs' | 'proxy' | 'proxyEnv'
>

async function reached({ flags, io, connection, path }: Context, otherCaFile: string | undefined): Promise<Reached> {
  const named = flags.endpoint ?? (io.env.KEYHAVEN_ENDPOINT || undefined)
  const caFile = otherCaFile ?? flags.caFile ?? (named && io.env.KEYHAVEN_CA_FILE)
  const own = caFile ? { caFile: path(caFile) } : {}
  if (named !== undefined)
    return { endpoint: named, ...own, ...certificateOfEnvironment(io), ...transportFlags(flags, io) }
  const { endpointOf } = await import('../sdk/rpc-connection.ts')
  const known = connection().options as ConnectionOptions
  const { caFile: knownCaFile, certFile, certKeyFile } = known
  return {
    endpoint: endpointOf(known),
    caFile: knownCaFile,
    certFile,
    certKeyFile,
    ...own,
    ...transportFlags(flags, io),
  }
}
