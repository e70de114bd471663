import { Command } from 'commander'
import { ServiceError } from '../../sdk/errors.ts'
import { everyItem } from '../../sdk/every-item.ts'
import type { RamClient } from '../../sdk/ram-client.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { readSource } from '../files.ts'
import { collect } from '../items.ts'

interface Holder {
  readonly user?: string
  readonly group?: string
  readonly role?: string
}
type PolicyType = 'System' | 'Custom'

const ofHolder = (command: Command): Command =>
  command.option('--user <name>', 'a user').option('--group <name>', 'a group').option('--role <name>', 'a role')

/** `keyhaven policy …` */
export function policyCommand(): Command {
  return new Command('policy')
    .description('what users, groups and roles may do')
    .addCommand(
      new Command('create')
        .description('create a policy from a file with its document')
        .argument('<name>', 'name of the policy')
        .argument('<file>', 'JSON; - reads standard input')
        .option('--description <text>', 'what the policy is for')
        .action(create),
    )
    .addCommand(
      new Command('update')
        .description('put another document in force, at once for everybody who has the policy')
        .argument('<name>', 'name of the policy')
        .argument('<file>', 'JSON; - reads standard input')
        .action(update),
    )
    .addCommand(new Command('list').description('list policies, built-in ones first').action(list))
    .addCommand(
      new Command('show')
        .description('print the document in force')
        .argument('<name>', 'name of the policy')
        .action(show),
    )
    .addCommand(
      ofHolder(
        new Command('attach')
          .description('give a policy to a user, group or role')
          .argument('<name>', 'name of the policy'),
      ).action(attach),
    )
    .addCommand(
      ofHolder(
        new Command('detach')
          .description('take a policy from a user, group or role')
          .argument('<name>', 'name of the policy'),
      ).action(detach),
    )
    .addCommand(
      new Command('delete')
        .description('delete a policy that nobody has')
        .argument('<name>', 'name of the policy')
        .action(remove),
    )
}

/** Far more than the service takes; it says itself what is too long. */
const mostBytes = 1024 * 1024

async function readDocument(context: Context, file: string): Promise<string> {
  const tooLong = () => new CliError('tooLarge', `${file} is no policy: it holds more than 1 MB`)
  return Buffer.from(await readSource(context, file, mostBytes, tooLong)).toString('utf8')
}

async function create(
  policyName: string,
  file: string,
  { description }: { description?: string },
  command: Command,
): Promise<void> {
  const context = contextOf(command)
  const policyDocument = await readDocument(context, file)
  await context.withRam(async (ram) => {
    const more = description === undefined ? {} : { description }
    const answer = await ram.createPolicy({ policyName, policyDocument, ...more })
    context.output.record({ Policy: policyName, Version: answer.policy.defaultVersion }, answer)
  })
}

async function update(policyName: string, file: string, _options: object, command: Command): Promise<void> {
  const context = contextOf(command)
  const policyDocument = await readDocument(context, file)
  await context.withRam(async (ram) => {
    const answer = await ram.createPolicyVersion({
      policyName,
      policyDocument,
      setAsDefault: true,
      rotateStrategy: 'DeleteOldestNonDefaultVersionWhenLimitExceeded',
    })
    context.output.record({ Policy: policyName, Version: answer.policyVersion.versionId }, answer)
  })
}

async function list(_options: object, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    const policies = await collect(everyItem(ram.listPolicies))
    output.table(
      policies,
      {
        Policy: ({ policyName }) => policyName,
        Type: ({ policyType }) => (policyType === 'System' ? 'built in' : 'own'),
        Description: ({ description }) => description,
      },
      { policies },
    )
  })
}

async function show(policyName: string, _options: object, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    const answer = await eitherType((policyType) => ram.getPolicy({ policyName, policyType }))
    if (output.isJson) output.json(answer)
    else output.line(JSON.stringify(JSON.parse(answer.policy.policyDocument), null, 2))
  })
}

async function attach(policyName: string, holder: Holder, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  checkHolder(holder)
  await withRam(async (ram) => {
    await eitherType((policyType) => attachTo(ram, holder, { policyName, policyType }))
    output.record({ Policy: policyName, 'Attached to': nameOf(holder) }, { policyName, ...holder })
  })
}

async function detach(policyName: string, holder: Holder, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  checkHolder(holder)
  await withRam(async (ram) => {
    await eitherType((policyType) => detachFrom(ram, holder, { policyName, policyType }))
    output.record({ Policy: policyName, 'Detached from': nameOf(holder) }, { policyName, ...holder })
  })
}

async function remove(policyName: string, _options: object, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    const answer = await ram.deletePolicy({ policyName })
    output.record({ Deleted: policyName }, { policyName, ...answer })
  })
}

interface PolicyName {
  readonly policyName: string
  readonly policyType: PolicyType
}

async function attachTo(ram: RamClient, { user, group, role = '' }: Holder, policy: PolicyName): Promise<object> {
  if (user !== undefined) return ram.attachPolicyToUser({ ...policy, userName: user })
  if (group !== undefined) return ram.attachPolicyToGroup({ ...policy, groupName: group })
  return ram.attachPolicyToRole({ ...policy, roleName: role })
}

async function detachFrom(ram: RamClient, { user, group, role = '' }: Holder, policy: PolicyName): Promise<object> {
  if (user !== undefined) return ram.detachPolicyFromUser({ ...policy, userName: user })
  if (group !== undefined) return ram.detachPolicyFromGroup({ ...policy, groupName: group })
  return ram.detachPolicyFromRole({ ...policy, roleName: role })
}

const nameOf = ({ user, group, role }: Holder): string | undefined => user ?? group ?? role

function checkHolder({ user, group, role }: Holder): void {
  const named = [user, group, role].filter((name) => name !== undefined)
  if (named.length !== 1) throw new CliError('usage', 'name one of --user, --group and --role')
}

/** People name a policy without its type; own ones and built-in ones never share a name. */
async function eitherType<Value>(work: (policyType: PolicyType) => Promise<Value>): Promise<Value> {
  try {
    return await work('Custom')
  } catch (error) {
    if (!(error instanceof ServiceError) || !/^EntityNotExist\.(Policy|(User|Group|Role)\.Policy)$/.test(error.code))
      throw error
    return work('System')
  }
}
