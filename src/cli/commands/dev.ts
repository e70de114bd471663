import { Command } from 'commander'
import { runChild } from '../child.ts'
import { clientEnvironment } from '../client-environment.ts'
import { contextOf } from '../context.ts'
import { CliError } from '../failure.ts'

/** `keyhaven dev -- command`: a server for a test. */
export function devCommand(): Command {
  return new Command('dev')
    .description('run a command beside a server of its own, which is gone when the command ends')
    .option('--seed <files>', 'what is there from the start; several files with commas between them')
    .option('--clock <time>', 'what the clock of the server shows; it stands but for /_keyhaven/clock')
    .option('--as-cloud', 'the server answers to the host names of the cloud, as with "keyhaven run"')
    .option('--direct <hosts>', 'with --as-cloud: hosts that the command may reach itself, with commas between them')
    .argument('<command...>', 'what to run, after --; its exit status is handed on')
    .action(dev)
}

interface DevOptions {
  readonly seed?: string
  readonly clock?: string
  readonly asCloud?: boolean
  readonly direct?: string
}

async function dev(words: readonly string[], options: DevOptions, command: Command): Promise<void> {
  const { io, path } = contextOf(command)
  const { seed, clock } = options
  const { asCloud, directHosts } = await import('../as-cloud/as-cloud.ts')
  const direct = directHosts(options.direct)
  if (options.direct !== undefined && !options.asCloud) throw new CliError('usage', '--direct needs --as-cloud')
  const { startKeyhaven } = await import('../../testing/index.ts')
  await using started = await startKeyhaven({ clock, seed: seed?.split(',').map((file) => path(file.trim())) })
  const { endpoint, httpEndpoint, caFile, regionId, accessKey } = started
  const { writeCaBundle } = await import('../ca-bundle.ts')
  const server = { endpoint, httpEndpoint, caFile, bundleFile: writeCaBundle(caFile), regionId, ...accessKey }
  await runChild(io, words, options.asCloud ? asCloud(server, io.env, direct) : clientEnvironment(server))
}
