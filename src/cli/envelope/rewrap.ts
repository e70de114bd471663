import { Command } from 'commander'
import { rewrapFile } from '../../sdk/envelope/index.ts'
import { type Context, contextOf } from '../context.ts'
import { interruptible } from '../interrupt.ts'
import { nameAndValue } from '../names.ts'
import { repeated } from './options.ts'
import { runTasks } from './run-tasks.ts'
import { planFor, rewrapNaming } from './task.ts'

interface RewrapFlags {
  readonly to: readonly string[]
  readonly add?: boolean
  readonly recursive?: boolean
  readonly context?: Readonly<Record<string, string>>
}

export function envelopeRewrapCommand(): Command {
  return new Command('rewrap')
    .description('protect the data key of envelopes with another key, or its newest version, without touching the data')
    .argument('<file...>', 'envelopes, changed in place')
    .requiredOption('--to <key>', 'id, ARN or alias; repeatable', repeated)
    .option('--add', 'keep the keys that open the envelope now')
    .option('--recursive', 'all files named *.cipher in the folders named')
    .option('--context <name=value>', 'context of formats that do not record it, repeatable', nameAndValue)
    .action((files: readonly string[], flags: RewrapFlags, command: Command) =>
      rewrap(contextOf(command), files, flags),
    )
}

async function rewrap(context: Context, files: readonly string[], flags: RewrapFlags): Promise<void> {
  const plan = await planFor(context, files, { recursive: flags.recursive }, rewrapNaming)
  const { to, add, context: encryptionContext } = flags
  await context.withClient((kms) =>
    interruptible(context.io, (signal) =>
      runTasks(context, plan, undefined, async ({ source, label }) => {
        const options = {
          kms,
          to,
          signal,
          keepPresentKeys: add === true,
          ...(encryptionContext && { encryptionContext }),
        }
        const { keys, isInPlace } = await rewrapFile(source, options)
        const names = keys.map(({ name, keyId }) => name || keyId).join(', ')
        return {
          Rewrapped: label,
          Keys: names,
          Written: isInPlace ? 'the header only' : 'a new file with the same data',
        }
      }),
    ),
  )
}
