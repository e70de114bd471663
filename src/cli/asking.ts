import type { Command } from 'commander'
import { contextOf } from './context.ts'
import { CliError, ExitStatus } from './failure.ts'
import type { Io } from './io.ts'

/** Makes a word that takes something away for good ask first, where a person is at the terminal; scripts go on as they are. */
export function asking(command: Command): Command {
  return command
    .option('--yes', 'do not ask')
    .option('--dry-run', 'say what would be done, and do nothing')
    .hook('preAction', async (_, acting) => {
      const { yes, dryRun } = acting.opts<{ readonly yes?: boolean; readonly dryRun?: boolean }>()
      const { io, output } = contextOf(acting)
      const what = whatOf(acting)
      if (dryRun) {
        output.record({ 'Would be done': what }, { dryRun: what })
        throw new ExitStatus(0)
      }
      if (!yes && io.stdin.isTTY && !(await isAgreed(io, what)))
        throw new CliError('notDone', `${what}: not done, since the answer was not yes`)
    })
}

/** Whether a command is such a word. */
export const isDangerous = (command: Command): boolean => command.name() === 'delete'

const whatOf = (command: Command): string => [command.name(), command.parent?.name(), ...command.args].join(' ')

async function isAgreed({ stdin, stderr }: Io, what: string): Promise<boolean> {
  stderr.write(`${what}? [y/N] `)
  for await (const chunk of stdin) return /^y(?:es)?\s*$/i.test(Buffer.from(chunk).toString('utf8'))
  return false
}
