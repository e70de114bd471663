import type { Command } from 'commander'
import type { ReachableServer } from './client-environment.ts'
import { readClientFile } from './connection.ts'
import { dataFolderOf } from './context.ts'
import { CliError } from './failure.ts'

/**
 * The development server of the data folder that is meant, with the AccessKey of its account.
 *
 * @throws CliError `noConnection`, `noAccessKey`
 */
export function serverHere(command: Command): ReachableServer {
  const folder = dataFolderOf(command)
  const found = readClientFile(folder)
  if (found?.endpoint === undefined) throw new CliError('noConnection', `${folder} holds no client.json of a server`)
  const { endpoint, httpEndpoint, caFile, regionId = '', accessKeyId, accessKeySecret } = found
  if (accessKeyId === undefined || accessKeySecret === undefined)
    throw new CliError('noAccessKey', `${found.path} holds no AccessKey: only a development server leaves it there`)
  return { endpoint, httpEndpoint, caFile, regionId, accessKeyId, accessKeySecret }
}
