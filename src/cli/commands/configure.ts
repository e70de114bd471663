import { resolve } from 'node:path'
import { Command } from 'commander'
import {
  type ClientFile,
  certificateFlags,
  certificateOfEnvironment,
  ownProfiles,
  readClientFile,
} from '../connection.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError, withSource } from '../failure.ts'
import { readAtMost } from '../files.ts'
import { writeProfile } from '../profile-file.ts'

/** `keyhaven configure`, or `login`: where the server is and as whom to call it, said once. */
export const configureCommands = (): readonly Command[] => [configureCommand('configure'), configureCommand('login')]

function configureCommand(name: string): Command {
  return new Command(name)
    .description('write a profile to ~/.keyhaven/config.json: where the server is and as whom to call it')
    .option('--no-check', 'write it without asking the server whether it works')
    .addHelpText(
      'after',
      `
The server is the one of --endpoint and --ca-file, of the data folder --data, or the real service of --region.
The AccessKey is that of --access-key-id or KEYHAVEN_ACCESS_KEY_ID, or it is asked for. Its secret is that of
KEYHAVEN_ACCESS_KEY_SECRET, or it is asked for, or it is the first line of standard input.
--profile names the profile, "default" unless given; it becomes the one that is used.`,
    )
    .action(configure)
}

async function configure({ check }: { readonly check: boolean }, command: Command): Promise<void> {
  const context = contextOf(command)
  const { io, flags, output } = context
  const name = flags.profile ?? 'default'
  const server = serverOf(context)
  const key = await accessKeyOf(context)
  const path = ownProfiles(io)
  const certificate = { ...certificateOfEnvironment(io), ...certificateFlags(flags, io) }
  const accountId = check ? await accountOf(context, { ...server, ...certificate, ...key }) : undefined
  writeProfile(path, {
    name,
    mode: 'AK',
    access_key_id: key.accessKeyId,
    access_key_secret: key.accessKeySecret,
    region_id: server.regionId ?? '',
    endpoint: server.endpoint ?? '',
    ca_file: server.caFile ?? '',
    cert_file: certificate.certFile ?? '',
    cert_key_file: certificate.certKeyFile ?? '',
  })
  const where = server.endpoint ?? server.regionId
  output.record(
    { Profile: name, File: path, Server: where, 'Access key id': key.accessKeyId, Account: accountId },
    { profile: name, file: path, server: where, accessKeyId: key.accessKeyId, accountId },
  )
}

type Server = Pick<ClientFile, 'endpoint' | 'regionId' | 'caFile'>

function serverOf({ io, flags }: Context): Server {
  const caFile = flags.caFile === undefined ? undefined : resolve(io.cwd, flags.caFile)
  const { endpoint, region: regionId } = flags
  if (endpoint !== undefined || (regionId !== undefined && flags.data === undefined))
    return { endpoint, regionId, caFile }
  const folder = resolve(io.cwd, flags.data ?? (io.env.KEYHAVEN_DATA || 'keyhaven-data'))
  const here = readClientFile(folder)
  if (here === undefined)
    throw new CliError('usage', `give --endpoint and --ca-file, or --data: ${folder} has no client.json of a server`)
  return { endpoint: here.endpoint, regionId: regionId ?? here.regionId, caFile: caFile ?? here.caFile }
}

async function accessKeyOf(context: Context): Promise<{ accessKeyId: string; accessKeySecret: string }> {
  const { io, flags } = context
  const accessKeyId = flags.accessKeyId ?? (io.env.KEYHAVEN_ACCESS_KEY_ID || (await askedId(context)))
  if (!accessKeyId) throw new CliError('usage', 'give --access-key-id, or set KEYHAVEN_ACCESS_KEY_ID')
  const accessKeySecret = io.env.KEYHAVEN_ACCESS_KEY_SECRET || (await askedSecret(context))
  if (accessKeySecret === '') throw new CliError('noSecret', 'no secret was given on standard input')
  return { accessKeyId, accessKeySecret }
}

/** Only a person is asked: what a script sends is the secret. */
async function askedId({ io }: Context): Promise<string> {
  if (!(io.stdin === process.stdin && process.stdin.isTTY)) return ''
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await lines.question('AccessKey id: ')).trim()
  } finally {
    lines.close()
  }
}

async function askedSecret(context: Context): Promise<string> {
  const { io } = context
  if (io.stdin === process.stdin && process.stdin.isTTY)
    return (await import('../../server/operator/prompt.ts')).readSecret('AccessKey secret: ')
  const given = Buffer.from((await readAtMost(context, '-', 4096)) ?? '').toString('utf8')
  return (given.split(/\r?\n/, 1)[0] ?? '').trim()
}

/** What does not work is better said before it is written. */
async function accountOf({ io }: Context, options: Server & { accessKeyId: string; accessKeySecret: string }) {
  const { StsClient } = await import('../../sdk/sts-client.ts')
  const { stsEndpoint } = await import('../../sdk/credentials/assume-role.ts')
  try {
    const endpoint = options.endpoint ?? stsEndpoint(options)
    await using sts = new StsClient({ ...options, endpoint, proxyEnv: io.env, retry: false, userAgent: 'cli' })
    return (await sts.getCallerIdentity()).accountId
  } catch (error) {
    throw withSource(error, 'this command; --no-check writes them nevertheless')
  }
}
