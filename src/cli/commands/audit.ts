import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Command } from 'commander'
import { parseTime } from '../../api/time.ts'
import type { HandedOver } from '../../server/audit/handed-over.ts'
import type { AuditQuery, KeptRecord } from '../../server/audit/query.ts'
import type { Verification } from '../../server/audit/verified-chain.ts'
import type { AuditFiles } from '../../server/audit/verify.ts'
import type { ServerIo } from '../../server/commands/io.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'

/** `keyhaven audit …`: works on the files of the audit log, with or without a running server. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('verify and read the audit log of a data folder')
    .addCommand(
      withSettings(
        new Command('verify')
          .description('find records that were edited, removed, moved or put in from elsewhere')
          .option('--folder <folder>', 'audit folder; unless given, that of the data folder')
          .option('--public-key <file>', 'public key kept elsewhere, instead of the audit.pub of the folder')
          .option('--checkpoints <file...>', 'more checkpoints, kept in a second place')
          .option('--handed-over <folder>', 'read also the files that were handed over to that folder')
          .option('--with-root-key', 'check also what only the root key and the database can tell'),
      ).action(verify),
    )
    .addCommand(
      withSettings(
        new Command('accept-loss')
          .description('go on with an audit log that lost records; what was lost and why is kept')
          .requiredOption('--reason <text>', 'why that is known and accepted'),
      ).action(acceptLoss),
    )
    .addCommand(
      new Command('handed-over')
        .description('list the files that were handed over, as it was signed')
        .option('--folder <folder>', 'audit folder, or one that logs are handed over to')
        .action(handedOver),
    )
    .addCommand(
      new Command('tail')
        .description('show the last records')
        .option('--folder <folder>', 'audit folder')
        .option('-n, --lines <count>', 'how many', '20')
        .option('-f, --follow', 'go on with new ones as they are written')
        .action(tail),
    )
    .addCommand(
      new Command('query')
        .description('search for records')
        .option('--folder <folder>', 'audit folder')
        .option('--action <name>', 'operation, such as Encrypt')
        .option('--key <id>', 'key id')
        .option('--principal <text>', "part of the caller's ARN, or an AccessKey id")
        .option('--code <code>', 'Success or an error code')
        .option('--request-id <id>', 'what one request did')
        .option('--since <time>', 'ISO 8601, or such as 15m, 2h, 7d')
        .option('--until <time>', 'ISO 8601, or such as 15m, 2h, 7d')
        .action(query),
    )
}

interface FolderOption {
  readonly folder?: string
}

/** The settings of a server that a command with the root key needs; the others come from `--config`. */
const settings = {
  config: ['--config <file>', 'settings of the server'],
  store: ['--store <address>', 'SQLite file or postgres:// URL, if not keyhaven.db in the data folder'],
  node: ['--node <name>', 'name of the server, if not the host name'],
  keyFile: ['--key-file <file>', 'the root secret of a key-file seal'],
  passphraseFile: ['--passphrase-file <file>', 'the passphrase; asked for unless given'],
  auditCheckpointFile: ['--audit-checkpoint-file <file>', 'second place of the checkpoints'],
} as const

type Settings = { readonly [Name in keyof typeof settings]?: string }

function withSettings(command: Command): Command {
  for (const [flag, description] of Object.values(settings)) command.option(flag, description)
  return command
}

function settingFlags({ flags, io }: Context, given: Settings): string[] {
  const data = resolve(io.cwd, flags.data ?? io.env.KEYHAVEN_DATA ?? 'keyhaven-data')
  const names = Object.keys(settings) as (keyof Settings)[]
  return [
    `--data=${data}`,
    ...names.flatMap((name) => {
      const value = given[name]
      return value === undefined ? [] : [`${settings[name][0].split(' ')[0]}=${value}`]
    }),
  ]
}

interface VerifyOptions extends FolderOption, Settings {
  readonly publicKey?: string
  readonly checkpoints?: readonly string[]
  readonly handedOver?: string
  readonly withRootKey?: boolean
}

async function verify(options: VerifyOptions, command: Command): Promise<void> {
  const context = contextOf(command)
  const found = await verification(context, options)
  const { output } = context
  if (output.isJson) output.json(found)
  else
    for (const { file, line, problem, seq } of found.faults)
      output.line(`${file} line ${line} (record ${seq ?? '-'}): ${problem}`)
  if (found.faults.length > 0)
    throw new CliError(
      'auditDamaged',
      `the audit log is not what was written: ${counted(found.faults.length, 'fault')} found`,
    )
  if (!output.isJson) for (const line of verdict(found)) output.line(line)
}

async function verification(context: Context, options: VerifyOptions): Promise<Verification> {
  const folder = folderOf(context, options)
  const keyFile = options.publicKey === undefined ? join(folder, 'audit.pub') : context.path(options.publicKey)
  if (!existsSync(keyFile)) throw new CliError('noPublicKey', `there is no public key ${keyFile}`)
  const publicKey = readFileSync(keyFile, 'utf8')
  const checkpointFiles = (options.checkpoints ?? []).map((file) => context.path(file))
  const { handedOver } = options
  const files: AuditFiles = {
    ...{ folder, publicKey, checkpointFiles },
    handedOverFolder: handedOver === undefined ? undefined : await handedOverFolder(context, handedOver, publicKey),
  }
  if (options.withRootKey === true) {
    const { verifyCommand } = await import('../../server/commands/audit.ts')
    return verifyCommand(settingFlags(context, options), files, serverIo(context))
  }
  const { verifyAudit } = await import('../../server/audit/verify.ts')
  return verifyAudit(files)
}

/** The folder of this log below the one that logs are handed over to, or the former itself. */
async function handedOverFolder(context: Context, given: string, publicKey: string): Promise<string> {
  const { logFolder } = await import('../../server/audit/hand-over-place.ts')
  const place = context.path(given)
  const own = logFolder(place, publicKey.split('+', 1)[0] ?? '')
  const folder = existsSync(own) ? own : place
  if (!existsSync(folder)) throw new CliError('noAudit', `there is no folder ${folder}`)
  return folder
}

function* verdict(found: Verification): Generator<string> {
  yield `${counted(found.records, 'record')}, ${counted(found.checkpoints, 'checkpoint')}: the log is what was written.`
  if (found.handedOver !== undefined) {
    const { last, segment, to } = found.handedOver
    yield `Records 1 to ${last} were handed over, up to ${segment} to ${to}: they are not here, and were not looked at.`
  }
  const unsigned = found.records - found.signedRecords
  if (unsigned > 0)
    yield `Not covered by a checkpoint yet: the last ${counted(unsigned, 'record')}. ${found.withRootKey ? 'The key says that they are genuine.' : 'Whether they are genuine is for --with-root-key to say.'}`
  if (found.unfinished > 0)
    yield `Left out: ${counted(found.unfinished, 'record')} of a write that is under way or was cut short.`
  if (!found.withRootKey) yield 'Whether the database knows of more records was not looked at: see --with-root-key.'
}

async function acceptLoss(options: Settings & { readonly reason: string }, command: Command): Promise<void> {
  const context = contextOf(command)
  if (options.reason.trim() === '') throw new CliError('noReason', '--reason needs a reason')
  const { acceptLossCommand } = await import('../../server/commands/audit.ts')
  const accepted = await acceptLossCommand(settingFlags(context, options), options.reason.trim(), serverIo(context))
  const { problem, setAside, origin } = accepted
  if (context.output.isJson) context.output.json(accepted)
  else {
    context.output.line(`Accepted: ${problem}.`)
    if (setAside !== undefined) context.output.line(`The former log is kept in ${setAside}.`)
    context.output.line(`The log ${origin} goes on with the next start; its records say what was accepted.`)
  }
}

async function handedOver(options: FolderOption, command: Command): Promise<void> {
  const context = contextOf(command)
  const { output } = context
  const { handOversOf } = await import('../../server/audit/verify.ts')
  const found = handOversOf(folderOf(context, options))
  if (output.isJson) output.json(found)
  else for (const each of found) output.line(handedOverLine(each))
}

const handedOverLine = ({ segment, first, last, bytes, sha256, at, to }: HandedOver): string =>
  `${at} ${segment} records ${first} to ${last}, ${bytes} bytes, SHA-256 ${sha256}, to ${to}`

const serverIo = ({ io: { env, stdout, stderr } }: Context): ServerIo => ({ env: { ...env }, stdout, stderr })

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

async function tail(
  options: FolderOption & { readonly lines: string; readonly follow?: boolean },
  command: Command,
): Promise<void> {
  const context = contextOf(command)
  const { AuditTail } = await import('../../server/audit/query.ts')
  const count = Number(options.lines)
  if (!Number.isSafeInteger(count) || count < 0) throw new CliError('badNumber', '--lines needs a number')
  const records = new AuditTail(folderOf(context, options), count)
  const show = await shower(context)
  for (;;) {
    for (const record of records.next()) show(record)
    if (!options.follow) return
    await wait(500)
  }
}

interface QueryOptions extends FolderOption {
  readonly action?: string
  readonly key?: string
  readonly principal?: string
  readonly code?: string
  readonly requestId?: string
  readonly since?: string
  readonly until?: string
}

async function query(options: QueryOptions, command: Command): Promise<void> {
  const context = contextOf(command)
  const { queryAudit } = await import('../../server/audit/query.ts')
  const { folder: _, since, until, ...rest } = options
  const wanted: AuditQuery = { ...rest, since: moment(since, '--since'), until: moment(until, '--until') }
  const show = await shower(context)
  for (const record of queryAudit(folderOf(context, options), wanted)) show(record)
}

/** JSON prints one object on a line, so that a long result can be read as it comes. */
async function shower({ output }: Context): Promise<(record: KeptRecord) => void> {
  const { recordLine } = await import('../../server/audit/query.ts')
  return (record) => output.line(output.isJson ? JSON.stringify(record) : recordLine(record))
}

function folderOf({ flags, io }: Context, { folder }: FolderOption): string {
  const data = resolve(io.cwd, flags.data ?? io.env.KEYHAVEN_DATA ?? 'keyhaven-data')
  const path = folder === undefined ? join(data, 'audit') : resolve(io.cwd, folder)
  if (!existsSync(path)) throw new CliError('noAudit', `there is no audit folder ${path}`)
  return path
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A day alone begins at midnight UTC. */
const timeOrDay = (text: string): number => parseTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00Z` : text)

function moment(text: string | undefined, option: string): Date | undefined {
  if (text === undefined) return undefined
  const [, amount, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? []
  const time = new Date(amount === undefined ? timeOrDay(text) : Date.now() - Number(amount) * (units[unit] ?? 0))
  if (Number.isNaN(time.getTime()))
    throw new CliError('badTime', `${option} needs a time such as 2026-11-21T10:00:00Z or 2h`)
  return time
}
