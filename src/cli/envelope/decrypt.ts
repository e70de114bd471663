import { Command, Option } from 'commander'
import type { Client } from '../../sdk/client.ts'
import { contentOf } from '../../sdk/envelope/files/input-file.ts'
import { withOutput } from '../../sdk/envelope/files/output-file.ts'
import {
  type DecryptionSummary,
  type DecryptOptions,
  decryptFile,
  decryptStream,
  EnvelopeFile,
  envelopeFormats,
} from '../../sdk/envelope/index.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { interruptible } from '../interrupt.ts'
import { addFileOptions, byteRange, cacheFor, type FileFlags } from './options.ts'
import { standardInput, writeAll } from './pipe.ts'
import { runTasks } from './run-tasks.ts'
import { decryptNaming, planFor } from './task.ts'

interface DecryptFlags extends FileFlags {
  readonly format?: NonNullable<DecryptOptions['format']>
  readonly range?: { readonly start?: number; readonly end?: number }
}

export function envelopeDecryptCommand(): Command {
  return addFileOptions(new Command('decrypt'))
    .description('decrypt envelopes of any format; data/sales.csv.cipher becomes data/decrypted_sales.csv')
    .argument('<file...>', 'what to decrypt; - for standard input')
    .addOption(new Option('--format <format>', 'refuse every other format').choices(envelopeFormats))
    .option('--range <start:end>', 'only these bytes of the content, such as 5GiB:6GiB', byteRange)
    .action((files: readonly string[], flags: DecryptFlags, command: Command) =>
      decrypt(contextOf(command), files, flags),
    )
}

async function decrypt(context: Context, files: readonly string[], flags: DecryptFlags): Promise<void> {
  await context.withClient((client) =>
    interruptible(context.io, (signal) => {
      const options = decryptOptions(client, flags, signal)
      const [file = '-', ...others] = files
      if (flags.range !== undefined) {
        if (others.length > 0 || file === '-') throw new CliError('usage', '--range takes one file')
        return decryptRange(context, file, flags, flags.range, options)
      }
      const isPipe = others.length === 0 && (file === '-' || flags.out === '-')
      return isPipe ? decryptPipe(context, file, flags, options) : decryptFiles(context, files, flags, options)
    }),
  )
}

function decryptOptions(
  kms: Client,
  flags: DecryptFlags,
  signal: AbortSignal,
): DecryptOptions & { signal: AbortSignal } {
  const { allowUnauthenticated, context: encryptionContext, format } = flags
  return {
    kms,
    signal,
    ...cacheFor(flags),
    ...(format && { format }),
    ...(allowUnauthenticated && { allowUnauthenticated }),
    ...(encryptionContext && { encryptionContext }),
  }
}

async function decryptFiles(
  context: Context,
  files: readonly string[],
  flags: DecryptFlags,
  options: DecryptOptions,
): Promise<void> {
  const plan = await planFor(context, files, flags, decryptNaming)
  const force = flags.force === true
  await runTasks(context, plan, flags.threads, async (task, tools) => {
    const summary = await decryptFile(task.source, task.target, { ...options, ...tools, force })
    return { Decrypted: task.label, To: task.targetLabel, ...decryptionReport(summary) }
  })
}

/** What comes out is authentic; that the source was cut short shows at the end, in the exit status. */
async function decryptPipe(
  context: Context,
  file: string,
  flags: DecryptFlags,
  options: DecryptOptions,
): Promise<void> {
  const { io, output, path } = context
  const source = file === '-' ? standardInput(io) : contentOf(path(file), options.signal)
  if (flags.out === undefined || flags.out === '-') {
    await writeAll(io.stdout, decryptStream(source, options), options.signal)
    return
  }
  const summary = await decryptFile(source, path(flags.out), { ...options, force: flags.force === true })
  const report = { Decrypted: 'standard input', To: flags.out, ...decryptionReport(summary) }
  output.record(report, report)
}

async function decryptRange(
  context: Context,
  file: string,
  flags: DecryptFlags,
  range: { readonly start?: number; readonly end?: number },
  options: DecryptOptions & { signal: AbortSignal },
): Promise<void> {
  const { io, output, path } = context
  const envelope = await EnvelopeFile.open(path(file), options)
  try {
    const content = envelope.read(range, options.signal)
    if (flags.out === undefined || flags.out === '-') return await writeAll(io.stdout, content, options.signal)
    const settings = { force: flags.force === true, ...(options.signal && { signal: options.signal }) }
    await withOutput(path(flags.out), 0o600, settings, async (target) => {
      for await (const portion of content) await target.write(portion)
    })
    const report = { Decrypted: file, To: flags.out, ...decryptionReport(envelope.summary) }
    output.record(report, report)
  } finally {
    await envelope.close()
  }
}

function decryptionReport({ format, algorithm, key, encryptionContext }: DecryptionSummary) {
  return {
    Format: format,
    Algorithm: algorithm,
    Key: key.name || key.keyId || key.keyVersionId,
    Context: encryptionContext,
  }
}
