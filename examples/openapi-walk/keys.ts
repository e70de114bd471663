import { check } from '../example.ts'
import type { Walk } from './walk.ts'

/** States, versions, description and rotation of a symmetric key. */
export async function keys({ client, station }: Walk, keyId: string): Promise<void> {
  const state = async (): Promise<string | undefined> => (await client.describeKey({ keyId })).keyMetadata.keyState

  await station('DescribeRegions', async () => {
    const { regions } = await client.describeRegions()
    check((regions?.region ?? []).length > 0, 'there are regions')
  })
  await station('ListKeys', async () => {
    const all: (string | undefined)[] = []
    for (let pageNumber = 1, total = 1; (pageNumber - 1) * 10 < total; pageNumber++) {
      const { keys: page, totalCount } = await client.listKeys({ pageNumber, pageSize: 10 })
      all.push(...(page?.key ?? []).map((each) => each.keyId))
      total = totalCount ?? 0
    }
    check(all.includes(keyId), 'the key is listed')
  })
  await station('DisableKey, EnableKey', async () => {
    await client.disableKey({ keyId })
    check((await state()) === 'Disabled', 'the key is disabled')
    await client.enableKey({ keyId })
    check((await state()) === 'Enabled', 'the key is enabled again')
  })
  await station('ScheduleKeyDeletion, CancelKeyDeletion', async () => {
    await client.scheduleKeyDeletion({ keyId, pendingWindowInDays: 7 })
    check((await state()) === 'PendingDeletion', 'the key is to be deleted')
    await client.cancelKeyDeletion({ keyId })
    check((await state()) === 'Enabled', 'the key stays')
  })
  await station('UpdateKeyDescription', async () => {
    const before = (await client.describeKey({ keyId })).keyMetadata.description
    await client.updateKeyDescription({ keyId, description: 'walked' })
    check((await client.describeKey({ keyId })).keyMetadata.description === 'walked', 'the description is the new one')
    // An empty description is not accepted everywhere; one blank is.
    await client.updateKeyDescription({ keyId, description: before || ' ' })
  })
  await station('UpdateRotationPolicy', async () => {
    const before = (await client.describeKey({ keyId })).keyMetadata
    await client.updateRotationPolicy({ keyId, enableAutomaticRotation: true, rotationInterval: '604800s' })
    const { keyMetadata } = await client.describeKey({ keyId })
    check(keyMetadata.automaticRotation === 'Enabled', 'the key rotates')
    check(keyMetadata.rotationInterval === '604800s', 'it rotates every week')
    await client.updateRotationPolicy({ keyId, enableAutomaticRotation: before.automaticRotation === 'Enabled' })
  })
}

/** Versions of an asymmetric key; symmetric keys get theirs by rotation. */
export async function versions({ client, station }: Walk, keyId: string): Promise<void> {
  await station('CreateKeyVersion, ListKeyVersions, DescribeKeyVersion', async () => {
    const { keyVersion } = await client.createKeyVersion({ keyId })
    const keyVersionId = keyVersion.keyVersionId
    const { keyVersions } = await client.listKeyVersions({ keyId })
    check(
      (keyVersions?.keyVersion ?? []).some((each) => each.keyVersionId === keyVersionId),
      'the version is listed',
    )
    const described = (await client.describeKeyVersion({ keyId, keyVersionId })).keyVersion
    check(described.keyId === keyId && described.keyVersionId === keyVersionId, 'the version is described')
  })
}
