import type { Client } from './client.ts'

const pageSize = 100

/**
 * The version of a key that was made last. Services list versions oldest first (this one) or newest first, and tell times
 * to the second only: versions of one second stand in the order of the whole list.
 *
 * @param keyId - id, ARN or alias
 * @returns undefined if the key has no version, as one that waits for its material
 * @throws ServiceError, ClientError
 */
export async function newestKeyVersion(
  client: Pick<Client, 'listKeyVersions'>,
  keyId: string,
): Promise<string | undefined> {
  const versions = await everyVersion(client, keyId)
  const timeOf = (index: number): string => versions.at(index)?.creationDate ?? ''
  const oldestFirst = timeOf(0) <= timeOf(-1) ? versions : versions.toReversed()
  return oldestFirst.toSorted((a, b) => a.creationDate.localeCompare(b.creationDate)).at(-1)?.keyVersionId
}

type Versions = Awaited<ReturnType<Client['listKeyVersions']>>['keyVersions']['keyVersion']

async function everyVersion(client: Pick<Client, 'listKeyVersions'>, keyId: string): Promise<Versions> {
  const versions: Versions[number][] = []
  for (let pageNumber = 1; ; pageNumber++) {
    const { keyVersions } = await client.listKeyVersions({ keyId, pageNumber, pageSize })
    versions.push(...keyVersions.keyVersion)
    if (keyVersions.keyVersion.length < pageSize) return versions
  }
}
