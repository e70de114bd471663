import type { Client } from '../../sdk/client.ts'
import { everyItem, type ItemOf, type ListMethod } from '../../sdk/every-item.ts'
import type { DescribeKeyResponse, DescribeSecretResponse, ListSecretVersionIdsResponse } from '../../sdk/models/kms.ts'
import type { Mapping } from './mapping.ts'
import type { Notes } from './notes.ts'

/** A key at the source, as far as it may be read. */
export interface FoundKey {
  readonly what: string
  readonly metadata: DescribeKeyResponse['keyMetadata']
  readonly aliases: readonly string[]
  readonly tags: readonly Tag[]
  /** of a key in an instance */
  readonly policy?: string | undefined
}

/** A secret at the source, without its values. */
export interface FoundSecret {
  readonly what: string
  readonly described: DescribeSecretResponse
  readonly tags: readonly Tag[]
  /** in the order in which they have to be stored */
  readonly versions: readonly SecretVersion[]
  /** of a secret in an instance */
  readonly policy?: string | undefined
}

export type SecretVersion = ListSecretVersionIdsResponse['versionIds']['versionId'][number]

export interface Tag {
  readonly tagKey: string
  readonly tagValue: string
}

export interface Inventory {
  readonly keys: readonly FoundKey[]
  readonly secrets: readonly FoundSecret[]
  /** what an earlier run has brought over already */
  readonly finished: number
}

interface Reading {
  readonly source: Client
  readonly mapping: Mapping
  readonly notes: Notes
  readonly onRead: (what: string, done: number) => void
}

/** What of the source is still to be moved. What cannot be is noted. */
export async function readInventory(reading: Reading): Promise<Inventory> {
  const { source, mapping, notes } = reading
  const keysOf = (creator: 'User' | 'Service') =>
    listed(notes, 'keys', 'ListKeys', source.listKeys, { filters: [{ key: 'CreatorType', values: [creator] }] })
  const ids = (await keysOf('User')).map(({ keyId }) => keyId)
  if (notes.refused.length === 0)
    for (const { keyId } of await keysOf('Service'))
      notes.staying.push({ what: `key ${keyId}`, part: 'key', why: 'a cloud service made it for itself' })
  const listedSecrets = await listed(notes, 'secrets', 'ListSecrets', source.listSecrets)
  const names = listedSecrets.map(({ secretName }) => secretName)
  const keys = await each(reading, 'keys read:', ids, (id) => readKey(reading, id))
  const secrets = await each(reading, 'secrets read:', names, (name) => readSecret(reading, name))
  const finished = [...ids, ...names].filter((name) => mapping.isFinished(name)).length
  return { keys, secrets, finished }
}

async function each<Found>(
  { mapping, onRead }: Reading,
  what: string,
  names: readonly string[],
  read: (name: string) => Promise<Found | undefined>,
): Promise<readonly Found[]> {
  const found: Found[] = []
  for (const [index, name] of names.entries()) {
    onRead(what, index)
    const one = mapping.isFinished(name) ? undefined : await read(name)
    if (one !== undefined) found.push(one)
  }
  return found
}

/** The whole list, or nothing of it when it may not be read. */
async function listed<List extends ListMethod>(
  notes: Notes,
  what: string,
  operation: string,
  list: List,
  ...call: Parameters<List> | []
): Promise<readonly ItemOf<List>[]> {
  const all = () => Array.fromAsync(everyItem(list, ...(call as Parameters<List>)))
  return (await notes.tried(what, operation, all)) ?? []
}

async function readKey({ source, notes }: Reading, keyId: string): Promise<FoundKey | undefined> {
  const what = `key ${keyId}`
  const metadata = (await notes.tried(what, 'DescribeKey', () => source.describeKey({ keyId })))?.keyMetadata
  if (metadata === undefined) return undefined
  const aliases = await listed(notes, what, 'ListAliasesByKeyId', source.listAliasesByKeyId, { keyId })
  const tags = await notes.tried(what, 'ListResourceTags', () => source.listResourceTags({ keyId }))
  const policy =
    metadata.dKMSInstanceId === undefined
      ? undefined
      : await notes.tried(what, 'GetKeyPolicy', () => source.getKeyPolicy({ keyId }))
  return {
    ...{ what, metadata, aliases: aliases.map(({ aliasName }) => aliasName) },
    ...{ tags: tagsOf(tags?.tags), policy: policy?.policy },
  }
}

const tagsOf = (answer: { readonly tag: readonly Tag[] } | undefined): readonly Tag[] =>
  (answer?.tag ?? []).map(({ tagKey, tagValue }) => ({ tagKey, tagValue }))

async function readSecret({ source, notes }: Reading, secretName: string): Promise<FoundSecret | undefined> {
  const what = `secret ${secretName}`
  const described = await notes.tried(what, 'DescribeSecret', () =>
    source.describeSecret({ secretName, fetchTags: true }),
  )
  if (described === undefined) return undefined
  const stays = whyItStays(described)
  if (stays !== undefined) {
    notes.staying.push({ what, part: 'secret', why: stays })
    return undefined
  }
  const versions = await listed(notes, what, 'ListSecretVersionIds', source.listSecretVersionIds, {
    ...{ secretName, includeDeprecated: true },
  })
  const policy =
    described.dKMSInstanceId === undefined
      ? undefined
      : await notes.tried(what, 'GetSecretPolicy', () => source.getSecretPolicy({ secretName }))
  return {
    ...{ what, described, tags: tagsOf(described.tags), policy: policy?.policy },
    versions: [...versions].sort((a, b) => rank(a) - rank(b) || a.createTime.localeCompare(b.createTime)),
  }
}

function whyItStays({ secretType, plannedDeleteTime }: DescribeSecretResponse): string | undefined {
  if (secretType !== 'Generic') return `${secretType}: what it opens is known to its own service only`
  return plannedDeleteTime ? `it is to be deleted at ${plannedDeleteTime}` : undefined
}

/** Whatever is stored becomes the current version, and the one before it the previous. */
function rank({ versionStages: { versionStage } }: SecretVersion): number {
  return versionStage.includes('ACSCurrent') ? 2 : versionStage.includes('ACSPrevious') ? 1 : 0
}
