import { check } from '../example.ts'
import type { Walk } from './walk.ts'

/** An alias that goes from one key to another. */
export async function aliases({ client, station }: Walk, keyId: string, otherKeyId: string): Promise<void> {
  const aliasName = `alias/walk-${Date.now()}`
  const owner = async (): Promise<string | undefined> => {
    const { aliases: page } = await client.listAliases({ pageSize: 100 })
    return page?.alias?.find((each) => each.aliasName === aliasName)?.keyId
  }

  await station('CreateAlias, ListAliases', async () => {
    await client.createAlias({ aliasName, keyId })
    check((await owner()) === keyId, 'the alias is listed with its key')
  })
  await station('UpdateAlias, ListAliasesByKeyId', async () => {
    await client.updateAlias({ aliasName, keyId: otherKeyId })
    const { aliases: page } = await client.listAliasesByKeyId({ keyId: otherKeyId })
    check(
      (page?.alias ?? []).some((each) => each.aliasName === aliasName),
      'the alias is at the other key',
    )
  })
  await station('DeleteAlias', async () => {
    await client.deleteAlias({ aliasName })
    check((await owner()) === undefined, 'the alias is gone')
  })
}

export async function tags({ client, station }: Walk, keyId: string): Promise<void> {
  const values = async (): Promise<string> => {
    const { tags: page } = await client.listResourceTags({ keyId })
    const pairs = (page?.tag ?? []).map(({ tagKey, tagValue }) => `${tagKey}=${tagValue}`)
    return pairs.toSorted((a, b) => (a < b ? -1 : 1)).join(' ')
  }

  await station('TagResource, ListResourceTags', async () => {
    const given = [
      { tagKey: 'testA', tagValue: '123456' },
      { tagKey: 'testB', tagValue: 'abcdef' },
    ]
    await client.tagResource({ keyId, tags: given })
    check((await values()) === 'testA=123456 testB=abcdef', 'the tags are listed')
  })
  await station('UntagResource', async () => {
    await client.untagResource({ keyId, tagKeys: ['testA', 'testB'] })
    check((await values()) === '', 'the tags are gone')
  })
}
