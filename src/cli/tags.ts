import type { Client } from '../sdk/client.ts'
import { CliError } from './failure.ts'

export type ResourceType = 'key' | 'secret'

/** A tag to look for; any value unless given. */
export interface TagCondition {
  readonly key: string
  readonly value?: string
}

export interface TaggedResource {
  readonly resourceId: string
  readonly tags: Readonly<Record<string, string>>
}

/** All resources of a sort with a tag, or with any; each once, with all its tags. */
export async function resourcesWithTag(
  client: Client,
  resourceType: ResourceType,
  condition?: TagCondition,
): Promise<readonly TaggedResource[]> {
  const found = new Map<string, Record<string, string>>()
  const regionId = await ownRegion(client)
  const wanted = condition === undefined ? {} : { tag: [condition] }
  for (let nextToken = ''; ; ) {
    const more = nextToken === '' ? {} : { nextToken }
    const page = await client.listTagResources({ regionId, resourceType, ...wanted, ...more })
    for (const { resourceId, tagKey, tagValue } of page.tagResources.tagResource)
      found.set(resourceId, { ...found.get(resourceId), [tagKey]: tagValue })
    nextToken = page.nextToken
    if (nextToken === '') return [...found].map(([resourceId, tags]) => ({ resourceId, tags }))
  }
}

/** The operation serves the region of its own service only, and the arguments of a user need not name it. */
async function ownRegion(client: Client): Promise<string> {
  const { keys } = await client.listKeys({ pageNumber: 1, pageSize: 1 })
  const [, , region] = keys.key[0]?.keyArn.split(':') ?? []
  const regionId = region ?? (await client.describeRegions()).regions.region[0]?.regionId
  if (regionId === undefined) throw new CliError('noRegion', 'the service does not say which region it is')
  return regionId
}
