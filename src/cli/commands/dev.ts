import { Command } from 'commander'
import { runChild } from '../child.ts'
import {
  clientEnvironment,
  exportLine,
  hostsLines,
  type ReachableServer,
  sealEnvironment,
} from '../client-environment.ts'
import { readClientFile } from '../connection.ts'
import { contextOf, dataFolderOf } from '../context.ts'
import { CliError } from '../failure.ts'

/** `keyhaven dev -- command` and `keyhaven env`: a server for a test, and what clients need to know of one. */
export function devCommands(): Command[] {
  return [
    new Command('dev')
      .description('run a command beside a server of its own, which is gone when the command ends')
      .option('--seed <files>', 'what is there from the start; several files with commas between them')
      .option('--clock <time>', 'what the clock of the server shows; it stands but for /_keyhaven/clock')
      .argument('<command...>', 'what to run, after --; its exit status is handed on')
      .action(dev),
    new Command('env')
      .description('print what clients need to reach the server here, as lines for a shell')
      .option('--seal', 'for the seal "alicloudkms" of OpenBao and Vault')
      .option('--hosts', 'lines of a hosts file, by which the names of the cloud lead here')
      .action(env),
  ]
}

interface DevOptions {
  readonly seed?: string
  readonly clock?: string
}

async function dev(words: readonly string[], { seed, clock }: DevOptions, command: Command): Promise<void> {
  const { io, path } = contextOf(command)
  const { startKeyhaven } = await import('../../testing/index.ts')
  const { writeCaBundle } = await import('../ca-bundle.ts')
  await using server = await startKeyhaven({ clock, seed: seed?.split(',').map((file) => path(file.trim())) })
  const { endpoint, httpEndpoint, caFile, regionId, accessKey } = server
  const bundleFile = writeCaBundle(caFile)
  await runChild(io, words, clientEnvironment({ endpoint, httpEndpoint, caFile, bundleFile, regionId, ...accessKey }))
}

interface EnvOptions {
  readonly seal?: boolean
  readonly hosts?: boolean
}

async function env(options: EnvOptions, command: Command): Promise<void> {
  const { output } = contextOf(command)
  const server = await serverHere(command)
  if (options.hosts) {
    for (const line of hostsLines(server)) output.line(line)
    return
  }
  const variables = options.seal ? sealEnvironment(server) : clientEnvironment(server)
  if (output.isJson) output.line(JSON.stringify(variables, null, 2))
  else for (const entry of Object.entries(variables)) output.line(exportLine(entry))
}

async function serverHere(command: Command): Promise<ReachableServer> {
  const folder = dataFolderOf(command)
  const found = readClientFile(folder)
  if (found?.endpoint === undefined) throw new CliError('noConnection', `${folder} holds no client.json of a server`)
  const { endpoint, caFile, regionId = '', accessKeyId, accessKeySecret } = found
  if (accessKeyId === undefined || accessKeySecret === undefined)
    throw new CliError('noAccessKey', `${found.path} holds no AccessKey: only a development server leaves it there`)
  const { writeCaBundle } = await import('../ca-bundle.ts')
  const bundleFile = caFile === undefined ? undefined : writeCaBundle(caFile)
  return { endpoint, httpEndpoint: found.httpEndpoint, caFile, bundleFile, regionId, accessKeyId, accessKeySecret }
}
