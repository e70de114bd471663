import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Command } from 'commander'
import { parseTime } from '../../api/time.ts'
import type { AuditQuery, KeptRecord } from '../../server/audit/query.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'

/** `keyhaven audit …`: works on the files of the audit log, with or without a running server. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('verify and read the audit log of a data folder')
    .addCommand(
      new Command('verify')
        .description('find records that were edited, removed, moved or put in from elsewhere')
        .option('--folder <folder>', 'audit folder; unless given, that of the data folder')
        .option('--public-key <file>', 'public key kept elsewhere, instead of the audit.pub of the folder')
        .option('--checkpoints <file...>', 'more checkpoints, kept in a second place')
        .action(verify),
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
        .option('--request-id <id>')
        .option('--since <time>', 'ISO 8601, or such as 15m, 2h, 7d')
        .option('--until <time>', 'ISO 8601, or such as 15m, 2h, 7d')
        .action(query),
    )
}

interface FolderOption {
  readonly folder?: string
}

interface VerifyOptions extends FolderOption {
  readonly publicKey?: string
  readonly checkpoints?: readonly string[]
}

async function verify(options: VerifyOptions, command: Command): Promise<void> {
  const context = contextOf(command)
  const { verifyAudit } = await import('../../server/audit/verify.ts')
  const folder = folderOf(context, options)
  const keyFile = options.publicKey === undefined ? join(folder, 'audit.pub') : context.path(options.publicKey)
  if (!existsSync(keyFile)) throw new CliError('noPublicKey', `there is no public key ${keyFile}`)
  const more = (options.checkpoints ?? []).map((file) => context.path(file))
  const found = verifyAudit(folder, readFileSync(keyFile, 'utf8'), more)
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
  if (output.isJson) return
  const [records, checkpoints] = [counted(found.records, 'record'), counted(found.checkpoints, 'checkpoint')]
  output.line(`${records}, ${checkpoints}: the log is what was written.`)
  const unsigned = found.records - found.signedRecords
  if (unsigned > 0) output.line(`Not covered by a checkpoint yet: the last ${counted(unsigned, 'record')}.`)
}

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
