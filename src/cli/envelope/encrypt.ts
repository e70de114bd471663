import { Command, Option } from 'commander'
import type { Client } from '../../sdk/client.ts'
import { contentOf } from '../../sdk/envelope/files/input-file.ts'
import {
  type EncryptionSummary,
  type EncryptOptions,
  encryptFile,
  encryptStream,
  envelopeFormats,
  sdkAlgorithmNames,
} from '../../sdk/envelope/index.ts'
import { type Context, contextOf } from '../context.ts'
import { interruptible } from '../interrupt.ts'
import { addFileOptions, cacheFor, defaultKey, type FileFlags, repeated } from './options.ts'
import { standardInput, writeAll } from './pipe.ts'
import { runTasks } from './run-tasks.ts'
import { encryptNaming, planFor } from './task.ts'

interface EncryptFlags extends FileFlags {
  readonly key?: readonly string[]
  readonly format: NonNullable<EncryptOptions['format']>
  readonly algorithm?: NonNullable<EncryptOptions['algorithm']>
}

export function envelopeEncryptCommand(): Command {
  return addFileOptions(new Command('encrypt'))
    .description('encrypt files of any size; data/sales.csv becomes data/sales.csv.cipher')
    .argument('<file...>', 'what to encrypt; - for standard input')
    .option('--key <key>', `id, ARN or alias; repeatable, any one opens the file (default: ${defaultKey})`, repeated)
    .addOption(
      new Option('--format <format>', 'form of the result; auto: small data without an envelope')
        .choices(['auto', ...envelopeFormats])
        .default('keyhaven'),
    )
    .addOption(
      new Option('--algorithm <name>', 'AES_256_GCM unless said otherwise').choices([
        'AES_256_GCM',
        'SM4_GCM',
        ...sdkAlgorithmNames,
      ]),
    )
    .action((files: readonly string[], flags: EncryptFlags, command: Command) =>
      encrypt(contextOf(command), files, flags),
    )
}

async function encrypt(context: Context, files: readonly string[], flags: EncryptFlags): Promise<void> {
  await context.withClient((client) =>
    interruptible(context.io, (signal) => {
      const options = encryptOptions(client, flags, signal)
      return files.length === 1 && (files[0] === '-' || flags.out === '-')
        ? encryptPipe(context, files[0] ?? '-', flags, options)
        : encryptFiles(context, files, flags, options)
    }),
  )
}

function encryptOptions(kms: Client, flags: EncryptFlags, signal: AbortSignal): EncryptOptions {
  const { algorithm, allowUnauthenticated, context: encryptionContext, format } = flags
  return {
    kms,
    keyId: flags.key ?? [defaultKey],
    format,
    signal,
    ...cacheFor(flags),
    ...(algorithm && { algorithm }),
    ...(allowUnauthenticated && { allowUnauthenticated }),
    ...(encryptionContext && { encryptionContext }),
  }
}

async function encryptFiles(
  context: Context,
  files: readonly string[],
  flags: EncryptFlags,
  options: EncryptOptions,
): Promise<void> {
  const plan = await planFor(context, files, flags, encryptNaming)
  const force = flags.force === true
  await runTasks(context, plan, flags.threads, async (task, tools) => {
    const summary = await encryptFile(task.source, task.target, { ...options, ...tools, force })
    return { Encrypted: task.label, To: task.targetLabel, ...encryptionReport(summary) }
  })
}

/** With the result on standard output there is no place for a report. */
async function encryptPipe(
  context: Context,
  file: string,
  flags: EncryptFlags,
  options: EncryptOptions,
): Promise<void> {
  const { io, output, path } = context
  const source = file === '-' ? standardInput(io) : contentOf(path(file), options.signal)
  if (flags.out === undefined || flags.out === '-') {
    await writeAll(io.stdout, encryptStream(source, options), options.signal)
    return
  }
  const summary = await encryptFile(source, path(flags.out), { ...options, force: flags.force === true })
  const report = { Encrypted: 'standard input', To: flags.out, ...encryptionReport(summary) }
  output.record(report, report)
}

function encryptionReport({ format, algorithm, keys }: EncryptionSummary): Record<string, string> {
  return { Format: format, Algorithm: algorithm, Keys: keys.map(({ name, keyId }) => name || keyId).join(', ') }
}
