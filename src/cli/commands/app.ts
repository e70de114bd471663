import { mkdir, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Command } from 'commander'
import type { Client } from '../../sdk/client.ts'
import { everyItem } from '../../sdk/every-item.ts'
import { sampleProgram } from '../app/sample.ts'
import { setUpApplication, takeDownApplication } from '../app/set-up.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { writeTarget } from '../files.ts'
import { collect } from '../items.ts'
import { Undo } from '../undo.ts'

interface CreateOptions {
  readonly keys: readonly string[]
  readonly secrets: readonly string[]
  readonly from: readonly string[]
  readonly instance?: string
  readonly days?: number
  readonly out?: string
}

const split = (text: string, before: readonly string[]): readonly string[] => [
  ...before,
  ...text.split(',').filter((item) => item !== ''),
]

/** `keyhaven app …`: applications that use an instance with a ClientKey. */
export function appCommand(): Command {
  return new Command('app')
    .description('applications that use a KMS instance with a ClientKey')
    .addCommand(
      new Command('create')
        .description('let an application use keys, and write the files that it needs')
        .argument('<name>', 'name of the application')
        .option('--keys <names>', 'ids, aliases or ARNs, separated by commas; * for all', split, [])
        .option('--secrets <names>', 'secrets it may read; * for all', split, [])
        .option(
          '--from <addresses>',
          'private addresses and CIDR blocks it may call from; everywhere unless given',
          split,
          [],
        )
        .option('--instance <id>', 'the instance; the default one unless given')
        .option('--days <n>', 'how long the ClientKey is valid; five years unless given', Number)
        .option('--out <folder>', 'where to write; a folder of the application’s name unless given')
        .action(create),
    )
    .addCommand(new Command('list').description('list applications').action(list))
    .addCommand(
      new Command('delete')
        .description('take the access of an application away, at once')
        .argument('<name>', 'name of the application')
        .action(remove),
    )
}

async function create(name: string, options: CreateOptions, command: Command): Promise<void> {
  const context = contextOf(command)
  const { keys, secrets, from, days } = options
  if (keys.length + secrets.length === 0) throw new CliError('usage', 'name --keys or --secrets that it may use')
  if (days !== undefined && !(days > 0)) throw new CliError('usage', '--days needs a number of days')
  const folder = options.out ?? name
  await using made = new Undo()
  await makeFolder(context.path(folder), made)
  await context.withClient(async (client) => {
    const instanceId = options.instance ?? (await client.getDefaultKmsInstance()).defaultKmsInstanceId
    const notAfter = days === undefined ? undefined : inDays(days)
    const application = await setUpApplication(client, { name, instanceId, keys, secrets, from, notAfter })
    const { clientKeyId, notAfter: validUntil } = application
    // Nobody else has the ClientKey: without its file the application could never use it.
    await using undo = new Undo()
    undo.defer(() => takeDownApplication(client, name))
    const files = await writeFiles(
      context,
      client,
      { folder, instanceId, secretName: secrets[0], ...application },
      undo,
    )
    undo.move()
    context.output.record(
      {
        Application: name,
        ClientKey: clientKeyId,
        'Valid until': validUntil,
        Instance: instanceId,
        Files: files.join(', '),
      },
      { name, clientKeyId, notAfter: validUntil, instanceId, files },
    )
  })
  made.move()
}

/** Folders that were not there before go again if the command fails, unless somebody else has put something in. */
async function makeFolder(path: string, made: Undo): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  const folders = [path]
  for (let above = path; above !== first; folders.push(above)) above = dirname(above)
  for (const folder of folders.reverse()) made.defer(() => rmdir(folder).catch(() => {}))
}

const inDays = (days: number): string => `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 19)}Z`

interface Written {
  readonly folder: string
  readonly instanceId: string
  readonly clientKeyId: string
  readonly privateKeyData: string
  readonly password: string
  readonly keyIds: readonly string[]
  readonly secretName: string | undefined
}

/** Names are those that the cloud's console gives such files, and other tools look for. */
async function writeFiles(context: Context, client: Client, made: Written, undo: Undo): Promise<string[]> {
  const { folder, instanceId, clientKeyId, privateKeyData, password } = made
  const { caCertificateChainPem: ca } = (await client.getKmsInstance({ kmsInstanceId: instanceId })).kmsInstance
  const files: string[] = []
  const write = async (name: string, content: string, isSecret: boolean): Promise<string> => {
    const path = join(folder, name)
    await writeTarget(context, path, Buffer.from(content), { isForced: false, isSecret })
    undo.defer(() => rm(context.path(path), { force: true }))
    files.push(path)
    return name
  }
  const clientKey = `${JSON.stringify({ KeyId: clientKeyId, PrivateKeyData: privateKeyData })}\n`
  const clientKeyFile = await write(`clientKey_${clientKeyId}.json`, clientKey, true)
  const passwordFile = await write(`password_${clientKeyId}.json`, `${password}\n`, true)
  const caFile = ca === '' ? undefined : await write(`PrivateKmsCA_${instanceId}.pem`, ca, false)
  const endpoint = instanceEndpoint(context, instanceId)
  const keyId = made.keyIds.find((id) => id !== '*')
  const secretName = made.secretName === '*' ? undefined : made.secretName
  const sample = sampleProgram({ endpoint, clientKeyFile, passwordFile, caFile, keyId, secretName })
  await write(`sample_${clientKeyId}.mjs`, sample, false)
  return files
}

/** A server of one's own answers for its instances where it is reached; the cloud has a host for each. */
function instanceEndpoint(context: Context, instanceId: string): string {
  const { options } = context.connection()
  const endpoint = 'endpoint' in options ? options.endpoint : undefined
  return endpoint?.replace(/^https?:\/\//, '').replace(/\/$/, '') ?? `${instanceId}.cryptoservice.kms.aliyuncs.com`
}

async function list(_options: object, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  await withClient(async (client) => {
    const [{ clientKeys }, points] = await Promise.all([
      client.listClientKeys(),
      collect(everyItem(client.listApplicationAccessPoints)),
    ])
    const keysOf = (name: string) => clientKeys.filter(({ aapName }) => aapName === name)
    output.table(
      points,
      {
        Application: ({ name }) => name,
        ClientKeys: ({ name }) =>
          keysOf(name)
            .map(({ clientKeyId, notAfter }) => `${clientKeyId} (until ${notAfter})`)
            .join(', '),
      },
      { applications: points.map((point) => ({ ...point, clientKeys: keysOf(point.name) })) },
    )
  })
}

async function remove(name: string, _options: object, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  await withClient(async (client) => {
    await takeDownApplication(client, name)
    output.record({ Deleted: name }, { name })
  })
}
