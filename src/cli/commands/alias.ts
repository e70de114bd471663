import { Command } from 'commander'
import type { Client } from '../../sdk/client.ts'
import { everyItem } from '../../sdk/every-item.ts'
import { contextOf } from '../context.ts'
import { collect } from '../items.ts'
import { aliasName, keyIdOf } from '../names.ts'

/** `keyhaven alias …`: the other names of keys. */
export function aliasCommand(): Command {
  return new Command('alias')
    .description('name keys')
    .addCommand(
      new Command('create')
        .description('give a key another name')
        .argument('<alias>', 'such as alias/Apollo/WorkKey')
        .argument('<key>', 'key id, ARN or another alias')
        .action(create),
    )
    .addCommand(
      new Command('move')
        .description('point an alias at another key')
        .argument('<alias>', 'such as alias/orders')
        .argument('<key>', 'key id, ARN or another alias')
        .action(move),
    )
    .addCommand(
      new Command('delete')
        .description('remove an alias; its key stays')
        .argument('<alias>', 'such as alias/orders')
        .action(remove),
    )
    .addCommand(
      new Command('list').description('list aliases').argument('[key]', 'only those of this key').action(list),
    )
}

async function create(alias: string, key: string, _options: object, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  await withClient(async (client) => {
    const keyId = await keyIdOf(client, key)
    const answer = await client.createAlias({ aliasName: aliasName(alias), keyId })
    output.record({ Alias: aliasName(alias), Key: keyId }, { aliasName: aliasName(alias), keyId, ...answer })
  })
}

async function move(alias: string, key: string, _options: object, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  await withClient(async (client) => {
    const keyId = await keyIdOf(client, key)
    const answer = await client.updateAlias({ aliasName: aliasName(alias), keyId })
    output.record({ Alias: aliasName(alias), Key: keyId }, { aliasName: aliasName(alias), keyId, ...answer })
  })
}

async function remove(alias: string, _options: object, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  await withClient(async (client) => {
    const answer = await client.deleteAlias({ aliasName: aliasName(alias) })
    output.record({ Deleted: aliasName(alias) }, { aliasName: aliasName(alias), ...answer })
  })
}

async function list(key: string | undefined, _options: object, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  await withClient(async (client) => {
    const aliases = await collect(
      key === undefined ? everyAlias(client) : aliasesOf(client, await keyIdOf(client, key)),
    )
    output.table(aliases, { Alias: (alias) => alias.aliasName, Key: (alias) => alias.keyId }, { aliases })
  })
}

export const everyAlias = (client: Client) => everyItem(client.listAliases)

export const aliasesOf = (client: Client, keyId: string) => everyItem(client.listAliasesByKeyId, { keyId })
