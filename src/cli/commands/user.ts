import { Command } from 'commander'
import { everyItem } from '../../sdk/every-item.ts'
import type { RamClient } from '../../sdk/ram-client.ts'
import { contextOf } from '../context.ts'
import { collect } from '../items.ts'
import { Undo } from '../undo.ts'

/** `keyhaven user …` */
export function userCommand(): Command {
  return new Command('user')
    .description('create and manage users')
    .addCommand(
      new Command('create')
        .description('create a user, who can do nothing until it has an access key and a policy')
        .argument('<name>', 'name of the user')
        .option('--comment <text>', 'what the user is for')
        .action(create),
    )
    .addCommand(new Command('list').description('list users').action(list))
    .addCommand(
      new Command('show')
        .description('show a user, its access keys, groups and policies')
        .argument('<name>', 'name of the user')
        .action(show),
    )
    .addCommand(
      new Command('delete')
        .description('delete a user')
        .argument('<name>', 'name of the user')
        .option('--force', 'delete its access keys, take its policies and take it out of its groups first')
        .action(remove),
    )
}

async function create(userName: string, { comment }: { comment?: string }, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    const answer = await ram.createUser({ userName, ...(comment === undefined ? {} : { comments: comment }) })
    output.record({ User: answer.user.userName, Id: answer.user.userId }, answer)
  })
}

async function list(_options: object, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    const users = await collect(everyItem(ram.listUsers))
    output.table(
      users,
      {
        User: ({ userName }) => userName,
        Id: ({ userId }) => userId,
        Created: ({ createDate }) => createDate,
        Comment: ({ comments }) => comments,
      },
      { users },
    )
  })
}

async function show(userName: string, _options: object, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    const [{ user }, keys, groups, policies] = await Promise.all([
      ram.getUser({ userName }),
      accessKeysOf(ram, userName),
      groupsOf(ram, userName),
      policiesOf(ram, userName),
    ])
    output.record(
      {
        User: user.userName,
        Id: user.userId,
        Comment: user.comments,
        Created: user.createDate,
        'Access keys': keys.map(({ accessKeyId, status }) => `${accessKeyId} (${status})`).join(', '),
        Groups: groups.map(({ groupName }) => groupName).join(', '),
        Policies: policies.map(({ policyName }) => policyName).join(', '),
      },
      { user, accessKeys: keys, groups, policies },
    )
  })
}

async function remove(userName: string, { force }: { force?: boolean }, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    await using undo = new Undo()
    if (force) await strip(ram, userName, undo)
    const answer = await ram.deleteUser({ userName })
    undo.move()
    output.record({ Deleted: userName }, { userName, ...answer })
  })
}

/** What can be given back is taken first, and given back if something fails; a deleted access key is gone. */
async function strip(ram: RamClient, userName: string, undo: Undo): Promise<void> {
  for (const { policyName, policyType } of await policiesOf(ram, userName)) {
    const policy = { userName, policyName, policyType }
    await ram.detachPolicyFromUser(policy)
    undo.defer(async () => void (await ram.attachPolicyToUser(policy)))
  }
  for (const { groupName } of await groupsOf(ram, userName)) {
    await ram.removeUserFromGroup({ userName, groupName })
    undo.defer(async () => void (await ram.addUserToGroup({ userName, groupName })))
  }
  for (const { accessKeyId } of await accessKeysOf(ram, userName))
    await ram.deleteAccessKey({ userName, userAccessKeyId: accessKeyId })
}

const accessKeysOf = async (ram: RamClient, userName: string) =>
  (await ram.listAccessKeys({ userName })).accessKeys.accessKey
const groupsOf = async (ram: RamClient, userName: string) => (await ram.listGroupsForUser({ userName })).groups.group
const policiesOf = async (ram: RamClient, userName: string) =>
  (await ram.listPoliciesForUser({ userName })).policies.policy
