import { Command } from 'commander'
import type { ServerIo } from '../../server/commands/io.ts'
import { contextOf } from '../context.ts'
import { ExitStatus } from '../failure.ts'

/** Commands whose flags are the settings of the server, which reads them itself. */
export function serverCommands(): Command[] {
  return [
    passedOn('server', 'run the service', async (flags, io, goOnUnread) => {
      await prepareToServe(goOnUnread)
      return (await import('../../server/commands/server.ts')).serverCommand(flags, io)
    }),
    passedOn('start', 'make the deployment at the first start, and run the service', async (flags, io, goOnUnread) => {
      await prepareToServe(goOnUnread)
      return (await import('../../server/commands/start.ts')).startCommand(flags, io)
    }),
    passedOn('init', 'make a production deployment', async (flags, io) =>
      (await import('../../server/commands/init.ts')).initCommand(flags, io),
    ),
    passedOn('reseal', 'change the root secret or the kind of seal', async (flags, io) =>
      (await import('../../server/commands/reseal.ts')).resealCommand(flags, io),
    ),
    passedOn('backup', 'write a backup while a server runs, or verify one', async (flags, io) =>
      (await import('../../server/commands/backup.ts')).backupCommand(flags, io),
    ),
    passedOn('restore', 'make of a backup the deployment that it was', async (flags, io) =>
      (await import('../../server/commands/backup.ts')).restoreCommand(flags, io),
    ),
    passedOn('rotate-root-key', 'change the root key and put everything under the new one', async (flags, io) =>
      (await import('../../server/commands/rotate-root-key.ts')).rotateRootKeyCommand(flags, io),
    ),
  ]
}

async function prepareToServe(goOnUnread?: () => void): Promise<void> {
  // its log and its announcement may go to a program that ends before it does
  goOnUnread?.()
  const { prepareFileThread } = await import('../../server/audit/file-thread.ts')
  prepareFileThread()
}

type Run = (flags: readonly string[], io: ServerIo, goOnUnread?: () => void) => Promise<number>

function passedOn(name: string, description: string, run: Run): Command {
  return new Command(name)
    .description(description)
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (_options: object, command: Command) => {
      const { env, stdout, stderr, goOnUnread } = contextOf(command).io
      // the root secret is taken out of it
      const status = await run(flagsAfter(name, command), { env: env as NodeJS.ProcessEnv, stdout, stderr }, goOnUnread)
      if (status !== 0) throw new ExitStatus(status)
    })
}

/** The words after the command's name as they were typed, also those that the program takes for its own options. */
function flagsAfter(name: string, command: Command): readonly string[] {
  const words = (command.parent as (Command & { readonly rawArgs?: readonly string[] }) | null)?.rawArgs ?? []
  const at = words.indexOf(name)
  return [...words.slice(0, at), ...words.slice(at + 1)]
}
