import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, test } from 'node:test'
import { percentEncode } from '../../src/wire/percent.ts'
import { rpcStringToSign, signRpcKeyPair } from '../../src/wire/rpc-signature.ts'
import { wholeSeconds } from '../../src/wire/whole-seconds.ts'
import { type ApplicationOptions, newApplication } from '../kit/instance.ts'
import { testKms } from '../kit/kms.ts'
import { nextNonce, openapiFixture } from '../kit/openapi.ts'

const secretUser = ['RbacPermission/Template/CryptoServiceSecretUser']

/** An application of the given permissions, and a call that it signs with its ClientKey as the official clients do. */
async function fixture(options: ApplicationOptions = {}) {
  const { kms, advance } = await testKms()
  const openapi = await openapiFixture(kms)
  await openapi.succeed('CreateSecret', { SecretName: 'app/db', VersionId: 'v1', SecretData: 'value' })
  const application = await newApplication(kms, { permissions: secretUser, resources: ['secret/*'], ...options })
  const call = async (
    action: string,
    parameters: Readonly<Record<string, string>>,
    more: { key?: KeyObject; host?: string; nonce?: string; source?: string; altered?: Record<string, string> } = {},
  ) => {
    const all = new Map(
      Object.entries({
        ...{ Action: action, Version: '2016-01-20', Format: 'JSON', AccessKeyId: application.clientKeyId },
        ...{ SignatureMethod: 'SHA256withRSA', SignatureType: 'PRIVATEKEY', SignatureVersion: '1.0' },
        ...{ SignatureNonce: more.nonce ?? nextNonce(), Timestamp: wholeSeconds(kms.now()), ...parameters },
      }),
    )
    all.set('Signature', signRpcKeyPair(rpcStringToSign('GET', all), more.key ?? application.privateKey))
    for (const [name, value] of Object.entries(more.altered ?? {})) all.set(name, value)
    const query = [...all].map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join('&')
    const response = await openapi.gateway.handle({
      ...{ method: 'GET', target: `/?${query}`, body: new Uint8Array() },
      headers: new Map([['host', [more.host ?? 'localhost']]]),
      ...{ sourceAddress: more.source ?? '192.0.2.1', secureTransport: true },
    })
    return { status: response.status, body: JSON.parse(String(response.body)) }
  }
  const read = (more = {}) => call('GetSecretValue', { SecretName: 'app/db' }, more)
  const code = async (more = {}) => (await read(more)).body.Code ?? 'ok'
  return { kms, advance, openapi, application, call, read, code }
}

describe('a ClientKey at the OpenAPI gateway', () => {
  test('reads secrets in the scope shared', async () => {
    const { read, call, openapi } = await fixture({ instanceId: 'shared' })
    const { status, body } = await read()
    assert.deepEqual([status, body.SecretData], [200, 'value'])
    const record = openapi.audit.at(-1)
    assert.deepEqual(
      [record?.authentication, record?.resource, record?.code],
      ['ClientKey', 'secret/app/db', 'Success'],
    )
    assert.equal((await call('DescribeSecret', { SecretName: 'app/db' })).body.Code, 'Forbidden.NoPermission')
    assert.equal((await call('ListSecrets', {})).body.Code, 'Forbidden.NoPermission')
    assert.equal((await call('CreateKey', {})).body.Code, 'Forbidden.NoPermission')
  })

  test('reads secrets at the host of its instance, and what is of another instance not at all', async () => {
    const { openapi, application, code, call } = await fixture()
    const { instanceId } = application
    const key = (await openapi.succeed('CreateKey', { DKMSInstanceId: instanceId })).KeyMetadata.KeyId
    const instanceSecret = { SecretName: 'of-instance', VersionId: 'v1', SecretData: 'x', EncryptionKeyId: key }
    await openapi.succeed('CreateSecret', { ...instanceSecret, DKMSInstanceId: instanceId })
    const host = `${instanceId}.cryptoservice.kms.aliyuncs.com`
    assert.equal((await call('GetSecretValue', { SecretName: 'of-instance' }, { host })).body.SecretData, 'x')
    // The default instance knows what is outside any instance, too.
    assert.equal(await code({ host }), 'ok')
  })

  test('reads the secret that its policy names, and no other by ARN, by the beginning of a name or in a batch', async () => {
    const { call, openapi } = await fixture({ instanceId: 'shared', resources: ['secret/app/db'] })
    const others = ['app', 'app/db2', 'app/db/x', 'App/db']
    for (const SecretName of others)
      await openapi.succeed('CreateSecret', { SecretName, VersionId: 'v1', SecretData: 'other' })
    const arn = (name: string) => `acs:kms:cn-hangzhou:${openapi.kms.settings.accountId}:secret/${name}`
    const names = [...others, 'app/d*', 'app/db?', '*', 'none']
    for (const SecretName of [...names, ...names.map(arn)])
      assert.equal((await call('GetSecretValue', { SecretName })).body.Code, 'Forbidden.NoPermission', SecretName)
    assert.equal((await call('GetSecretValue', { SecretName: arn('app/db') })).body.SecretData, 'value')
    const SecretsList = JSON.stringify([arn('app/db'), ...names].map((SecretName) => ({ SecretName })))
    const { SecretValues, Errors } = (await call('BatchGetSecretValue', { SecretsList })).body
    assert.deepEqual([SecretValues.length, Errors.length], [1, names.length])
    const codes = Errors.map(({ Code }: { readonly Code: string }) => Code)
    assert.deepEqual(new Set(codes), new Set(['Forbidden.NoPermission']))
  })

  test('is refused with another key, an altered request, a repetition, and once it has ended', async () => {
    const { code, advance, call } = await fixture({ instanceId: 'shared' })
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    assert.equal(await code({ key: privateKey }), 'SignatureDoesNotMatch')
    assert.equal(await code({ key: ec }), 'SignatureDoesNotMatch')
    assert.equal(await code({ altered: { SecretName: 'other' } }), 'SignatureDoesNotMatch')
    assert.equal(await code({ altered: { Signature: '*' } }), 'SignatureDoesNotMatch')
    assert.equal(await code({ altered: { AccessKeyId: 'KAAP.none' } }), 'InvalidAccessKeyId.NotFound')
    assert.equal(await code({ altered: { SignatureType: '' } }), 'InvalidSignatureMethod')
    assert.equal(await code({ altered: { SignatureMethod: 'HMAC-SHA1' } }), 'InvalidSignatureMethod')
    assert.equal(await code({ nonce: 'once' }), 'ok')
    assert.equal(await code({ nonce: 'once' }), 'SignatureNonceUsed')
    advance(20 * 365 * 86_400_000)
    assert.equal((await call('GetSecretValue', { SecretName: 'app/db' })).body.Code, 'InvalidAccessKeyId.Inactive')
  })

  test('is bound to the network rules of its policies', async () => {
    const { openapi, code } = await fixture({ instanceId: 'shared' })
    await openapi.succeed('CreateNetworkRule', { Name: 'office', Type: 'Private', SourcePrivateIp: '["10.0.0.0/8"]' })
    const rules = { Name: 'app-policy', AccessControlRules: '{"NetworkRules":["office"]}' }
    await openapi.succeed('UpdatePolicy', rules)
    assert.equal(await code({ source: '192.0.2.1' }), 'Forbidden.NoPermission')
    assert.equal(await code({ source: '10.1.2.3' }), 'ok')
  })

  test('stops with its access point', async () => {
    const { openapi, code } = await fixture({ instanceId: 'shared' })
    assert.equal(await code(), 'ok')
    await openapi.succeed('UpdatePolicy', { Name: 'app-policy', Resources: '["secret/other"]' })
    assert.equal(await code(), 'Forbidden.NoPermission')
  })
})
