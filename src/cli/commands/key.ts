import { Command, InvalidArgumentError } from 'commander'
import { keyStateNames } from '../../api/key-fields.ts'
import { newestKeyVersion } from '../../sdk/newest-key-version.ts'
import { contextOf } from '../context.ts'
import { ifTold, shownLastUse } from '../last-use.ts'
import { keyIdOf, nameAndValue } from '../names.ts'
import { createKey } from './key-create.ts'
import { listKeys, listVersions, showKey } from './key-show.ts'

/** `keyhaven key …`: the life of keys in everyday words. */
export function keyCommand(): Command {
  const key = new Command('key').description('create and manage keys')
  addReading(key)
  addChanging(key)
  return key
}

function addReading(key: Command): void {
  key
    .command('create')
    .description('create a key')
    .option('--alias <name>', 'give it this alias too')
    .option('--spec <spec>', 'Aliyun_AES_256 (default), Aliyun_SM4, RSA_2048, EC_P256, EC_SM2, HMAC_SHA_256 …')
    .option('--usage <usage>', 'ENCRYPT/DECRYPT, SIGN/VERIFY or GENERATE/VERIFY_MAC; by default what the spec is for')
    .option('--external', 'without material, which is imported later')
    .option('--hsm', 'protection level HSM')
    .option('--description <text>', 'free text')
    .option('--rotate-every <interval>', 'rotate by itself, such as 30d')
    .option('--instance <id>', 'in this KMS instance')
    .option('--tag <name=value>', 'repeatable', nameAndValue)
    .action(createKey)
  key
    .command('list')
    .description('list keys')
    .option('--state <state>', keyStateNames.join(', '))
    .option('--spec <spec>', 'of this kind only')
    .option('--usage <usage>', 'for this use only')
    .option('--long', 'state, spec, usage and description too: a call for each key')
    .action(listKeys)
  key.command('show').description('describe a key').argument('<key>', 'id, ARN or alias').action(showKey)
  key
    .command('versions')
    .description('list the versions of a key')
    .argument('<key>', 'id, ARN or alias of the key')
    .action(listVersions)
  key
    .command('public')
    .description('print the public key, PEM')
    .argument('<key>', 'id, ARN or alias of the key')
    .option('--version <id>', 'key version; the newest one by default')
    .action(publicKey)
}

function addChanging(key: Command): void {
  const on = (name: string, description: string): Command =>
    key.command(name).description(description).argument('<key>', 'id, ARN or alias')
  on('rotate', 'make a new version; a symmetric key encrypts with it from now on').action(rotate)
  on('rotation', 'turn automatic rotation on or off')
    .option('--every <interval>', 'such as 30d')
    .option('--off', 'rotate no more by itself')
    .action(rotation)
  on('enable', 'let a disabled key be used again').action(
    change('Enabled', (client, keyId) => client.enableKey({ keyId })),
  )
  on('disable', 'stop a key from being used').action(
    change('Disabled', (client, keyId) => client.disableKey({ keyId })),
  )
  on('describe', 'replace the description').argument('<text>', 'the new description').action(describeKey)
  on('delete', 'delete a key after a waiting time; what it encrypted is lost then')
    .option('--days <number>', 'waiting time, 7 to 366', days, 30)
    .action(scheduleDeletion)
  on('restore', 'cancel a planned deletion').action(
    change('Restored', (client, keyId) => client.cancelKeyDeletion({ keyId })),
  )
  on('protect', 'refuse deletion until this is turned off').option('--off', 'allow deletion').action(protect)
}

type Change = (client: import('../../sdk/client.ts').Client, keyId: string) => Promise<{ readonly requestId: string }>

/** The action of a command that changes one key and has nothing else to say. */
const change =
  (label: string, work: Change) =>
  async (key: string, _options: object, command: Command): Promise<void> => {
    const { output, withClient } = contextOf(command)
    await withClient(async (client) => {
      const keyId = await keyIdOf(client, key)
      const { requestId } = await work(client, keyId)
      output.record({ [label]: keyId }, { keyId, requestId })
    })
  }

async function rotate(key: string, _options: object, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  await withClient(async (client) => {
    const answer = await client.createKeyVersion({ keyId: await keyIdOf(client, key) })
    const { keyId, keyVersionId, creationDate } = answer.keyVersion
    output.record({ Key: keyId, 'New version': keyVersionId, Created: creationDate }, answer)
  })
}

async function rotation(key: string, options: { every?: string; off?: boolean }, command: Command): Promise<void> {
  const { every, off } = options
  if ((every === undefined) === (off === undefined)) throw new InvalidArgumentError('give either --every or --off')
  const label = every === undefined ? 'Rotates no more' : `Rotates every ${every}`
  await change(label, (client, keyId) =>
    client.updateRotationPolicy({
      keyId,
      enableAutomaticRotation: every !== undefined,
      ...(every === undefined ? {} : { rotationInterval: every }),
    }),
  )(key, options, command)
}

async function describeKey(key: string, text: string, options: object, command: Command): Promise<void> {
  await change('Described', (client, keyId) => client.updateKeyDescription({ keyId, description: text }))(
    key,
    options,
    command,
  )
}

async function scheduleDeletion(key: string, options: { days: number }, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  await withClient(async (client) => {
    const keyId = await keyIdOf(client, key)
    const usage = await ifTold(client.getKeyLastUsage({ keyId }))
    const { requestId } = await client.scheduleKeyDeletion({ keyId, pendingWindowInDays: options.days })
    const shown = {
      [`Deleted in ${options.days} days, unless restored`]: keyId,
      'Last used': shownLastUse(usage),
    }
    output.record(shown, { keyId, lastUsage: usage, requestId })
  })
}

async function protect(key: string, options: { off?: boolean }, command: Command): Promise<void> {
  const enableDeletionProtection = options.off !== true
  await change(enableDeletionProtection ? 'Protected from deletion' : 'May be deleted', (client, keyId) =>
    client.setDeletionProtection({ keyId, enableDeletionProtection }),
  )(key, options, command)
}

async function publicKey(key: string, options: { version?: string }, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  await withClient(async (client) => {
    const keyId = await keyIdOf(client, key)
    const keyVersionId = options.version ?? (await newestKeyVersion(client, keyId)) ?? ''
    const answer = await client.getPublicKey({ keyId, keyVersionId })
    if (output.isJson) output.json(answer)
    else output.line(answer.publicKey.trimEnd())
  })
}

function days(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('a whole number of days is needed')
  return Number(text)
}
