import { Client } from '../../sdk/client.ts'
import { type ClientKey, readClientKey } from '../../sdk/client-key.ts'
import type { ConnectionOptions } from '../../sdk/connection-options.ts'
import { InstanceConnection, type InstanceOptions } from '../../sdk/instance-connection.ts'
import type { Connection } from '../connection.ts'
import type { Context } from '../context.ts'
import { CliError } from '../failure.ts'
import type { Asked } from './ask.ts'

/** What options say of the instance of one server. */
export interface InstanceFlags {
  readonly clientKey: string | undefined
  readonly passwordFile: string | undefined
  readonly password?: string | undefined
  readonly endpoint: string | undefined
  readonly caFile: string | undefined
}

/** One of the servers: its public gateway, and that of its instance when there is a ClientKey for it. */
export class Side implements Asked, AsyncDisposable {
  readonly client: Client
  readonly instance: InstanceConnection | undefined
  readonly clientKey: ClientKey | undefined

  private constructor(client: Client, options: InstanceOptions | undefined) {
    this.client = client
    this.clientKey = options?.clientKey
    this.instance = options && new InstanceConnection(options)
  }

  /** What a server refuses is part of the comparison, not a reason to try again. */
  static open({ options }: Connection, instance: InstanceOptions | undefined): Side {
    return new Side(new Client({ ...options, retry: false, userAgent: 'cli' }), instance)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.client.close(), this.instance?.close()])
  }
}

/** Where the instance is and who calls it; nothing without a ClientKey. @throws CliError `usage` */
export function instanceOf(
  { path }: Context,
  { options }: Connection,
  { clientKey, passwordFile, password, endpoint, caFile }: InstanceFlags,
): InstanceOptions | undefined {
  if (clientKey === undefined) {
    if (passwordFile ?? endpoint ?? caFile)
      throw new CliError('usage', 'what is said of an instance goes with a ClientKey')
    return undefined
  }
  const server = options as ConnectionOptions
  const { caFile: ofServer, certFile, certKeyFile, timeoutMs, proxy, proxyEnv } = server
  return {
    ...{ endpoint: endpoint ?? server.endpoint ?? '', caFile: caFile === undefined ? ofServer : path(caFile) },
    ...{ certFile, certKeyFile, timeoutMs, proxy, proxyEnv, retry: false, userAgent: 'cli' },
    clientKey: readClientKey({
      clientKeyFile: path(clientKey),
      ...(passwordFile === undefined ? { password } : { passwordFile: path(passwordFile) }),
    }),
  }
}
