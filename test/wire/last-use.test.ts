import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as instanceApi from '../../src/api/instance.ts'
import { keyhavenApi, ramApi } from '../../src/api/operation.ts'
import { keyLastUse } from '../../src/core/keys/key.ts'
import { instanceGateway } from '../../src/gateway/instance/handle.ts'
import { openapiOperations } from '../../src/gateway/openapi/operations.ts'
import { callInstance, newApplication } from '../kit/instance.ts'
import { testKms } from '../kit/kms.ts'
import { type OpenapiFixture, openapiFixture } from '../kit/openapi.ts'
import { take, tour, World } from '../kit/tour.ts'

const own = { version: keyhavenApi.version }
const ram = { version: ramApi.version }
const second = 1000

async function fixture() {
  const { kms, advance } = await testKms()
  const service = await openapiFixture(kms)
  const newKey = async (parameters = {}) => (await service.succeed('CreateKey', parameters)).KeyMetadata.KeyId
  const usage = async (KeyId: string) => {
    const { LastUsedDate, LastUsedOperation } = await service.succeed('GetKeyLastUsage', { KeyId }, own)
    return LastUsedDate === undefined ? 'none' : `${LastUsedOperation} ${LastUsedDate.slice(11, 19)}`
  }
  return { kms, advance, service, newKey, usage }
}

describe('the last use of a key', () => {
  test('is told by id, ARN and alias, with when uses began to be noted', async () => {
    const { service, advance, newKey } = await fixture()
    const KeyId = await newKey()
    await service.succeed('CreateAlias', { KeyId, AliasName: 'alias/a' })
    const arn = (await service.succeed('DescribeKey', { KeyId })).KeyMetadata.Arn
    advance(90 * second)
    await service.succeed('Encrypt', { KeyId, Plaintext: 'x' })
    for (const name of [KeyId, arn, 'alias/a']) {
      const { RequestId, ...told } = await service.succeed('GetKeyLastUsage', { KeyId: name }, own)
      assert.deepEqual(told, {
        KeyId,
        LastUsedDate: '2026-11-21T22:01:30Z',
        LastUsedOperation: 'Encrypt',
        TrackingStartDate: '2026-11-21T22:00:00Z',
      })
    }
  })

  test('is no call that failed, was denied, or only tried whether it would succeed', async () => {
    const { service, newKey, usage, advance } = await fixture()
    const KeyId = await newKey()
    const { CiphertextBlob } = await service.succeed('Encrypt', { KeyId, Plaintext: 'x' })
    advance(second)
    const stranger = await newUser(service)
    const attempts = [
      service.call('Decrypt', { CiphertextBlob, EncryptionContext: '{"wrong":"context"}' }),
      service.call('Encrypt', { KeyId, Plaintext: 'x', EncryptionContext: 'no JSON' }),
      service.call('Encrypt', { KeyId, Plaintext: 'x', DryRun: 'true' }),
      service.call('AsymmetricSign', { KeyId, KeyVersionId: 'v', Algorithm: 'x', Digest: 'x' }),
      service.call('Encrypt', { KeyId, Plaintext: 'x' }, { as: stranger }),
      service.call('Encrypt', { KeyId, Plaintext: 'x' }, { as: { ...stranger, accessKeySecret: 'wrong' } }),
    ]
    for (const { status } of await Promise.all(attempts)) assert.ok(status >= 400)
    await service.succeed('DescribeKey', { KeyId })
    assert.equal(await usage(KeyId), 'Encrypt 22:00:00')
  })

  test('is of both keys that a ciphertext moves between', async () => {
    const { service, newKey, usage, advance } = await fixture()
    const [from, to] = [await newKey(), await newKey()]
    const { CiphertextBlob } = await service.succeed('Encrypt', { KeyId: from, Plaintext: 'x' })
    advance(second)
    await service.succeed('ReEncrypt', { CiphertextBlob, DestinationKeyId: to })
    assert.deepEqual([await usage(from), await usage(to)], ['ReEncrypt 22:00:01', 'ReEncrypt 22:00:01'])
  })

  test('is every use that the contract knows, and nothing that only looks or manages', async () => {
    const { kms } = await testKms()
    const service = await openapiFixture(kms)
    const world = new World(kms.settings.accountId)
    /** What changes something and needs a key for it. */
    const sealing = new Set([
      ...['CreateSecret', 'PutSecretValue', 'RotateSecret'],
      ...['CreateManagedDataKey', 'CreateManagedDataKeyVersion'],
    ])
    // Whoever has the public key needs the service no more.
    const notUsed = new Set(['GetPublicKey'])
    const met = new Set<string>()
    for (const step of tour) {
      service.audit.length = 0
      await take(step, service, world)
      const { keyId } = service.audit.at(-1) ?? {}
      if (keyId === undefined || step.code !== undefined) continue
      const access = openapiOperations.find(({ operation }) => operation.name === step.action)?.operation.access
      const isUse = (access === 'use' && !notUsed.has(step.action)) || sealing.has(step.action)
      assert.equal((await kms.lastUses.of(keyLastUse(keyId)))?.by === step.action, isUse, step.action)
      if (isUse) met.add(step.action)
    }
    for (const action of ['Encrypt', 'AsymmetricVerify', 'GenerateMac', 'GetSecretValue', 'CreateSecret']) {
      assert.ok(met.has(action), action)
    }
  })

  test('is one at the gateway of an instance, too', async () => {
    const { kms, service, usage } = await fixture()
    const application = await newApplication(kms)
    const gateway = instanceGateway({ kms, audit: { append: async () => {} } })
    const parameters = { DKMSInstanceId: application.instanceId }
    const { KeyId } = (await service.succeed('CreateKey', parameters)).KeyMetadata
    const input = { keyId: KeyId, plaintext: Buffer.from('x') }
    const { values } = await callInstance(gateway, kms, application, instanceApi.Encrypt, input)
    assert.equal(await usage(KeyId), 'Encrypt 22:00:00')
    const wrong = { keyId: KeyId, iv: values.iv, ciphertextBlob: new Uint8Array(32) }
    const { status } = await callInstance(gateway, kms, application, instanceApi.Decrypt, wrong)
    assert.notEqual(status, 200)
    assert.equal(await usage(KeyId), 'Encrypt 22:00:00')
  })

  test('is no use as long as the audit log has not taken it', async () => {
    const { kms } = await testKms()
    const refusing: { isAway: boolean } = { isAway: false }
    const append = () => (refusing.isAway ? Promise.reject(new Error('the disk is full')) : Promise.resolve())
    const service = await openapiFixture(kms, { audit: { append } })
    const { KeyId } = (await service.succeed('CreateKey')).KeyMetadata
    refusing.isAway = true
    assert.equal((await service.call('Encrypt', { KeyId, Plaintext: 'x' })).status, 503)
    assert.equal(await kms.lastUses.of(keyLastUse(KeyId)), undefined)
  })

  test('is told to whoever may describe the key, and to nobody else', async () => {
    const { service, newKey } = await fixture()
    const KeyId = await newKey()
    const reader = await newUser(service, ['kms:DescribeKey'])
    await service.succeed('GetKeyLastUsage', { KeyId }, { ...own, as: reader })
    const encrypter = await newUser(service, ['kms:Encrypt'], 'encrypter')
    const { body } = await service.call('GetKeyLastUsage', { KeyId }, { ...own, as: encrypter })
    assert.equal(body.Code, 'Forbidden.NoPermission')
  })
})

describe('the last use of a secret', () => {
  test('is that a value was read, alone or in a batch; and of its key, sealing as well', async () => {
    const { service, newKey, usage, advance } = await fixture()
    const KeyId = await newKey()
    const SecretName = 'app/db'
    const told = async () => {
      const { LastUsedDate, LastUsedOperation } = await service.succeed('GetSecretLastUsage', { SecretName }, own)
      return LastUsedDate === undefined ? 'none' : `${LastUsedOperation} ${LastUsedDate.slice(11, 19)}`
    }
    await service.succeed('CreateSecret', { SecretName, EncryptionKeyId: KeyId, VersionId: 'v1', SecretData: 'x' })
    await service.succeed('DescribeSecret', { SecretName })
    assert.deepEqual([await told(), await usage(KeyId)], ['none', 'CreateSecret 22:00:00'])
    advance(second)
    await service.succeed('GetSecretValue', { SecretName })
    assert.deepEqual([await told(), await usage(KeyId)], ['GetSecretValue 22:00:01', 'GetSecretValue 22:00:01'])
    advance(second)
    const SecretsList = JSON.stringify([{ SecretName }, { SecretName: 'none' }])
    await service.succeed('BatchGetSecretValue', { SecretsList })
    assert.equal(await told(), 'BatchGetSecretValue 22:00:02')
    advance(second)
    await service.succeed('PutSecretValue', { SecretName, VersionId: 'v2', SecretData: 'y' })
    assert.equal((await service.call('GetSecretValue', { SecretName, VersionId: 'v9' })).status, 404)
    assert.deepEqual([await told(), await usage(KeyId)], ['BatchGetSecretValue 22:00:02', 'PutSecretValue 22:00:03'])
  })

  test('is not that of another secret that had the name before', async () => {
    const { kms, service, advance } = await fixture()
    const SecretName = 'app/db'
    const create = () => service.succeed('CreateSecret', { SecretName, VersionId: 'v1', SecretData: 'x' })
    const force = { SecretName, ForceDeleteWithoutRecovery: 'true' }
    await create()
    await service.succeed('GetSecretValue', { SecretName })
    await kms.lastUses.flush()
    advance(second)
    await service.succeed('GetSecretValue', { SecretName })
    await service.succeed('DeleteSecret', force)
    await create()
    await kms.lastUses.flush()
    const told = await service.succeed('GetSecretLastUsage', { SecretName }, own)
    assert.equal(told.LastUsedDate, undefined)
    await service.succeed('DeleteSecret', force)
    const { body } = await service.call('GetSecretLastUsage', { SecretName }, own)
    assert.equal(body.Code, 'Forbidden.ResourceNotFound')
  })
})

describe('the last use of an AccessKey', () => {
  test('is a call that it signed and that succeeded, of whatever API', async () => {
    const { kms, service, advance, newKey } = await fixture()
    const user = await newUser(service, ['kms:*', 'ram:GetAccessKeyLastUsed'])
    const asked = { UserName: 'user', UserAccessKeyId: user.accessKeyId }
    const used = async () => (await service.succeed('GetAccessKeyLastUsed', asked, ram)).AccessKeyLastUsed
    assert.deepEqual(await used(), {})
    assert.equal((await service.call('ListUsers', {}, { ...ram, as: user })).status, 403)
    assert.deepEqual(await used(), {})
    advance(second)
    await service.succeed('Encrypt', { KeyId: await newKey(), Plaintext: 'x' }, { as: user })
    assert.deepEqual(await used(), { LastUsedDate: '2026-11-21T22:00:01Z' })
    await kms.lastUses.flush()
    advance(second)
    const { UserName, ...itsOwn } = asked
    await service.succeed('GetAccessKeyLastUsed', itsOwn, { ...ram, as: user })
    assert.deepEqual(await used(), { LastUsedDate: '2026-11-21T22:00:02Z' })
    const { body } = await service.call('GetAccessKeyLastUsed', { ...asked, UserAccessKeyId: 'none' }, ram)
    assert.equal(body.Code, 'EntityNotExist.User.AccessKey')
    await service.succeed('DeleteAccessKey', asked, ram)
    await kms.lastUses.flush()
    assert.equal(await kms.lastUses.of({ name: `access-key/${user.accessKeyId}`, exists: async () => true }), undefined)
  })
})

async function newUser(service: OpenapiFixture, actions: readonly string[] = [], UserName = 'user') {
  await service.succeed('CreateUser', { UserName }, ram)
  if (actions.length > 0) {
    const Statement = [{ Effect: 'Allow', Action: actions, Resource: '*' }]
    const policy = { PolicyName: UserName, PolicyDocument: JSON.stringify({ Version: '1', Statement }) }
    await service.succeed('CreatePolicy', policy, ram)
    await service.succeed('AttachPolicyToUser', { UserName, PolicyName: UserName, PolicyType: 'Custom' }, ram)
  }
  const { AccessKeyId, AccessKeySecret } = (await service.succeed('CreateAccessKey', { UserName }, ram)).AccessKey
  return { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret }
}
