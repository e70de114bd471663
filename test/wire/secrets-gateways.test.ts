import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { GetSecretValue } from '../../src/api/instance.ts'
import { instanceGateway } from '../../src/gateway/instance/handle.ts'
import { Client } from '../../src/sdk/client.ts'
import { ServiceError } from '../../src/sdk/errors.ts'
import { TransferClient } from '../../src/sdk/transfer-client.ts'
import { callInstance, newApplication } from '../kit/instance.ts'
import { managedSecret, type SecretsService, secretsInAllStates, secretsService } from '../kit/secrets-service.ts'
import { startTestServer, type TestServer } from '../kit/server.ts'

/*
 * The value of a secret, by every way to it: whatever the gateway, the answer and the refusal are the same.
 */

interface Request {
  readonly SecretName: string
  readonly VersionId?: string
  readonly VersionStage?: string
}

const otherKeys: ReadonlySet<string> = new Set(['of-leaving-key', 'of-emptied-key'])
/** What is asked, and the code and status that it is refused with. */
const refusals: readonly (readonly [request: Request, status: number, code: string])[] = [
  [{ SecretName: 'none' }, 404, 'Forbidden.ResourceNotFound'],
  [{ SecretName: 'gone' }, 409, 'Rejected.ResourceInDeleteWindow'],
  [{ SecretName: 'app', VersionStage: 'Next' }, 404, 'Forbidden.ResourceNotFound'],
  [{ SecretName: 'app', VersionId: 'v9' }, 404, 'Forbidden.ResourceNotFound'],
  [{ SecretName: 'app', VersionId: 'v1', VersionStage: 'ACSPrevious' }, 404, 'Forbidden.ResourceNotFound'],
  [{ SecretName: 'of-disabled-key' }, 409, 'Rejected.Disabled'],
  [{ SecretName: 'of-leaving-key' }, 409, 'Rejected.PendingDeletion'],
  [{ SecretName: 'of-emptied-key' }, 409, 'Rejected.PendingImport'],
  [{ SecretName: 'acs:kms:cn-hangzhou:1000000000000002:secret/app' }, 404, 'Forbidden.ResourceNotFound'],
]

describe('GetSecretValue', () => {
  let service: SecretsService
  let host: string
  type Answer = { readonly status: number; readonly said: string }
  const ways = new Map<string, (request: Request) => Promise<Answer>>()

  before(async () => {
    service = await secretsService()
    await secretsInAllStates(service)
    const instanceId = (await service.succeed('GetDefaultKmsInstance')).DefaultKmsInstanceId
    host = `${instanceId}.cryptoservice.kms.aliyuncs.com`
    const permissions = ['RbacPermission/Template/CryptoServiceSecretUser']
    const application = await newApplication(service.kms, { instanceId, permissions, resources: ['secret/*'] })
    const gateway = instanceGateway({ kms: service.kms, audit: { append: async () => {} } })
    for (const scheme of ['V1', 'ACS3'] as const)
      for (const at of [undefined, host])
        ways.set(`${at ? 'the instance host' : 'the public host'}, ${scheme}`, async (request) => {
          const options = { scheme, ...(at === undefined ? {} : { host: at }) }
          const { status, text } = await service.ask('GetSecretValue', { ...request }, options)
          const { Code, SecretData } = JSON.parse(text)
          return { status, said: Code ?? SecretData }
        })
    ways.set('the instance gateway', async ({ SecretName: secretName, VersionId: versionId, VersionStage }) => {
      const input = { secretName, versionId, versionStage: VersionStage }
      const { status, values, error } = await callInstance(gateway, service.kms, application, GetSecretValue, input)
      return { status, said: status === 200 ? values.secretData : error.errorCode }
    })
  })

  test('answers the same by every way', async () => {
    for (const [way, ask] of ways) {
      assert.deepEqual(await ask({ SecretName: 'app' }), { status: 200, said: 'first' }, way)
      const arn = `acs:kms:cn-hangzhou:${service.kms.settings.accountId}:secret/app`
      assert.deepEqual(await ask({ SecretName: arn }), { status: 200, said: 'first' }, way)
      assert.deepEqual(await ask({ SecretName: 'of-key' }), { status: 200, said: 'first' }, way)
      assert.deepEqual(await ask({ SecretName: 'binary' }), { status: 200, said: ' AA==\r\n' }, way)
      const account = '{"AccountName":"app","AccountPassword":"first"}'
      assert.deepEqual(await ask({ SecretName: 'managed', VersionId: 'x' }), { status: 200, said: account }, way)
    }
  })

  test('refuses the same by every way, and changes nothing', async () => {
    const kept = await service.kept()
    for (const [request, status, code] of refusals)
      for (const [way, ask] of ways) {
        assert.deepEqual(await ask(request), { status, said: code }, `${way}: ${JSON.stringify(request)}`)
      }
    assert.equal(await service.kept(), kept)
  })

  test('is all that the host of an instance does with secrets', async () => {
    for (const action of ['BatchGetSecretValue', 'DescribeSecret', 'PutSecretValue', 'ListSecrets', 'CreateSecret']) {
      const { status, text } = await service.ask(action, { SecretName: 'app' }, { host })
      assert.deepEqual([status, JSON.parse(text).Code], [404, 'InvalidAction.NotFound'], action)
    }
  })
})

describe('Client and TransferClient', () => {
  let server: TestServer
  let admin: Client
  let transfer: TransferClient

  before(async () => {
    server = await startTestServer()
    const { endpoint, caFile, accessKeyId, accessKeySecret } = server
    const connection = { endpoint, caFile, accessKeyId, accessKeySecret, retry: false } as const
    admin = new Client(connection)
    const { defaultKmsInstanceId: kmsInstance } = await admin.getDefaultKmsInstance()
    const permissions = ['RbacPermission/Template/CryptoServiceSecretUser']
    await admin.createPolicy({ name: 'reader', kmsInstance, permissions, resources: ['secret/*'] })
    await admin.createApplicationAccessPoint({ name: 'reader', policies: ['reader'] })
    const password = 'Test-Pass~2016'
    const { clientKeyId, privateKeyData } = await admin.createClientKey({ aapName: 'reader', password })
    const clientKeyContent = JSON.stringify({ KeyId: clientKeyId, PrivateKeyData: privateKeyData })
    transfer = new TransferClient({
      public: connection,
      instance: { endpoint, caFile, clientKeyContent, password, retry: false },
    })
  })
  after(async () => {
    await transfer.close()
    await admin.close()
    await server.close()
  })

  const codeOf = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'ok',
      (error: unknown) => (error instanceof ServiceError ? error.code : String(error)),
    )

  test('keep and read secrets, one by each gateway', async () => {
    const name = 'a/b+c=d@e.f_g-'.padEnd(192, 'x')
    // What manages secrets goes to the public gateway in both.
    await transfer.createSecret({ secretName: name, versionId: 'v1', secretData: 'first', description: 'long' })
    await transfer.putSecretValue({ secretName: name, versionId: 'v2', secretData: 'AAH/', secretDataType: 'binary' })
    for (const client of [admin, transfer]) {
      const { secretData, secretDataType, versionStages, versionId } = await client.getSecretValue({ secretName: name })
      assert.deepEqual([secretData, secretDataType, versionId], ['AAH/', 'binary', 'v2'])
      assert.deepEqual(versionStages, { versionStage: ['ACSCurrent'] })
      const former = await client.getSecretValue({ secretName: name, versionStage: 'ACSPrevious' })
      assert.deepEqual([former.secretData, former.versionId], ['first', 'v1'])
      assert.equal((await client.describeSecret({ secretName: name })).description, 'long')
      const { secretValues, errors } = await client.batchGetSecretValue({
        secretsList: [{ secretName: name }, { secretName: 'none' }],
      })
      assert.deepEqual([secretValues[0]?.secretData, errors[0]?.httpStatus], ['AAH/', 404])
    }
  })

  test('see a managed secret alike', async () => {
    const { SecretType: secretType, SecretData: secretData = '', ExtendedConfig: extendedConfig } = managedSecret
    const rotation = { enableAutomaticRotation: true, rotationInterval: '7d' }
    const managed = { secretName: 'managed', versionId: 'v1', secretType, secretData, extendedConfig }
    await admin.createSecret({ ...managed, ...rotation })
    const request = { secretName: 'managed', fetchExtendedConfig: true }
    const [{ requestId: _, ...one }, { requestId: __, ...other }] = [
      await admin.getSecretValue(request),
      await transfer.getSecretValue(request),
    ]
    assert.equal(one.rotationInterval, '604800s')
    assert.deepEqual({ ...other }, { ...one })
  })

  test('fail alike', async () => {
    await admin.createSecret({ secretName: 'app', versionId: 'v1', secretData: 'x' })
    await admin.createSecret({ secretName: 'gone', versionId: 'v1', secretData: 'x' })
    await admin.deleteSecret({ secretName: 'gone' })
    const { keyId } = (await admin.createKey({})).keyMetadata
    await admin.createSecret({
      secretName: 'of-disabled-key',
      versionId: 'v1',
      secretData: 'x',
      encryptionKeyId: keyId,
    })
    await admin.disableKey({ keyId })
    for (const [{ SecretName: secretName, VersionId: versionId, VersionStage: versionStage }, , code] of refusals) {
      if (otherKeys.has(secretName)) continue
      const request = { secretName, versionId, versionStage }
      assert.equal(await codeOf(admin.getSecretValue(request)), code, `Client: ${JSON.stringify(request)}`)
      assert.equal(await codeOf(transfer.getSecretValue(request)), code, `TransferClient: ${JSON.stringify(request)}`)
    }
  })
})
