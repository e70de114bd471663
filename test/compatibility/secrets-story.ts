import assert from 'node:assert/strict'
import type { Body, Parameters } from './clients.ts'

export type Call = (action: string, parameters?: Parameters) => Promise<Body>

/** What a client is told an error is. */
const codeOf = async (answer: Promise<Body>): Promise<string> =>
  answer.then(
    () => 'no error',
    (error: { code: string }) => error.code,
  )

/**
 * Every operation of secrets that a client knows, in the order of a secret's life.
 *
 * @param knows - whether the client has the operations
 * @param SecretName - not in use yet
 */
export async function keepSecret(
  call: Call,
  knows: (...actions: string[]) => boolean,
  SecretName: string,
): Promise<void> {
  const Tags = [{ TagKey: 'team', TagValue: 'a-b' }]
  const made = await call('CreateSecret', { SecretName, VersionId: 'v1', SecretData: 'é "1" <&>', Tags })
  assert.match(made.Arn, new RegExp(`^acs:kms:.*:secret/${SecretName}$`))
  const put = { SecretName, VersionId: 'v2', SecretData: 'AAH/', SecretDataType: 'binary' }
  const { VersionStages } = await call('PutSecretValue', put)
  assert.deepEqual(VersionStages.VersionStage, ['ACSCurrent'])
  const current = await call('GetSecretValue', { SecretName })
  assert.deepEqual([current.SecretData, current.SecretDataType, current.VersionId], ['AAH/', 'binary', 'v2'])
  const former = await call('GetSecretValue', { SecretName, VersionStage: 'ACSPrevious' })
  assert.deepEqual([former.SecretData, former.SecretDataType], ['é "1" <&>', 'text'])
  await call('UpdateSecretVersionStage', { SecretName, VersionStage: 'ACSCurrent', MoveToVersion: 'v1' })
  const listed = await call('ListSecretVersionIds', { SecretName, PageSize: 10 })
  assert.deepEqual(
    listed.VersionIds.VersionId.map((version: Body) => [version.VersionId, ...version.VersionStages.VersionStage]),
    [
      ['v1', 'ACSCurrent'],
      ['v2', 'ACSPrevious'],
    ],
  )
  await call('UpdateSecret', { SecretName, Description: 'of the shop' })
  const described = await call('DescribeSecret', { SecretName, FetchTags: 'true' })
  assert.deepEqual([described.Description, described.Tags.Tag[0].TagValue], ['of the shop', 'a-b'])
  const { SecretList } = await call('ListSecrets', { PageSize: 100 })
  assert.ok(SecretList.Secret.some((secret: Body) => secret.SecretName === SecretName))
  assert.equal((await call('GetRandomPassword', { PasswordLength: '12' })).RandomPassword.length, 12)
  if (knows('BatchGetSecretValue')) await newerOperations(call, SecretName)

  await call('DeleteSecret', { SecretName, RecoveryWindowInDays: '7' })
  assert.equal(await codeOf(call('GetSecretValue', { SecretName })), 'Rejected.ResourceInDeleteWindow')
  await call('RestoreSecret', { SecretName })
  assert.equal(await codeOf(call('RestoreSecret', { SecretName })), 'Rejected.ResourceInUse')
  await call('DeleteSecret', { SecretName, ForceDeleteWithoutRecovery: 'true' })
  assert.equal(await codeOf(call('GetSecretValue', { SecretName })), 'Forbidden.ResourceNotFound')
}

/** What came later than the first generated clients. */
async function newerOperations(call: Call, SecretName: string): Promise<void> {
  const batch = await call('BatchGetSecretValue', { SecretsList: [{ SecretName }, { SecretName: 'none' }] as never })
  assert.equal(batch.SecretValues[0].SecretData, 'é "1" <&>')
  assert.deepEqual([batch.Errors[0].Code, batch.Errors[0].HttpStatus], ['Forbidden.ResourceNotFound', 404])
  const managed = `${SecretName}-managed`
  await call('CreateSecret', {
    ...{ SecretName: managed, VersionId: 'v1', SecretType: 'Rds' },
    SecretData: '{"Accounts":[{"AccountName":"app","AccountPassword":"first"}]}',
    ExtendedConfig: { SecretSubType: 'SingleUser', DBInstanceId: 'rm-1' } as never,
  })
  const rotation = { SecretName: managed, EnableAutomaticRotation: true, RotationInterval: '7d' }
  await call('UpdateSecretRotationPolicy', rotation)
  await call('UpdateSecret', { SecretName: managed, 'ExtendedConfig.CustomData': { Port: '5432' } as never })
  const value = await call('GetSecretValue', { SecretName: managed, FetchExtendedConfig: true })
  assert.deepEqual([value.RotationInterval, value.AutomaticRotation], ['604800s', 'Enabled'])
  assert.deepEqual(JSON.parse(value.ExtendedConfig).CustomData, { Port: '5432' })
  // Nothing is there that it could rotate.
  assert.equal(await codeOf(call('RotateSecret', { SecretName: managed, VersionId: 'v2' })), 'Rejected.Unavailable')
  const { DefaultKmsInstanceId: DKMSInstanceId } = await call('GetDefaultKmsInstance')
  const { KeyMetadata } = await call('CreateKey', { DKMSInstanceId })
  const place = { DKMSInstanceId, EncryptionKeyId: KeyMetadata.KeyId }
  const inside = `${SecretName}-inside`
  await call('CreateSecret', { SecretName: inside, VersionId: 'v1', SecretData: 'x', ...place })
  const { Policy } = await call('GetSecretPolicy', { SecretName: inside })
  await call('SetSecretPolicy', { SecretName: inside, Policy })
  assert.equal((await call('GetSecretPolicy', { SecretName: inside, PolicyName: 'default' })).Policy, Policy)
  await call('TagResource', { SecretName: inside, Tags: [{ TagKey: 'k', TagValue: 'v' }] })
  const resources = { RegionId: 'cn-hangzhou', ResourceType: 'secret', 'ResourceId.1': inside }
  const { TagResources } = await call('ListTagResources', resources)
  assert.equal(TagResources.TagResource[0].TagValue, 'v')
}
