import { Command } from 'commander'
import type { FirstAccessKey } from '../../server/commands/init.ts'
import type { ServerIo } from '../../server/commands/io.ts'
import { ownProfiles, profilesIn, readJson } from '../connection.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError, ExitStatus } from '../failure.ts'
import { writeProfile } from '../profile-file.ts'

/** Commands whose flags are the settings of the server, which reads them itself. */
export function serverCommands(): Command[] {
  return [
    passedOn('server', 'run the service', async (flags, io, context) => {
      await prepareToServe(context)
      return (await import('../../server/commands/server.ts')).serverCommand(flags, io)
    }),
    passedOn('start', 'make the deployment at the first start, and run the service', async (flags, io, context) => {
      await prepareToServe(context)
      return (await import('../../server/commands/start.ts')).startCommand(flags, io)
    }),
    passedOn('init', 'make a production deployment', async (flags, io, context) => {
      const { initCommand } = await import('../../server/commands/init.ts')
      if (flags.includes('--save')) requireNewProfile(context)
      return initCommand(withoutProfile(flags), io, (accessKey) => savedProfile(context, accessKey))
    }),
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

async function prepareToServe({ io }: Context): Promise<void> {
  // its log and its announcement may go to a program that ends before it does
  io.goOnUnread?.()
  const { prepareFileThread } = await import('../../server/audit/file-thread.ts')
  prepareFileThread()
}

type Run = (flags: readonly string[], io: ServerIo, context: Context) => Promise<number>

function passedOn(name: string, description: string, run: Run): Command {
  return new Command(name)
    .description(description)
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command)
      const { env, stdout, stderr } = context.io
      // the root secret is taken out of it
      const status = await run(flagsAfter(name, command), { env: env as NodeJS.ProcessEnv, stdout, stderr }, context)
      if (status !== 0) throw new ExitStatus(status)
    })
}

/** The words after the command's name as they were typed, also those that the program takes for its own options. */
function flagsAfter(name: string, command: Command): readonly string[] {
  const words = (command.parent as (Command & { readonly rawArgs?: readonly string[] }) | null)?.rawArgs ?? []
  const at = words.indexOf(name)
  return [...words.slice(0, at), ...words.slice(at + 1)]
}

const profileOf = ({ flags }: Context): string => flags.profile ?? 'default'

/** Before anything is made: an AccessKey that is there may be the only copy. */
function requireNewProfile(context: Context): void {
  const [path, name] = [ownProfiles(context.io), profileOf(context)]
  if (profilesIn(path, readJson(path) ?? {}).some((profile) => profile.name === name))
    throw new CliError('profileExists', `${path} has a profile "${name}" already: give another name with --profile`)
}

function savedProfile(context: Context, accessKey: FirstAccessKey): string {
  const { accessKeyId, accessKeySecret, endpoint, regionId, caFile = '' } = accessKey
  const [path, name] = [ownProfiles(context.io), profileOf(context)]
  writeProfile(path, {
    ...{ name, mode: 'AK', access_key_id: accessKeyId, access_key_secret: accessKeySecret },
    ...{ region_id: regionId, endpoint, ca_file: caFile },
  })
  return `profile "${name}" of ${path}`
}

/** The server knows no profiles. */
const withoutProfile = (flags: readonly string[]): readonly string[] =>
  flags.filter(
    (flag, index) => flag !== '--profile' && flags[index - 1] !== '--profile' && !flag.startsWith('--profile='),
  )
