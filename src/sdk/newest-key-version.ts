import type { Client } from './client.ts'

const pageSize = 100

/**
 * The versions of a key, the last made first. Services list them oldest first (this one) or newest first, and tell times
 * to the second only: versions of one second stand in the order of the whole list.
 *
 * @param keyId - id, ARN or alias
 * @returns none for a key that waits for its material
 * @throws ServiceError, ClientError
 */
export async function newestFirst(client: Pick<Client, 'listKeyVersions'>, keyId: string): Promise<readonly string[]> {
  const versions = await everyVersion(client, keyId)
  const timeOf = (index: number): string => versions.at(index)?.creationDate ?? ''
  const last = timeOf(0) <= timeOf(-1) ? versions.toReversed() : versions
  return last.toSorted((a, b) => b.creationDate.localeCompare(a.creationDate)).map(({ keyVersionId }) => keyVersionId)
}

/** The version of a key that was made last. */
export async function newestKeyVersion(
  client: Pick<Client, 'listKeyVersions'>,
  keyId: string,
): Promise<string | undefined> {
  return (await newestFirst(client, keyId))[0]
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
