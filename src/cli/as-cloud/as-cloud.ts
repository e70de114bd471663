import { clientEnvironment, type ReachableServer } from '../client-environment.ts'
import { CliError } from '../failure.ts'
import type { Io } from '../io.ts'
import { cloudEnvironment } from './environment.ts'
import { writeTrustFiles } from './trust-files.ts'

/**
 * What a program goes by for which the server is the cloud, whatever the program is written in.
 *
 * @throws CliError `noProxy`, `noCa`
 */
export function asCloud(
  server: ReachableServer,
  env: Io['env'],
  direct: readonly string[],
): Readonly<Record<string, string>> {
  if (server.caFile === undefined)
    throw new CliError(
      'noCa',
      'the server presents a certificate from elsewhere: no program would take it for the cloud',
    )
  return {
    ...clientEnvironment(server),
    ...cloudEnvironment({ server, files: writeTrustFiles(server.caFile), env, direct }),
  }
}

/** `--direct example.com,.example.org`. @throws CliError `usage` */
export function directHosts(text: string | undefined): readonly string[] {
  const hosts = (text ?? '').split(',').map((host) => host.trim().toLowerCase())
  const wrong = hosts.find((host) => host !== '' && !/^\.?[a-z0-9][a-z0-9.-]*$/.test(host))
  if (wrong !== undefined) throw new CliError('usage', `--direct: "${wrong}" is no name of a host`)
  return hosts.filter((host) => host !== '')
}
