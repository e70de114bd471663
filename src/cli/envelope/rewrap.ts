import { Command } from 'commander'
import { type RewrapOptions, rewrapFile, rewrapStream } from '../../sdk/envelope/index.ts'
import { type Context, contextOf } from '../context.ts'
import { interruptible } from '../interrupt.ts'
import { nameAndValue } from '../names.ts'
import { repeated } from './options.ts'
import { standardInput, writeAll } from './pipe.ts'
import { runTasks } from './run-tasks.ts'
import { type Plan, planFor, rewrapNaming } from './task.ts'

interface RewrapFlags {
  readonly to: readonly string[]
  readonly add?: boolean
  readonly recursive?: boolean
  readonly context?: Readonly<Record<string, string>>
}

export function envelopeRewrapCommand(): Command {
  return new Command('rewrap')
    .description('protect the data key of envelopes with another key, or its newest version, without touching the data')
    .argument('<file...>', 'envelopes, changed in place; - from standard input to standard output')
    .requiredOption('--to <key>', 'id, ARN or alias; repeatable', repeated)
    .option('--add', 'keep the keys that open the envelope now')
    .option('--recursive', 'all files named *.cipher in the folders named')
    .option('--context <name=value>', 'context of formats that do not record it, repeatable', nameAndValue)
    .action((files: readonly string[], flags: RewrapFlags, command: Command) =>
      rewrap(contextOf(command), files, flags),
    )
}

async function rewrap(context: Context, files: readonly string[], flags: RewrapFlags): Promise<void> {
  const isPipe = files.length === 1 && files[0] === '-'
  const plan = await planFor(context, isPipe ? [] : files, { recursive: flags.recursive }, rewrapNaming)
  await context.withClient((kms) =>
    interruptible(context.io, (signal) => {
      const { to, add, context: encryptionContext } = flags
      const options = {
        kms,
        to,
        signal,
        keepPresentKeys: add === true,
        ...(encryptionContext && { encryptionContext }),
      }
      return isPipe
        ? writeAll(context.io.stdout, rewrapStream(standardInput(context.io), options), signal)
        : rewrapFiles(context, plan, options)
    }),
  )
}

async function rewrapFiles(context: Context, plan: Plan, options: RewrapOptions): Promise<void> {
  await runTasks(context, plan, undefined, async ({ source, label }) => {
    const { keys, isInPlace } = await rewrapFile(source, options)
    return {
      Rewrapped: label,
      Keys: keys.map(({ name, keyId }) => name || keyId).join(', '),
      Written: isInPlace ? 'the header only' : 'a new file with the same data',
    }
  })
}
