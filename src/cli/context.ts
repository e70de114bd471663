import { resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Client } from '../sdk/client.ts'
import type { ConnectionOptions } from '../sdk/connection-options.ts'
import { ServiceError } from '../sdk/errors.ts'
import type { RamClient } from '../sdk/ram-client.ts'
import type { RetryOptions } from '../sdk/retry.ts'
import type { StsClient } from '../sdk/sts-client.ts'
import { type Connection, type ConnectionFlags, findConnection } from './connection.ts'
import { CliError, withSource } from './failure.ts'
import type { Io, Sink } from './io.ts'
import { Output } from './output.ts'
import { type Render, type RenderingFlags, renderingFor } from './rendering.ts'

/** Which program a command belongs to says what it reads from and writes to. */
const machines = new WeakMap<Command, Io>()

/** How a program prints results, unless it is for people. */
const renders = new WeakMap<Command, Render>()

/** Gives a program the machine that its commands run on. */
export const setIo = (program: Command, io: Io): void => {
  machines.set(program, io)
}

/** The options of the program itself, which stand before or after the command's name. */
export interface GlobalFlags extends ConnectionFlags, RenderingFlags {
  readonly quiet?: boolean
}

export function addGlobalOptions(program: Command): Command {
  return program
    .option('--endpoint <host>', 'server: host, host:port or URL')
    .option('--region <id>', 'region; without an endpoint, the real service there')
    .option('--profile <name>', 'profile of ~/.keyhaven/config.json or ~/.aliyun/config.json')
    .option('--access-key-id <id>', 'AccessKey id; its secret is read from KEYHAVEN_ACCESS_KEY_SECRET')
    .option('--ca-file <file>', 'CA certificates to trust instead of the system’s, PEM')
    .option('--cert-file <file>', 'certificate to show to the server, PEM (KEYHAVEN_CERT_FILE)')
    .option('--cert-key-file <file>', 'its private key, PEM (KEYHAVEN_CERT_KEY_FILE)')
    .option('--data <folder>', 'data folder of a local server (KEYHAVEN_DATA, else keyhaven-data)')
    .option('--timeout <seconds>', 'longest time for one call', seconds)
    .option('--proxy <url>', 'HTTP proxy, or none; else HTTPS_PROXY, HTTP_PROXY and NO_PROXY decide', proxy)
    .addOption(new Option('--output <form>', 'how results are printed').choices(['table', 'json', 'yaml']))
    .option('--json', 'print JSON, as --output json')
    .option('--query <expression>', 'print a part of the result: JMESPath, over the names of --json')
    .option('-q, --quiet', 'print no result')
    .hook('preAction', async (program) => {
      const render = await renderingFor(program.opts())
      if (render) renders.set(program, render)
    })
}

function seconds(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('A number of seconds is needed.')
  return value
}

/** Everybody on the machine can read the arguments of a program. */
function proxy(text: string): string {
  if (text.includes('@'))
    throw new CliError('usage', 'credentials of a proxy belong into HTTPS_PROXY, where nobody else can read them')
  return text
}

/** What the action of a command works with. */
export interface Context {
  readonly io: Io
  readonly flags: GlobalFlags
  readonly output: Output
  /** where the server is and as whom to call it; found when first asked for */
  connection(): Connection
  /** a path as the user wrote it, made absolute */
  path(given: string): string
  /** Runs `work` with a client and closes it. */
  withClient<Value>(work: (client: Client) => Promise<Value>): Promise<Value>
  /** the same for users, policies and roles */
  withRam<Value>(work: (ram: RamClient) => Promise<Value>): Promise<Value>
  /** the same for sessions of roles */
  withSts<Value>(work: (sts: StsClient) => Promise<Value>): Promise<Value>
}

/**
 * The context of a command, from within its action:
 * `.action(async (keyId, options, command) => contextOf(command).withClient((client) => …))`.
 * Errors are left to the program: it prints one line on standard error and ends with status 1.
 */
export function contextOf(command: Command): Context {
  const flags: GlobalFlags = command.optsWithGlobals()
  const io = ioOf(command)
  let connection: Connection | undefined
  const connect = (): Connection => {
    connection ??= findConnection(flags, io)
    return connection
  }
  async function using<C extends AsyncDisposable, Value>(
    open: (options: ConnectionOptions) => Promise<C>,
    work: (client: C) => Promise<Value>,
  ): Promise<Value> {
    const { options, source } = connect()
    try {
      await using client = await open({ ...options, retry, userAgent: 'cli' })
      return await work(client)
    } catch (error) {
      throw withSource(error, source)
    }
  }
  return {
    io,
    flags,
    output: new Output(flags.quiet ? nowhere : io.stdout, ofProgram(command, renders)),
    connection: connect,
    path: (given) => resolve(io.cwd, given),
    withClient: (work) => using(async (options) => new (await import('../sdk/client.ts')).Client(options), work),
    withRam: (work) => using(async (options) => new (await import('../sdk/ram-client.ts')).RamClient(options), work),
    withSts: (work) => using(async (options) => new (await import('../sdk/sts-client.ts')).StsClient(options), work),
  }
}

/** The data folder of the server that is meant: the one that is named, or that which lies here. */
export function dataFolderOf(command: Command): string {
  const { flags, io } = contextOf(command)
  return resolve(io.cwd, flags.data ?? io.env.KEYHAVEN_DATA ?? 'keyhaven-data')
}

/** Someone waits: a busy service is asked again, an absent one is reported at once. */
export const retry: RetryOptions = { attempts: 3, retryWhen: (error) => error instanceof ServiceError }

/** `--quiet` */
const nowhere: Sink = { write: () => undefined }

function ioOf(command: Command): Io {
  const io = ofProgram(command, machines)
  if (io === undefined) throw new TypeError(`The command ${command.name()} belongs to no program.`)
  return io
}

function ofProgram<Value>(command: Command, values: WeakMap<Command, Value>): Value | undefined {
  for (let at: Command | null = command; at !== null; at = at.parent) {
    const value = values.get(at)
    if (value !== undefined) return value
  }
  return undefined
}
