import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { Client } from '../src/sdk/client.ts'
import { plaintextBytes } from '../src/sdk/plaintext.ts'
import { TransferClient } from '../src/sdk/transfer-client.ts'
import { type ApplicationSetup, setUpApplication } from './kit/application.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

let server: TestServer
let setup: ApplicationSetup

before(async () => {
  server = await startTestServer()
  setup = await setUpApplication(server)
})
after(async () => {
  await setup.admin.close()
  await server.close()
})

const newKey = async (request: Parameters<Client['createKey']>[0] = {}): Promise<string> =>
  (await setup.admin.createKey({ dKMSInstanceId: setup.instanceId, ...request })).keyMetadata.keyId

describe('a TransferClient', () => {
  const encryptionContext = { this: 'is', encryption: 'context', 键: '值' }

  for (const forceLowVersionCryptoTransfer of [false, true])
    describe(forceLowVersionCryptoTransfer ? 'in low-version mode' : 'in its default mode', () => {
      const transfer = () =>
        new TransferClient({ public: setup.public, instance: { ...setup.instance, forceLowVersionCryptoTransfer } })

      test('opens what KMS 1.0 encrypted, and the reverse, with an encryption context', async () => {
        await using client = transfer()
        const keyId = await newKey()
        const request = { keyId, plaintext: '测试消息', encryptionContext }
        const old = await setup.admin.encrypt(request)
        const opened = await client.decrypt({ ciphertextBlob: old.ciphertextBlob, encryptionContext })
        assert.deepEqual([opened.plaintext, opened.keyVersionId], [request.plaintext, old.keyVersionId])
        const moved = await client.encrypt(request)
        const back = await setup.admin.decrypt({ ciphertextBlob: moved.ciphertextBlob, encryptionContext })
        assert.equal(back.plaintext, request.plaintext)
        await assert.rejects(client.decrypt({ ciphertextBlob: old.ciphertextBlob }), { name: 'ServiceError' })
      })

      test('makes data keys that KMS 1.0 opens, and the reverse', async () => {
        await using client = transfer()
        const keyId = await newKey()
        for (const [maker, opener] of [
          [client, setup.admin],
          [setup.admin, client],
          [client, client],
        ] as const) {
          const made = await maker.generateDataKey({ keyId, keySpec: 'AES_128', encryptionContext })
          assert.equal(made.plaintext.length, 16)
          const { ciphertextBlob } = made
          const opened = await opener.decrypt({ ciphertextBlob, encryptionContext })
          assert.deepEqual(plaintextBytes(opened.plaintext), made.plaintext)
          const sealed = await maker.generateDataKeyWithoutPlaintext({ keyId, numberOfBytes: 100 })
          const unsealed = await opener.decrypt({ ciphertextBlob: sealed.ciphertextBlob })
          assert.equal(plaintextBytes(unsealed.plaintext).length, 100)
        }
      })

      test('does asymmetric operations that KMS 1.0 understands', async () => {
        await using client = transfer()
        const signing = await newKey({ keySpec: 'RSA_2048', keyUsage: 'SIGN/VERIFY' })
        const version = {
          keyId: signing,
          keyVersionId:
            (await client.listKeyVersions({ keyId: signing })).keyVersions.keyVersion[0]?.keyVersionId ?? '',
        }
        const digest = new Uint8Array(createHash('sha256').update('message').digest())
        const algorithm = 'RSA_PSS_SHA_256'
        const signed = await client.asymmetricSign({ ...version, algorithm, digest })
        const verified = await setup.admin.asymmetricVerify({ ...version, algorithm, digest, value: signed.value })
        assert.equal(verified.value, true)
        assert.equal(
          (await client.asymmetricVerify({ ...version, algorithm, digest, value: signed.value })).value,
          true,
        )
        assert.equal(
          (await client.getPublicKey(version)).publicKey.trim(),
          (await setup.admin.getPublicKey(version)).publicKey.trim(),
        )
        const wrapping = await newKey({ keySpec: 'RSA_2048', keyUsage: 'ENCRYPT/DECRYPT' })
        const { keyVersions } = await client.listKeyVersions({ keyId: wrapping })
        const key = {
          keyId: wrapping,
          keyVersionId: keyVersions.keyVersion[0]?.keyVersionId ?? '',
          algorithm: 'RSAES_OAEP_SHA_256',
        } as const
        const { ciphertextBlob } = await client.asymmetricEncrypt({ ...key, plaintext: digest })
        assert.deepEqual((await setup.admin.asymmetricDecrypt({ ...key, ciphertextBlob })).plaintext, digest)
        assert.deepEqual((await client.asymmetricDecrypt({ ...key, ciphertextBlob })).plaintext, digest)
      })
    })

  test('with an SM4 key: low-version mode and the public gateway agree, the default mode refuses', async () => {
    const keyId = await newKey({ keySpec: 'Aliyun_SM4' })
    await using low = new TransferClient({ instance: { ...setup.instance, forceLowVersionCryptoTransfer: true } })
    const { ciphertextBlob } = await low.encrypt({ keyId, plaintext: 'hello' })
    assert.equal((await setup.admin.decrypt({ ciphertextBlob })).plaintext, 'hello')
    await using advance = new TransferClient({ instance: setup.instance })
    await assert.rejects(advance.encrypt({ keyId, plaintext: 'hello' }), { code: 'badResponse', message: /AES_GCM/ })
  })

  test('reads what Python wrote, when told the form of the context', async () => {
    await using client = new TransferClient({ instance: setup.instance })
    const keyId = await newKey()
    for (const contextForm of ['pythonHex', 'pythonJson'] as const) {
      const { ciphertextBlob } = await client.encrypt({ keyId, plaintext: 'x', encryptionContext }, { contextForm })
      const request = { ciphertextBlob, encryptionContext }
      await assert.rejects(client.decrypt(request), { name: 'ServiceError' })
      assert.equal((await client.decrypt(request, { contextForm })).plaintext, 'x')
    }
  })
})
