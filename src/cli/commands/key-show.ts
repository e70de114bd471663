import type { Command } from 'commander'
import type { Client } from '../../sdk/client.ts'
import { contextOf } from '../context.ts'
import { keyIdOf } from '../names.ts'
import { collect, eachOf, everyItem } from '../paging.ts'
import { aliasesOf, everyAlias } from './alias.ts'

interface ListOptions {
  readonly state?: string
  readonly spec?: string
  readonly usage?: string
}

/** `keyhaven key list`: the service lists bare ids, so each key is asked about too. */
export async function listKeys(options: ListOptions, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  await withClient(async (client) => {
    const keyIds = (await collect(everyKey(client, options))).map(({ keyId }) => keyId)
    const [keys, aliases] = await Promise.all([
      eachOf(keyIds, 8, async (keyId) => (await client.describeKey({ keyId })).keyMetadata),
      collect(everyAlias(client)),
    ])
    const namesOf = (keyId: string): string[] =>
      aliases.filter((alias) => alias.keyId === keyId).map(({ aliasName }) => aliasName)
    output.table(
      keys,
      {
        Key: ({ keyId }) => keyId,
        Alias: ({ keyId }) => namesOf(keyId).join(' '),
        Spec: ({ keySpec }) => keySpec,
        Usage: ({ keyUsage }) => keyUsage,
        State: ({ keyState }) => keyState,
        Created: ({ creationDate }) => creationDate,
        Description: ({ description }) => description,
      },
      { keys: keys.map((key) => ({ ...key, aliases: namesOf(key.keyId) })) },
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
  return everyItem(
    (page) => client.listKeys({ ...page, ...(filters.length === 0 ? {} : { filters }) }),
    (page) => page.keys.key,
  )
}

/** `keyhaven key show`: everything about one key. */
export async function showKey(key: string, _options: object, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  await withClient(async (client) => {
    const { keyMetadata: shown, requestId } = await client.describeKey({ keyId: key })
    const aliases = (await collect(aliasesOf(client, shown.keyId))).map(({ aliasName }) => aliasName)
    output.record(
      {
        Key: shown.keyId,
        Alias: aliases.join(' '),
        Description: shown.description,
        State: shown.keyState,
        Spec: shown.keySpec,
        Usage: shown.keyUsage,
        Origin: shown.origin,
        Protection: shown.protectionLevel,
        Instance: shown.dKMSInstanceId,
        Created: `${shown.creationDate} by ${shown.creator}`,
        'Primary version': shown.primaryKeyVersion,
        'Last rotation': shown.lastRotationDate,
        Rotation: [shown.automaticRotation, shown.rotationInterval].filter(Boolean).join(' every '),
        'Next rotation': shown.nextRotationDate,
        'Material expires': shown.materialExpireTime,
        'Deleted on': shown.deleteDate,
        'Deletion protection': shown.deletionProtection,
        ARN: shown.arn,
      },
      { keyMetadata: shown, aliases, requestId },
    )
  })
}

/** `keyhaven key versions`. */
export async function listVersions(key: string, _options: object, command: Command): Promise<void> {
  const { output, withClient } = contextOf(command)
  await withClient(async (client) => {
    const keyId = await keyIdOf(client, key)
    const versions = await collect(
      everyItem(
        (page) => client.listKeyVersions({ ...page, keyId }),
        (page) => page.keyVersions.keyVersion,
      ),
    )
    output.table(
      versions,
      { Version: ({ keyVersionId }) => keyVersionId, Created: ({ creationDate }) => creationDate },
      { keyVersions: versions },
    )
  })
}
