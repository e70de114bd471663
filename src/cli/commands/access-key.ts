import { Command } from 'commander'
import { contextOf } from '../context.ts'
import { eachOf } from '../items.ts'
import { ifTold } from '../last-use.ts'

interface OfUser {
  readonly user?: string
}

const ofUser = (command: Command): Command =>
  command.option('--user <name>', 'whose access key; your own when left out')

/** `keyhaven access-key …` */
export function accessKeyCommand(): Command {
  return new Command('access-key')
    .description('what users sign their calls with')
    .addCommand(
      ofUser(new Command('create').description('create an access key; its secret is shown this once')).action(create),
    )
    .addCommand(ofUser(new Command('list').description('list the access keys of a user')).action(list))
    .addCommand(
      ofUser(
        new Command('disable').description('refuse calls with an access key, at once').argument('<id>', 'AccessKey id'),
      ).action((id: string, options: OfUser, command: Command) => setStatus(id, 'Inactive', options, command)),
    )
    .addCommand(
      ofUser(
        new Command('enable').description('let an access key be used again').argument('<id>', 'AccessKey id'),
      ).action((id: string, options: OfUser, command: Command) => setStatus(id, 'Active', options, command)),
    )
    .addCommand(
      ofUser(
        new Command('delete').description('delete an access key for good').argument('<id>', 'AccessKey id'),
      ).action(remove),
    )
}

const named = ({ user }: OfUser) => (user === undefined ? {} : { userName: user })

async function create(options: OfUser, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    const answer = await ram.createAccessKey(named(options))
    const { accessKeyId, accessKeySecret } = answer.accessKey
    output.record({ 'Access key id': accessKeyId, Secret: accessKeySecret }, answer)
    if (!output.isJson) output.line('The secret cannot be shown again. Keep it where only the user can read it.')
  })
}

async function list(options: OfUser, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    const { accessKey } = (await ram.listAccessKeys(named(options))).accessKeys
    const keys = await eachOf(accessKey, 2, async (key) => {
      const used = await ifTold(ram.getAccessKeyLastUsed({ ...named(options), userAccessKeyId: key.accessKeyId }))
      return { ...key, ...used?.accessKeyLastUsed }
    })
    output.table(
      keys,
      {
        'Access key id': ({ accessKeyId }) => accessKeyId,
        Status: ({ status }) => status,
        Created: ({ createDate }) => createDate,
        'Last used': ({ lastUsedDate }) => lastUsedDate ?? '',
      },
      { accessKeys: keys },
    )
  })
}

async function setStatus(
  userAccessKeyId: string,
  status: 'Active' | 'Inactive',
  options: OfUser,
  command: Command,
): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    const answer = await ram.updateAccessKey({ ...named(options), userAccessKeyId, status })
    output.record(
      { 'Access key id': userAccessKeyId, Status: status },
      { accessKeyId: userAccessKeyId, status, ...answer },
    )
  })
}

async function remove(userAccessKeyId: string, options: OfUser, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    const answer = await ram.deleteAccessKey({ ...named(options), userAccessKeyId })
    output.record({ Deleted: userAccessKeyId }, { accessKeyId: userAccessKeyId, ...answer })
  })
}
