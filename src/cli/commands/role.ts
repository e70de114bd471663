import { Command } from 'commander'
import { everyItem } from '../../sdk/every-item.ts'
import { type Context, contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { readSource } from '../files.ts'
import { collect } from '../items.ts'
import { trustOfProvider, trustOfUsers } from '../trust-policy.ts'
import { Undo } from '../undo.ts'

/** `keyhaven role …` */
export function roleCommand(): Command {
  return new Command('role')
    .description('permissions that others take on for a while')
    .addCommand(
      new Command('create')
        .description('create a role; unless said otherwise it trusts everybody in the account whose policies let them')
        .argument('<name>', 'name of the role')
        .option('--trust-user <names...>', 'trust these users only')
        .option(
          '--trust-oidc <provider>',
          'trust tokens of this identity provider, of the subjects that --subject names',
        )
        .option('--subject <patterns...>', 'with --trust-oidc: whose tokens; * and ? are wildcards')
        .option('--trust <file>', 'trust policy as JSON; - reads standard input')
        .option('--max-seconds <n>', 'longest session, 3600 to 43200', Number)
        .option('--description <text>', 'what the role is for')
        .action(create),
    )
    .addCommand(new Command('list').description('list roles').action(list))
    .addCommand(
      new Command('show')
        .description('show a role, its policies and whom it trusts')
        .argument('<name>', 'name of the role')
        .action(show),
    )
    .addCommand(
      new Command('assume')
        .description('print temporary credentials of a role')
        .argument('<name>', 'name of the role')
        .option('--session <name>', 'names the session in the audit log', 'cli')
        .option('--seconds <n>', 'how long they last, 900 or more', Number)
        .action(assume),
    )
    .addCommand(
      new Command('delete')
        .description('delete a role; its sessions end at once')
        .argument('<name>', 'name of the role')
        .option('--force', 'take its policies first')
        .action(remove),
    )
}

interface CreateOptions {
  readonly trustUser?: readonly string[]
  readonly trustOidc?: string
  readonly subject?: readonly string[]
  readonly trust?: string
  readonly maxSeconds?: number
  readonly description?: string
}

async function create(roleName: string, options: CreateOptions, command: Command): Promise<void> {
  const context = contextOf(command)
  const { maxSeconds, description } = options
  const assumeRolePolicyDocument = await trustPolicy(context, options)
  await context.withRam(async (ram) => {
    const answer = await ram.createRole({
      roleName,
      assumeRolePolicyDocument,
      ...(maxSeconds === undefined ? {} : { maxSessionDuration: maxSeconds }),
      ...(description === undefined ? {} : { description }),
    })
    context.output.record({ Role: answer.role.roleName, ARN: answer.role.arn }, answer)
  })
}

const tooLong = (file: string) => new CliError('tooLarge', `${file} is no trust policy: it holds more than 64 KB`)

/** From the file that is named, or made of users or of subjects of an identity provider. */
async function trustPolicy(context: Context, { trust, trustUser, trustOidc, subject }: CreateOptions): Promise<string> {
  const ways = [trust, trustUser, trustOidc].filter((way) => way !== undefined)
  if (ways.length > 1) throw new CliError('usage', '--trust, --trust-user and --trust-oidc exclude each other')
  if (subject !== undefined && trustOidc === undefined) throw new CliError('usage', '--subject goes with --trust-oidc')
  if (trust !== undefined)
    return Buffer.from(await readSource(context, trust, 65_536, () => tooLong(trust))).toString('utf8')
  if (trustOidc !== undefined) return context.withRam((ram) => trustOfProvider(ram, trustOidc, subject))
  const { accountId } = await context.withSts((sts) => sts.getCallerIdentity())
  return trustOfUsers(accountId, trustUser)
}

async function list(_options: object, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    const roles = await collect(everyItem(ram.listRoles))
    output.table(
      roles,
      {
        Role: ({ roleName }) => roleName,
        'Longest session': ({ maxSessionDuration }) => `${maxSessionDuration} s`,
        Created: ({ createDate }) => createDate,
        Description: ({ description }) => description,
      },
      { roles },
    )
  })
}

async function show(roleName: string, _options: object, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    const [{ role }, { policies }] = await Promise.all([
      ram.getRole({ roleName }),
      ram.listPoliciesForRole({ roleName }),
    ])
    output.record(
      {
        Role: role.roleName,
        ARN: role.arn,
        Description: role.description,
        'Longest session': `${role.maxSessionDuration} s`,
        Created: role.createDate,
        Policies: policies.policy.map(({ policyName }) => policyName).join(', '),
        Trusts: role.assumeRolePolicyDocument,
      },
      { role, policies: policies.policy },
    )
  })
}

async function assume(
  name: string,
  { session, seconds }: { session: string; seconds?: number },
  command: Command,
): Promise<void> {
  const { output, withSts } = contextOf(command)
  await withSts(async (sts) => {
    const roleArn = name.startsWith('acs:')
      ? name
      : `acs:ram::${(await sts.getCallerIdentity()).accountId}:role/${name}`
    const more = seconds === undefined ? {} : { durationSeconds: seconds }
    const answer = await sts.assumeRole({ roleArn, roleSessionName: session, ...more })
    const { accessKeyId, accessKeySecret, securityToken, expiration } = answer.credentials
    output.record(
      {
        'Access key id': accessKeyId,
        Secret: accessKeySecret,
        'Security token': securityToken,
        'Valid until': expiration,
      },
      answer,
    )
  })
}

async function remove(roleName: string, { force }: { force?: boolean }, command: Command): Promise<void> {
  const { output, withRam } = contextOf(command)
  await withRam(async (ram) => {
    await using undo = new Undo()
    const held = force ? (await ram.listPoliciesForRole({ roleName })).policies.policy : []
    for (const { policyName, policyType } of held) {
      await ram.detachPolicyFromRole({ roleName, policyName, policyType })
      undo.defer(async () => void (await ram.attachPolicyToRole({ roleName, policyName, policyType })))
    }
    const answer = await ram.deleteRole({ roleName })
    undo.move()
    output.record({ Deleted: roleName }, { roleName, ...answer })
  })
}
