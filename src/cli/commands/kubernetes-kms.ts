import { Command, Option } from 'commander'
import type { CallEvent } from '../../kubernetes/grpc-server.ts'
import type { Health } from '../../kubernetes/health.ts'
import type { Client } from '../../sdk/client.ts'
import { ClientError, ServiceError } from '../../sdk/errors.ts'
import { type Level, type Log, levels, openLog } from '../../server/log.ts'
import { type ClientKeyFlags, instanceOptions, isForInstance, withClientKey } from '../client-key.ts'
import { type Context, contextOf } from '../context.ts'
import { failureLine } from '../failure.ts'
import { interruptible, stopped } from '../interrupt.ts'

interface Options extends ClientKeyFlags {
  readonly socket: string
  readonly key: string
  readonly logFormat: 'json' | 'text'
  readonly logLevel: Level
}

/** `keyhaven kubernetes-kms`: a Kubernetes API server encrypts what it stores under a key of the service. */
export function kubernetesKmsCommand(): Command {
  const logFormat = new Option('--log-format <form>', 'form of the log on standard error').choices(['json', 'text'])
  const logLevel = new Option('--log-level <level>', 'least severity that is logged').choices(levels)
  return withClientKey(new Command('kubernetes-kms'))
    .description('the KMS v2 plugin of a Kubernetes API server, at a Unix socket; runs until stopped')
    .requiredOption('--socket <file>', 'the Unix socket that the EncryptionConfiguration names')
    .requiredOption('--key <id>', 'id or alias of the key to encrypt under')
    .addOption(logFormat.default('json'))
    .addOption(logLevel.default('info'))
    .action(kubernetesKms)
}

async function kubernetesKms(options: Options, command: Command): Promise<void> {
  const context = contextOf(command)
  const { io, output, path, flags } = context
  const { key, logFormat, logLevel } = options
  const write = (line: string): void => void io.stderr.write(line)
  const log = openLog(logFormat, logLevel, () => new Date(), write)
  const socket = path(options.socket)
  const { clientLimits, startPlugin } = await import('../../kubernetes/plugin.ts')
  await using client = await openClient(context, options, clientLimits)
  const plugin = await startPlugin(client, {
    ...{ socket, key, timeoutMs: flags.timeout && flags.timeout * 1000 },
    onCall: callLog(log),
    onCheck: healthLog(log),
  })
  try {
    await interruptible(io, async (signal) => {
      output.record({ Socket: socket, Key: key }, { socket, key })
      // What is wrong is told in the log, and no end: a server that is away may be there when the API server asks.
      await Promise.all([plugin.health(), stopped(signal)])
    })
  } finally {
    await plugin.stop()
    log.write('info', 'stopped')
  }
}

async function openClient(context: Context, options: Options, limits: object): Promise<Client> {
  const settings = { ...limits, userAgent: 'kubernetes-kms' }
  const { Client } = await import('../../sdk/client.ts')
  return isForInstance(options)
    ? new Client({ instance: { ...(await instanceOptions(context, options)), ...settings } })
    : new Client({ ...context.connection().options, ...settings })
}

/** Calls that succeed are many; what fails is told whatever the API server makes of it. */
const callLog =
  (log: Log) =>
  ({ method, durationMs, error }: CallEvent): void => {
    const fields = { action: method, latencyMs: Math.round(durationMs) }
    if (error === undefined) log.write('debug', 'call', fields)
    else log.write('warn', `${method} failed: ${wordsOf(error)}`, { ...fields, ...detailsOf(error) })
  }

/** One line for each change. */
function healthLog(log: Log): (health: Health) => void {
  let [lastKeyId, wasUsable] = ['', true]
  return ({ keyId, error }) => {
    if (error !== undefined && wasUsable)
      log.write('error', `the key cannot be used: ${wordsOf(error)}`, detailsOf(error))
    if (error === undefined && (!wasUsable || keyId !== lastKeyId)) log.write('info', `encrypting under ${keyId}`)
    wasUsable = error === undefined
    if (wasUsable) lastKeyId = keyId
  }
}

const isKnown = (error: unknown): error is ServiceError | ClientError =>
  error instanceof ServiceError || error instanceof ClientError

const wordsOf = (error: unknown): string => (isKnown(error) ? failureLine(error) : 'unexpected error')
const detailsOf = (error: unknown) => (isKnown(error) ? { code: error.code } : { error })
