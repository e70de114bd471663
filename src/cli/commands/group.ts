import { Command } from 'commander'
import { everyItem } from '../../sdk/every-item.ts'
import type { RamClient } from '../../sdk/ram-client.ts'
import { contextOf } from '../context.ts'
import { collect } from '../items.ts'

/** `keyhaven group …` */
export function groupCommand(): Command {
  return new Command('group')
    .description('users who have the same policies')
    .addCommand(
      new Command('create')
        .description('create a group; policies that it is given hold for each of its users')
        .argument('<name>', 'name of the group')
        .option('--comment <text>', 'what the group is for')
        .action(create),
    )
    .addCommand(new Command('list').description('list groups').action(list))
    .addCommand(
      new Command('show')
        .description('show a group, its users and policies')
        .argument('<name>', 'name of the group')
        .action(show),
    )
    .addCommand(
      new Command('add')
        .description('put users into a group')
        .argument('<name>', 'name of the group')
        .argument('<users...>', 'names of users')
        .action(add),
    )
    .addCommand(
      new Command('remove')
        .description('take users out of a group')
        .argument('<name>', 'name of the group')
        .argument('<users...>', 'names of users')
        .action(takeOut),
    )
    .addCommand(
      new Command('delete')
        .description('delete a group')
        .argument('<name>', 'name of the group')
        .option('--force', 'take its users out and its policies away first')
        .action(remove),
    )
}

async function create(groupName: string, { comment }: { comment?: string }, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    const answer = await ram.createGroup({ groupName, ...(comment === undefined ? {} : { comments: comment }) })
    output.record({ Group: answer.group.groupName, Id: answer.group.groupId }, answer)
  })
}

async function list(_options: object, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    const groups = await collect(everyItem(ram.listGroups))
    output.table(
      groups,
      {
        Group: ({ groupName }) => groupName,
        Id: ({ groupId }) => groupId,
        Created: ({ createDate }) => createDate,
        Comment: ({ comments }) => comments,
      },
      { groups },
    )
  })
}

async function show(groupName: string, _options: object, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    const [{ group }, users, policies] = await Promise.all([
      ram.getGroup({ groupName }),
      usersOf(ram, groupName),
      policiesOf(ram, groupName),
    ])
    output.record(
      {
        Group: group.groupName,
        Id: group.groupId,
        Comment: group.comments,
        Created: group.createDate,
        Users: users.map(({ userName }) => userName).join(', '),
        Policies: policies.map(({ policyName }) => policyName).join(', '),
      },
      { group, users, policies },
    )
  })
}

async function add(groupName: string, users: readonly string[], _options: object, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    for (const userName of users) await ram.addUserToGroup({ groupName, userName })
    output.record({ Group: groupName, Added: users.join(', ') }, { groupName, users })
  })
}

async function takeOut(groupName: string, users: readonly string[], _options: object, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    for (const userName of users) await ram.removeUserFromGroup({ groupName, userName })
    output.record({ Group: groupName, Removed: users.join(', ') }, { groupName, users })
  })
}

async function remove(groupName: string, { force }: { force?: boolean }, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    if (force) await empty(ram, groupName)
    const answer = await ram.deleteGroup({ groupName })
    output.record({ Deleted: groupName }, { groupName, ...answer })
  })
}

async function empty(ram: RamClient, groupName: string): Promise<void> {
  for (const { userName } of await usersOf(ram, groupName)) await ram.removeUserFromGroup({ groupName, userName })
  for (const { policyName, policyType } of await policiesOf(ram, groupName)) {
    await ram.detachPolicyFromGroup({ groupName, policyName, policyType })
  }
}

const usersOf = (ram: RamClient, groupName: string) => collect(everyItem(ram.listUsersForGroup, { groupName }))
const policiesOf = async (ram: RamClient, groupName: string) =>
  (await ram.listPoliciesForGroup({ groupName })).policies.policy
