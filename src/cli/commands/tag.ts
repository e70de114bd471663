import { Command, Option } from 'commander'
import type { Client } from '../../sdk/client.ts'
import { contextOf } from '../context.ts'
import { CliError } from '../failure.ts'
import { keyIdOf, nameAndValue } from '../names.ts'
import { type ResourceType, resourcesWithTag, type TagCondition } from '../tags.ts'

interface TypeFlag {
  readonly type: ResourceType
}

const withType = (command: Command): Command =>
  command.addOption(new Option('--type <type>', 'what is named').choices(['key', 'secret']).default('key'))
const resource = ['<resource>', 'id, ARN or alias of a key; name or ARN of a secret'] as const

/** `keyhaven tag …`: tags of keys and secrets. */
export function tagCommand(): Command {
  const tag = new Command('tag').description('tags of keys and secrets')
  withType(tag.command('add'))
    .description('add tags, or change their values')
    .argument(...resource)
    .argument('<name=value...>', 'the tags')
    .action(add)
  withType(tag.command('remove'))
    .description('remove tags')
    .argument(...resource)
    .argument('<name...>', 'names of the tags')
    .action(remove)
  withType(tag.command('show'))
    .description('show the tags of one key or secret')
    .argument(...resource)
    .action(show)
  withType(tag.command('list'))
    .description('list what has tags')
    .option('--tag <name=value>', 'only what has this tag; a name alone takes any value')
    .action(list)
  return tag
}

async function add(name: string, pairs: readonly string[], { type }: TypeFlag, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  const given = pairs.reduce<Readonly<Record<string, string>>>((before, pair) => nameAndValue(pair, before), {})
  const tags = Object.entries(given).map(([tagKey, tagValue]) => ({ tagKey, tagValue }))
  await withClient(async (client) => {
    const { requestId } = await client.tagResource({ ...(await named(client, type, name)), tags })
    output.record({ Tagged: name, Tags: given }, { resource: name, tags, requestId })
  })
}

async function remove(name: string, tagKeys: readonly string[], { type }: TypeFlag, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  await withClient(async (client) => {
    const { requestId } = await client.untagResource({ ...(await named(client, type, name)), tagKeys })
    output.record({ Untagged: name, Tags: tagKeys.join(', ') }, { resource: name, tagKeys, requestId })
  })
}

async function show(name: string, { type }: TypeFlag, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  await withClient(async (client) => {
    const tags = type === 'key' ? await tagsOfKey(client, name) : await tagsOfSecret(client, name)
    const rows = Object.entries(tags)
    output.table(rows, { Tag: ([tag]) => tag, Value: ([, value]) => value }, { resource: name, tags: asList(tags) })
  })
}

async function tagsOfKey(client: Client, name: string): Promise<Readonly<Record<string, string>>> {
  const { tags } = await client.listResourceTags({ keyId: await keyIdOf(client, name) })
  return Object.fromEntries(tags.tag.map(({ tagKey, tagValue }) => [tagKey, tagValue]))
}

async function tagsOfSecret(client: Client, secretName: string): Promise<Readonly<Record<string, string>>> {
  const { tags } = await client.describeSecret({ secretName, fetchTags: true })
  return Object.fromEntries(tags?.tag.map(({ tagKey, tagValue }) => [tagKey, tagValue]) ?? [])
}

async function list({ type, tag }: TypeFlag & { readonly tag?: string }, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  await withClient(async (client) => {
    const found = await resourcesWithTag(client, type, tag === undefined ? undefined : conditionIn(tag))
    const pairs = (tags: Readonly<Record<string, string>>): string =>
      Object.entries(tags)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ')
    const whole = found.map(({ resourceId, tags }) => ({ resourceId, tags: asList(tags) }))
    const heading = type === 'key' ? 'Key' : 'Secret'
    output.table(
      found,
      { [heading]: ({ resourceId }) => resourceId, Tags: ({ tags }) => pairs(tags) },
      { resources: whole },
    )
  })
}

const asList = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([tagKey, tagValue]) => ({ tagKey, tagValue }))

function conditionIn(text: string): TagCondition {
  const equals = text.indexOf('=')
  if (equals === 0) throw new CliError('usage', `"${text}" is not of the form name=value`)
  return equals < 0 ? { key: text } : { key: text.slice(0, equals), value: text.slice(equals + 1) }
}

/** Removing takes a key's id only. */
const named = async (client: Client, type: ResourceType, name: string) =>
  type === 'key' ? { keyId: await keyIdOf(client, name) } : { secretName: name }
