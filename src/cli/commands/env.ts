import { Command, Option } from 'commander'
import {
  clientEnvironment,
  exportLine,
  type ReachableServer,
  sealEnvironment,
  sealStanza,
  terraformEnvironment,
} from '../client-environment.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { serverHere } from '../server-here.ts'

interface Form {
  readonly flag: string
  readonly description: string
  /** an object stands for variables of the environment, a list for lines */
  readonly show: (server: ReachableServer, env: Context['io']['env']) => Promise<Shown> | Shown
}

type Shown = Readonly<Record<string, string>> | readonly string[]

const forms: readonly Form[] = [
  { flag: 'shell', description: 'lines for a shell, as without any of these', show: clientEnvironment },
  {
    flag: 'dotenv',
    description: 'NAME=value, for files of variables: of containers, of CI',
    show: (server) => Object.entries(clientEnvironment(server)).map(([name, value]) => `${name}=${value}`),
  },
  {
    flag: 'as-cloud',
    description: 'what "keyhaven run" gives programs that know only the host names of the cloud',
    show: async (server, env) => (await import('../as-cloud/as-cloud.ts')).asCloud(server, env, []),
  },
  {
    flag: 'terraform',
    description: 'for the provider "alicloud" of Terraform and OpenTofu',
    show: terraformEnvironment,
  },
  { flag: 'java', description: 'lines for a shell, with a trust store for Java', show: javaEnvironment },
  { flag: 'seal', description: 'for the seal "alicloudkms" of OpenBao and Vault', show: sealEnvironment },
  {
    flag: 'vault',
    description: 'that seal as a stanza of their configuration',
    show: (server) => sealStanza(server),
  },
  {
    flag: 'hosts',
    description: 'lines of a hosts file, by which the names of the cloud lead here',
    show: async (server) => (await import('../as-cloud/hosts.ts')).hostsLines(server),
  },
]

/** `keyhaven env`: what clients need to know of the development server here. */
export function envCommand(): Command {
  const command = new Command('env').description('print what clients need to reach the server here')
  for (const { flag, description } of forms) command.addOption(new Option(`--${flag}`, description))
  return command.action(env)
}

async function env(options: Readonly<Record<string, boolean>>, command: Command): Promise<void> {
  const { io, output } = contextOf(command)
  const asked = forms.filter(({ flag }) => options[flag === 'as-cloud' ? 'asCloud' : flag])
  const [form = forms[0], other] = asked
  if (form === undefined || other !== undefined)
    throw new CliError('usage', `--${form?.flag} and --${other?.flag} are two forms: give one`)
  const found = serverHere(command)
  const { writeCaBundle } = await import('../ca-bundle.ts')
  const server = { ...found, bundleFile: found.caFile === undefined ? undefined : writeCaBundle(found.caFile) }
  const shown = await form.show(server, io.env)
  if (output.isJson) output.asWritten(shown)
  else for (const line of isLines(shown) ? shown : Object.entries(shown).map(exportLine)) output.line(line)
}

const isLines = (shown: Shown): shown is readonly string[] => Array.isArray(shown)

async function javaEnvironment(server: ReachableServer, { JAVA_TOOL_OPTIONS }: Context['io']['env']) {
  if (server.caFile === undefined) return clientEnvironment(server)
  const { writeTrustFiles } = await import('../as-cloud/trust-files.ts')
  const { javaTrust, quoted } = await import('../as-cloud/environment.ts')
  const trust = javaTrust(writeTrustFiles(server.caFile).trustStore).map(quoted)
  return {
    ...clientEnvironment(server),
    JAVA_TOOL_OPTIONS: [JAVA_TOOL_OPTIONS, ...trust].filter(Boolean).join(' '),
  }
}
