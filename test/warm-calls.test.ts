import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as instanceApi from '../src/api/instance.ts'
import { instanceGateway } from '../src/gateway/instance/handle.ts'
import { openStore } from '../src/store/open-store.ts'
import { countingStore } from './kit/counting-store.ts'
import { callInstance, newApplication } from './kit/instance.ts'
import { testKms } from './kit/kms.ts'
import { openapiFixture } from './kit/openapi.ts'

/*
 * What programs do all the time needs no SQL once it is warm: all of that is issued by the store, whose uses are
 * counted here.
 */
const calls = 50

async function service() {
  const { store, uses } = countingStore(await openStore({ engine: 'sqlite', path: ':memory:' }))
  const { kms } = await testKms({ store })
  const fixture = await openapiFixture(kms)
  /** Uses of the store by so many calls, after the first. */
  const warmUses = async (call: () => Promise<unknown>): Promise<object> => {
    await call()
    uses.reads = 0
    uses.commits = 0
    for (let n = 0; n < calls; n++) await call()
    return { ...uses }
  }
  return { kms, fixture, warmUses }
}
const none = { reads: 0, commits: 0 }
const digest = Buffer.alloc(32, 7).toString('base64')

describe('warm, no SQL is issued by', () => {
  test('the operations with keys', async () => {
    const { fixture, warmUses } = await service()
    const created = async (parameters = {}) => (await fixture.succeed('CreateKey', parameters)).KeyMetadata
    const { KeyId } = await created()
    const signing = await created({ KeySpec: 'EC_P256' })
    const mac = await created({ KeySpec: 'HMAC_SHA_256' })
    const { CiphertextBlob } = await fixture.succeed('Encrypt', { KeyId, Plaintext: 'x' })
    const { KeyVersions } = await fixture.succeed('ListKeyVersions', { KeyId: signing.KeyId })
    const KeyVersionId = KeyVersions.KeyVersion[0].KeyVersionId
    const table: readonly (readonly [action: string, parameters: Readonly<Record<string, string>>])[] = [
      ['Encrypt', { KeyId, Plaintext: 'x' }],
      ['Decrypt', { CiphertextBlob }],
      ['GenerateDataKey', { KeyId }],
      ['AsymmetricSign', { KeyId: signing.KeyId, KeyVersionId, Algorithm: 'ECDSA_SHA_256', Digest: digest }],
      ['GenerateMac', { KeyId: mac.KeyId, Algorithm: 'HMAC_SHA_256', Message: digest }],
    ]
    for (const [action, parameters] of table) {
      assert.deepEqual(await warmUses(() => fixture.succeed(action, parameters)), none, action)
    }
  })

  test('reading a secret, whatever key it is under and however it is named, alone or in a batch', async () => {
    const { kms, fixture, warmUses } = await service()
    const { KeyId: EncryptionKeyId } = (await fixture.succeed('CreateKey')).KeyMetadata
    for (const [SecretName, more] of [
      ['plain', {}],
      ['sealed', { EncryptionKeyId }],
    ] as const) {
      await fixture.succeed('CreateSecret', { SecretName, VersionId: 'v1', SecretData: 'x', ...more })
      const arn = `acs:kms:${kms.settings.regionId}:${kms.settings.accountId}:secret/${SecretName}`
      for (const asked of [{ SecretName }, { SecretName: arn }, { SecretName, VersionId: 'v1' }] as const) {
        assert.deepEqual(await warmUses(() => fixture.succeed('GetSecretValue', asked)), none, JSON.stringify(asked))
      }
    }
    const SecretsList = JSON.stringify([{ SecretName: 'plain' }, { SecretName: 'sealed' }])
    assert.deepEqual(await warmUses(() => fixture.succeed('BatchGetSecretValue', { SecretsList })), none)
  })

  test('reading a secret at the gateway of an instance', async () => {
    const { kms, fixture, warmUses } = await service()
    const permissions = ['RbacPermission/Template/SecretUser']
    const application = await newApplication(kms, { permissions, resources: ['secret/*'] })
    const { instanceId: DKMSInstanceId } = application
    const { KeyId: EncryptionKeyId } = (await fixture.succeed('CreateKey', { DKMSInstanceId })).KeyMetadata
    const secret = { SecretName: 'app', VersionId: 'v1', SecretData: 'x', EncryptionKeyId, DKMSInstanceId }
    await fixture.succeed('CreateSecret', secret)
    const gateway = instanceGateway({ kms, audit: { append: async () => {} } })
    const read = async () => {
      const input = { secretName: 'app' }
      const { status } = await callInstance(gateway, kms, application, instanceApi.GetSecretValue, input)
      assert.equal(status, 200)
    }
    assert.deepEqual(await warmUses(read), none)
  })
})
