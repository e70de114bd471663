/** What an administrator's program does with keys and secrets: creates, describes, changes, lists, and puts away. */
import { Client } from '../../src/sdk/index.ts'
import { check, example, flags } from '../example.ts'
import { withKey } from '../keys.ts'
import { instanceId, publicGateway } from '../settings.ts'

await example(async () => {
  const given = flags({ prefix: `managed-${Date.now()}` })
  await using client = new Client(publicGateway())
  await withKey(client, { keySpec: 'Aliyun_AES_256', keyUsage: 'ENCRYPT/DECRYPT' }, async (keyId) => {
    await manageKey(client, keyId, `alias/${given.prefix}`)
    await manageSecret(client, keyId, given.prefix)
  })
})

async function manageKey(client: Client, keyId: string, aliasName: string): Promise<void> {
  await client.createAlias({ aliasName, keyId })
  await client.updateKeyDescription({ keyId, description: 'of the ordering service' })
  await client.tagResource({ keyId, tags: [{ tagKey: 'team', tagValue: 'orders' }] })
  await client.updateRotationPolicy({ keyId, enableAutomaticRotation: true, rotationInterval: '31536000s' })
  const { keyMetadata } = await client.describeKey({ keyId: aliasName })
  check(keyMetadata.keyId === keyId, 'the alias leads to the key')
  check(keyMetadata.description === 'of the ordering service', 'the description is the new one')
  check(keyMetadata.automaticRotation === 'Enabled', 'the key rotates')

  // A protected key cannot be deleted by mistake.
  const protectedResourceArn = keyMetadata.arn ?? ''
  await client.setDeletionProtection({ protectedResourceArn, enableDeletionProtection: true })
  const refusal = await client.scheduleKeyDeletion({ keyId, pendingWindowInDays: 7 }).then(
    () => undefined,
    (error: { code?: string }) => error.code,
  )
  check(refusal !== undefined, 'the protected key is not deleted')
  await client.setDeletionProtection({ protectedResourceArn, enableDeletionProtection: false })
  await client.deleteAlias({ aliasName })
  console.log(`key: described, tagged, rotating every year, protected (${refusal})`)
}

async function manageSecret(client: Client, encryptionKeyId: string, secretName: string): Promise<void> {
  const { randomPassword } = await client.getRandomPassword({ passwordLength: 24, excludePunctuation: true })
  await client.createSecret({
    secretName,
    versionId: 'v1',
    secretData: randomPassword,
    encryptionKeyId,
    dKMSInstanceId: instanceId,
    description: 'password of the reporting account',
    tags: [{ tagKey: 'team', tagValue: 'orders' }],
  })
  await client.putSecretValue({ secretName, versionId: 'v2', secretData: 'second' })
  check((await client.getSecretValue({ secretName })).secretData === 'second', 'the newest value is the current one')
  const previous = await client.getSecretValue({ secretName, versionStage: 'ACSPrevious' })
  check(previous.secretData === randomPassword, 'the first value is the previous one')
  await client.updateSecretVersionStage({
    secretName,
    versionStage: 'ACSCurrent',
    moveToVersion: 'v1',
    removeFromVersion: 'v2',
  })
  check((await client.getSecretValue({ secretName })).secretData === randomPassword, 'the first value is current again')
  const { versionIds } = await client.listSecretVersionIds({ secretName })
  check(versionIds?.versionId?.length === 2, 'both versions are listed')

  await client.updateSecret({ secretName, description: 'password of reports' })
  const described = await client.describeSecret({ secretName, fetchTags: true })
  check(described.description === 'password of reports', 'the description is the new one')
  await client.deleteSecret({ secretName, recoveryWindowInDays: 7 })
  await client.restoreSecret({ secretName })
  const { secretList } = await client.listSecrets({ pageSize: 100 })
  check(
    (secretList?.secret ?? []).some((each) => each.secretName === secretName),
    'the restored secret is listed',
  )
  await client.deleteSecret({ secretName, forceDeleteWithoutRecovery: true })
  console.log('secret: two versions, moved back, deleted, restored and removed')
}
