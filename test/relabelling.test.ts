import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as instance from '../src/api/instance.ts'
import { CreateKey } from '../src/api/keys.ts'
import { createKey } from '../src/core/keys/create-key.ts'
import type { Kms, Settings } from '../src/core/kms.ts'
import { instanceGateway } from '../src/gateway/instance/handle.ts'
import type { SigningCredentials } from '../src/wire/rpc-signature.ts'
import { actor } from './kit/calls.ts'
import { former, formerKeyId, formerKms } from './kit/former-records.ts'
import { importMaterial } from './kit/import.ts'
import { callInstance, newApplication } from './kit/instance.ts'
import { testKms } from './kit/kms.ts'
import { type OpenapiFixture, openapiFixture } from './kit/openapi.ts'

// Through the real gateways: what a caller with too few rights sends to read what others encrypted.

const secret = 'the salary of the boss is 1,000,000'
const context = JSON.stringify({ table: 'salaries' })

interface Scene {
  readonly kms: Kms
  readonly keyId: string
  readonly instanceId: string | undefined
}

/** Where a key can be from. Nobody has used it since this release was started. */
const scenes: Readonly<Record<string, (settings: Partial<Settings>) => Promise<Scene>>> = {
  'a key made here': async (settings) => {
    const { kms } = await testKms({ settings })
    const { keyMetadata } = await actor(kms)(CreateKey, createKey, {})
    return { kms, keyId: keyMetadata.keyId, instanceId: undefined }
  },
  'imported material': async (settings) => {
    const { kms } = await testKms({ settings })
    const { keyMetadata } = await actor(kms)(CreateKey, createKey, { origin: 'EXTERNAL' })
    await importMaterial(actor(kms), keyMetadata.keyId, Buffer.from(Array.from({ length: 32 }, (_, at) => at)))
    return { kms, keyId: keyMetadata.keyId, instanceId: undefined }
  },
  'a key of an earlier release': async (settings) => {
    const { kms } = await formerKms({ settings })
    return { kms, keyId: formerKeyId('aes'), instanceId: former.instanceId }
  },
}

/** A RAM user that may do one thing on the key. */
async function userWith(fixture: OpenapiFixture, action: string): Promise<SigningCredentials> {
  const ram = { version: '2015-05-01' }
  const document = JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] })
  await fixture.succeed('CreateUser', { UserName: 'writer' }, ram)
  await fixture.succeed('CreatePolicy', { PolicyName: 'write', PolicyDocument: document }, ram)
  const attachment = { PolicyType: 'Custom', PolicyName: 'write', UserName: 'writer' }
  await fixture.succeed('AttachPolicyToUser', attachment, ram)
  const { AccessKey } = await fixture.succeed('CreateAccessKey', { UserName: 'writer' }, ram)
  return { accessKeyId: AccessKey.AccessKeyId, accessKeySecret: AccessKey.AccessKeySecret }
}

const xor = (a: Uint8Array, b: Uint8Array): Buffer => Buffer.from(a.map((byte, at) => byte ^ (b[at] ?? 0)))

/** A blob that the owner encrypted before: by this release, or by the one that the key is from. */
async function theBlob(fixture: OpenapiFixture, { keyId, instanceId }: Scene) {
  const blob =
    instanceId === undefined
      ? (await fixture.succeed('Encrypt', { KeyId: keyId, Plaintext: secret, EncryptionContext: context }))
          .CiphertextBlob
      : former.ciphertexts.find(({ key, made }) => key === 'aes' && made === 'Encrypt')?.ciphertextBlob
  const bytes = Buffer.from(blob, 'base64')
  return {
    versionId: bytes.subarray(0, 36),
    iv: bytes.subarray(36, 48),
    body: bytes.subarray(48, -16),
    tag: bytes.subarray(-16),
    plaintext: instanceId === undefined ? secret : 'the secret of aes',
  }
}

for (const [where, setScene] of Object.entries(scenes)) {
  describe(where, () => {
    for (const refuseGivenIv of [false, true]) {
      test(`a user who may only AdvanceEncrypt reads nothing (refuseGivenIv: ${refuseGivenIv})`, async () => {
        const scene = await setScene({ refuseGivenIv, allowEcb: true })
        const fixture = await openapiFixture(scene.kms)
        const writer = await userWith(fixture, 'kms:AdvanceEncrypt')
        const { iv, body, plaintext } = await theBlob(fixture, scene)
        const counter = Buffer.concat([iv, Buffer.of(0, 0, 0, 2)])
        const zeros = Buffer.alloc(Math.ceil(body.length / 16) * 16)
        const attempts = [
          { Algorithm: 'AES_CTR', Iv: counter, Plaintext: body },
          { Algorithm: 'AES_CTR', Iv: counter, Plaintext: zeros },
          { Algorithm: 'AES_CBC', Iv: counter, Plaintext: zeros, PaddingMode: 'NO_PADDING' },
          { Algorithm: 'AES_ECB', Plaintext: counter, PaddingMode: 'NO_PADDING' },
          { Algorithm: 'AES_GCM', Iv: iv, Plaintext: zeros },
          { Algorithm: 'AES_GCM', Iv: iv, Plaintext: body },
        ]
        for (const { Iv, Plaintext, ...rest } of attempts) {
          const parameters = {
            ...rest,
            KeyId: scene.keyId,
            Plaintext: Plaintext.toString('base64'),
            ...(Iv ? { Iv: Iv.toString('base64') } : {}),
          }
          const answer = await fixture.call('AdvanceEncrypt', parameters, { as: writer })
          if (answer.status !== 200) continue
          const sealed = Buffer.from(answer.body.CiphertextBlob, 'base64')
          const output = sealed.subarray(39 + (Iv?.length ?? 0))
          for (const shown of [output, xor(output, body)])
            assert.ok(!shown.includes(plaintext.slice(0, 16)), JSON.stringify(rest))
        }
        const opened = await fixture.call('Decrypt', { CiphertextBlob: '' }, { as: writer })
        assert.notEqual(opened.status, 200)
      })
    }

    test('a ClientKey without the context opens nothing by calling it something else', async () => {
      const scene = await setScene({})
      const fixture = await openapiFixture(scene.kms)
      const { versionId, iv, body, tag, plaintext } = await theBlob(fixture, scene)
      const application = await newApplication(scene.kms, scene.instanceId ? { instanceId: scene.instanceId } : {})
      const gateway = instanceGateway({ kms: scene.kms, audit: { append: async () => {} } })
      const send = (operation: typeof instance.Decrypt | typeof instance.AdvanceDecrypt, input: object) =>
        callInstance(gateway, scene.kms, application, operation as typeof instance.AdvanceDecrypt, input)
      const counter = Buffer.concat([iv, Buffer.of(0, 0, 0, 2)])
      const { keyId } = scene
      const headed = (header: string, ...parts: Buffer[]) => ({
        ciphertextBlob: Buffer.concat([Buffer.from(header, 'hex'), versionId, ...parts]),
      })
      const attempts = [
        send(instance.AdvanceDecrypt, headed('240002', iv, body, tag)),
        send(instance.AdvanceDecrypt, headed('240086', counter, body)),
        send(instance.AdvanceDecrypt, headed('240087', counter, body)),
        send(instance.AdvanceDecrypt, headed('240282', counter)),
        send(instance.Decrypt, { keyId, ciphertextBlob: body, iv: counter, algorithm: 'AES_CTR' }),
        send(instance.AdvanceDecrypt, { keyId, ciphertextBlob: body, iv: counter, algorithm: 'AES_CTR' }),
        send(instance.Decrypt, { keyId, ciphertextBlob: Buffer.concat([body, tag]), iv }),
      ]
      for (const { status, values } of await Promise.all(attempts))
        assert.ok(status === 400 || !Buffer.from(values.plaintext).includes(plaintext.slice(0, 16)))
    })

    test('a header names neither an algorithm that is off nor one of another cipher', async () => {
      const scene = await setScene({})
      const fixture = await openapiFixture(scene.kms)
      const { versionId, iv, body, tag } = await theBlob(fixture, scene)
      const application = await newApplication(scene.kms, scene.instanceId ? { instanceId: scene.instanceId } : {})
      const gateway = instanceGateway({ kms: scene.kms, audit: { append: async () => {} } })
      const rest = Buffer.concat([versionId, iv, Buffer.alloc(4), body, tag]).subarray(0, 36 + 16 + 32)
      for (const header of ['240282', '240182', '240083', '240184', '240284', '240185', '240285', '240087']) {
        const ciphertextBlob = Buffer.concat([Buffer.from(header, 'hex'), rest])
        const { status, error } = await callInstance(gateway, scene.kms, application, instance.AdvanceDecrypt, {
          ciphertextBlob,
        })
        assert.equal(`${status} ${error.errorCode}`, '400 InvalidParameter', header)
      }
    })
  })
}
