import type { Command } from 'commander'
import type { Client } from '../../sdk/client.ts'
import { everyItem } from '../../sdk/every-item.ts'
import { contextOf } from '../context.ts'
import { collect, eachOf } from '../items.ts'
import { ifTold, shownLastUse } from '../last-use.ts'
import { keyIdOf } from '../names.ts'
import { aliasesOf, everyAlias } from './alias.ts'

interface ListOptions {
  readonly state?: string
  readonly spec?: string
  readonly usage?: string
  readonly long?: boolean
}

/**
 * `keyhaven key list`. The service lists bare ids, a hundred to a call; what else is to be known of a key takes a call
 * for it, so it is asked for with `--long` only.
 */
export async function listKeys(options: ListOptions, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  await withClient(async (client) => {
    // one after the other: a second connection costs more than a call
    const keys = await collect(everyKey(client, options))
    const aliases = await collect(everyAlias(client))
    const namesOf = (keyId: string): string[] =>
      aliases.filter((alias) => alias.keyId === keyId).map(({ aliasName }) => aliasName)
    const alias = ({ keyId }: { readonly keyId: string }): string => namesOf(keyId).join(' ')
    if (!options.long) {
      const whole = { keys: keys.map((key) => ({ ...key, aliases: namesOf(key.keyId) })) }
      output.table(keys, { Key: ({ keyId }) => keyId, Alias: alias }, whole)
      return
    }
    const described = await eachOf(keys, 8, async ({ keyId }) => (await client.describeKey({ keyId })).keyMetadata)
    output.table(
      described,
      {
        Key: ({ keyId }) => keyId,
        State: ({ keyState }) => keyState,
        Spec: ({ keySpec }) => keySpec,
        Usage: ({ keyUsage }) => keyUsage,
        Created: ({ creationDate }) => creationDate,
        Alias: alias,
        Description: ({ description }) => description,
      },
      { keys: described.map((key) => ({ ...key, aliases: namesOf(key.keyId) })) },
    )
  })
}

const everyKey = (client: Client, { state, spec, usage }: ListOptions) => {
  const conditions = [
    { key: 'KeyState', value: state },
    { key: 'KeySpec', value: spec },
    { key: 'KeyUsage', value: usage },
  ]
  const filters = conditions.flatMap(({ key, value }) => (value === undefined ? [] : [{ key, values: [value] }]))
  return everyItem(client.listKeys, filters.length === 0 ? {} : { filters })
}

/** `keyhaven key show`: everything about one key. */
export async function showKey(key: string, _options: object, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  await withClient(async (client) => {
    const { keyMetadata: shown, requestId } = await client.describeKey({ keyId: key })
    const { keyId } = shown
    const aliases = await collect(aliasesOf(client, keyId))
    const tags = (await client.listResourceTags({ keyId })).tags.tag
    const usage = await ifTold(client.getKeyLastUsage({ keyId }))
    output.record(
      {
        Key: shown.keyId,
        Alias: aliases.map(({ aliasName }) => aliasName).join(' '),
        Tags: Object.fromEntries(tags.map(({ tagKey, tagValue }) => [tagKey, tagValue])),
        Description: shown.description,
        State: shown.keyState,
        Spec: shown.keySpec,
        Usage: shown.keyUsage,
        Origin: shown.origin,
        Protection: shown.protectionLevel,
        Instance: shown.dKMSInstanceId,
        Created: `${shown.creationDate} by ${shown.creator}`,
        'Last used': shownLastUse(usage),
        'Primary version': shown.primaryKeyVersion,
        'Last rotation': shown.lastRotationDate,
        Rotation: [shown.automaticRotation, shown.rotationInterval].filter(Boolean).join(' every '),
        'Next rotation': shown.nextRotationDate,
        'Material expires': shown.materialExpireTime,
        'Deleted on': shown.deleteDate,
        'Deletion protection': shown.deletionProtection,
        ARN: shown.arn,
      },
      { keyMetadata: shown, aliases: aliases.map(({ aliasName }) => aliasName), tags, lastUsage: usage, requestId },
    )
  })
}

/** `keyhaven key versions`. */
export async function listVersions(key: string, _options: object, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  await withClient(async (client) => {
    const keyId = await keyIdOf(client, key)
    const versions = await collect(everyItem(client.listKeyVersions, { keyId }))
    output.table(
      versions,
      { Version: ({ keyVersionId }) => keyVersionId, Created: ({ creationDate }) => creationDate },
      { keyVersions: versions },
    )
  })
}
