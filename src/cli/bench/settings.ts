import { type Command, InvalidArgumentError, Option } from 'commander'
import { type ClientKeyFlags, withClientKey } from '../client-key.ts'
import { CliError } from '../failure.ts'

/** Flags as commander gives them: those of the official tool with underscores, Keyhaven's own in camel case. */
export interface BenchFlags extends ClientKeyFlags {
  readonly case?: string
  readonly operation: readonly string[]
  readonly request?: string
  readonly key?: string
  readonly key_id?: string
  readonly secret?: string
  readonly secret_name?: string
  readonly size?: number
  readonly data_size?: number
  readonly connections?: number
  readonly concurrence_nums?: number
  readonly duration?: number
  readonly period?: number
  readonly warmUp: number
  readonly rate?: number
  readonly processes: number
  readonly client_key_path?: string
  readonly client_key_file?: string
  readonly client_key_password?: string
  readonly ca_path?: string
  readonly ca_file_path?: string
  readonly log_path?: string
  readonly enable_debug_log?: string
  readonly algorithm?: string
  readonly key_pair_spec?: string
  readonly key_format?: string
  readonly gateway?: 'public' | 'instance'
  readonly local?: boolean
  readonly html?: string
  readonly csv?: string
  readonly out?: string
  readonly force?: boolean
}

export interface WantedOperation {
  readonly name: string
  readonly weight: number
}

/** What is to be measured, whichever flags said it. */
export interface BenchSettings {
  /** the words of the official tool were used: its blocks are printed */
  readonly isOfficial: boolean
  readonly operations: readonly WantedOperation[]
  readonly requestFile: string | undefined
  readonly keyId: string | undefined
  readonly secretName: string | undefined
  /** bytes */
  readonly dataSize: number
  readonly connections: number
  readonly durationMs: number
  readonly periodMs: number
  readonly warmUpMs: number
  readonly ratePerSecond: number | undefined
  readonly processes: number
  readonly gateway: 'public' | 'instance'
  readonly clientKeyFile: string | undefined
  readonly caFile: string | undefined
  readonly algorithm: string | undefined
  readonly keyPairSpec: string | undefined
  readonly keyFormat: string | undefined
}

const defaults = { connections: 32, dataSize: 32, period: 1, duration: 10, officialDuration: 600 } as const
/** What Node's timers can wait for. */
const longestRun = 2_000_000

export function addBenchOptions(command: Command): Command {
  const hidden = (flags: string, parse?: (text: string) => unknown): Option => {
    const option = new Option(flags).hideHelp()
    return parse === undefined ? option : option.argParser(parse)
  }
  const shown = withClientKey(command)
    .option('--operation <name[=weight]>', 'what to call, such as encrypt or ListKeys; repeated for a mix', collect, [])
    .option(
      '--request <file>',
      'JSON object with the wire parameters of the operation; {n} is another number each time',
    )
    .option('--key <key>', 'id, ARN or alias of the key')
    .option('--secret <name>', 'secret to read')
    .option('--size <bytes>', `plaintext; ${defaults.dataSize} unless given`, whole)
    .option('--connections <n>', `calls under way at most; ${defaults.connections} unless given`, whole)
    .option(
      '--duration <seconds>',
      `${defaults.duration} unless given; with --case ${defaults.officialDuration}`,
      positive,
    )
    .option('--period <seconds>', `between two figures; ${defaults.period} unless given`, positive)
    .option('--warm-up <seconds>', 'calls before the measurement that do not count', notNegative, 0)
    .option(
      '--rate <n>',
      'calls per second, whatever the server does; latency counts from when a call was due',
      positive,
    )
    .option('--processes <n>', 'processes that share the connections', whole, 1)
    .addOption(
      new Option('--gateway <gateway>', 'public, or instance: what a ClientKey signs for').choices([
        'public',
        'instance',
      ]),
    )
    .option('--local', 'start a server for the run, with a key, a secret and an application, and remove it afterwards')
    .option('--html <file>', 'write a report with plots')
    .option('--csv <file>', 'write the figures of each period')
    .option('--out <file>', 'write the result as JSON, for "bench compare"')
    .option('--force', 'replace files that are there')
  const official = [
    new Option('--case <case>', 'the official tool’s name of what to call; prints its blocks of figures'),
    hidden('--key_id <key>'),
    hidden('--secret_name <name>'),
    hidden('--data_size <bytes>', whole),
    hidden('--concurrence_nums <n>', whole),
    hidden('--client_key_path <file>'),
    hidden('--client_key_file <file>'),
    hidden('--client_key_password <password>'),
    hidden('--ca_path <file>'),
    hidden('--ca_file_path <file>'),
    new Option('--log_path <folder>', 'where the blocks go instead: statistics.log, and debug.log if asked for'),
    hidden('--enable_debug_log <true|false>'),
    hidden('--algorithm <name>'),
    hidden('--key_pair_spec <spec>'),
    hidden('--key_format <PEM|DER>'),
  ]
  return official.reduce((to, option) => to.addOption(option), shown)
}

/** @throws CliError `usage` */
export function benchSettings(flags: BenchFlags): BenchSettings {
  const isOfficial = flags.case !== undefined
  const duration = flags.duration ?? (isOfficial ? defaults.officialDuration : defaults.duration)
  if (duration > longestRun) throw new CliError('usage', `--duration is at most ${longestRun} seconds`)
  if (isOfficial && flags.operation.length > 0) throw new CliError('usage', 'give --case or --operation, not both')
  const clientKeyFile = flags.clientKey ?? flags.client_key_path ?? flags.client_key_file
  const settings: BenchSettings = {
    isOfficial,
    operations: wantedOperations(flags),
    requestFile: flags.request,
    keyId: flags.key ?? flags.key_id,
    secretName: flags.secret ?? flags.secret_name,
    dataSize: flags.size ?? flags.data_size ?? defaults.dataSize,
    connections: flags.connections ?? flags.concurrence_nums ?? defaults.connections,
    durationMs: duration * 1000,
    periodMs: (flags.period ?? defaults.period) * 1000,
    warmUpMs: flags.warmUp * 1000,
    ratePerSecond: flags.rate,
    processes: flags.processes,
    gateway: flags.gateway ?? (isOfficial || clientKeyFile !== undefined ? 'instance' : 'public'),
    clientKeyFile,
    caFile: flags.ca_path ?? flags.ca_file_path,
    algorithm: flags.algorithm || undefined,
    keyPairSpec: flags.key_pair_spec || undefined,
    keyFormat: flags.key_format || undefined,
  }
  if (settings.requestFile !== undefined && settings.operations.length !== 1)
    throw new CliError('usage', '--request goes with one --operation')
  return settings
}

function wantedOperations({ case: name, operation, local }: BenchFlags): readonly WantedOperation[] {
  if (name !== undefined) return [{ name, weight: 1 }]
  if (operation.length > 0) return operation.flatMap((text) => text.split(',')).map(wantedOperation)
  if (local === true) return [{ name: 'encrypt', weight: 1 }]
  throw new CliError('usage', 'say what to call: --operation encrypt, or --case as the official tool')
}

function wantedOperation(text: string): WantedOperation {
  const [, name = '', weight = '1'] = /^(\w+)(?:=([1-9]\d{0,5}))?$/.exec(text) ?? []
  if (name !== '') return { name, weight: Number(weight) }
  throw new CliError('usage', `"${text}" is no operation with a weight, such as encrypt=3`)
}

const collect = (text: string, before: readonly string[]): readonly string[] => [...before, text]

const numberThat =
  (isRight: (value: number) => boolean, what: string) =>
  (text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (Number.isFinite(value) && isRight(value)) return value
    throw new InvalidArgumentError(`A ${what} is needed.`)
  }
const positive = numberThat((value) => value > 0, 'number above 0')
const notNegative = numberThat((value) => value >= 0, 'number of 0 or more')
const whole = numberThat((value) => Number.isInteger(value) && value > 0 && value <= 1_000_000, 'whole number above 0')
