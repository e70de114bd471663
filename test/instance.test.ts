import assert from 'node:assert/strict'
import { createHash, createPrivateKey, createPublicKey, sign as signWith, verify as verifyWith } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { instanceOperations } from '../src/api/instance.ts'
import { Client } from '../src/sdk/client.ts'
import { InstanceClient } from '../src/sdk/instance-client.ts'
import { plaintextBytes } from '../src/sdk/plaintext.ts'
import { type ApplicationSetup, setUpApplication } from './kit/application.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

let server: TestServer
let setup: ApplicationSetup
let application: InstanceClient
/** operations that a test of this file has called on the server, and that succeeded */
const called = new Set<string>()

before(async () => {
  server = await startTestServer()
  setup = await setUpApplication(server)
  application = recording(new InstanceClient(setup.instance))
})
after(async () => {
  await setup.admin.close()
  await application.close()
  await server.close()
})

/** Notes which operations succeeded, so that the last test can tell which were left out. */
function recording(client: InstanceClient): InstanceClient {
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function' || !Object.hasOwn(target, name)) return bound(value, target)
      return async (...call: unknown[]) => {
        const answer: unknown = await value(...call)
        called.add(String(name))
        return answer
      }
    },
  })
}
const bound = (value: unknown, target: object): unknown => (typeof value === 'function' ? value.bind(target) : value)

const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value))
const newKey = async (request: Parameters<Client['createKey']>[0] = {}): Promise<string> =>
  (await setup.admin.createKey({ dKMSInstanceId: setup.instanceId, ...request })).keyMetadata.keyId
const primaryVersionOf = async (keyId: string): Promise<string> =>
  (await setup.admin.describeKey({ keyId })).keyMetadata.primaryKeyVersion ?? ''

describe('symmetric encryption', () => {
  const plaintext = text('测试 plaintext')
  const aad = text('context')

  test('goes round, under the initial version, with IV and algorithm beside the ciphertext', async () => {
    const keyId = await newKey()
    const { ciphertextBlob, iv, algorithm, keyVersionId } = await application.encrypt({ keyId, plaintext, aad })
    assert.equal(algorithm, 'AES_GCM')
    assert.equal(ciphertextBlob.length, plaintext.length + 16)
    assert.equal(keyVersionId, await primaryVersionOf(keyId))
    const opened = await application.decrypt({ keyId, ciphertextBlob, iv, aad })
    assert.deepEqual(opened.plaintext, plaintext)
    await assert.rejects(application.decrypt({ keyId, ciphertextBlob, iv }), { name: 'ServiceError' })
  })

  test('pins the version of a key that has several', async () => {
    const keyId = await newKey()
    const first = await primaryVersionOf(keyId)
    await setup.admin.createKeyVersion({ keyId })
    const second = await primaryVersionOf(keyId)
    assert.equal((await application.encrypt({ keyId, plaintext })).keyVersionId, first)
    const { ciphertextBlob, iv, keyVersionId } = await application.encrypt(
      { keyId, plaintext },
      { keyVersionId: second },
    )
    assert.equal(keyVersionId, second)
    const opened = await application.decrypt({ ciphertextBlob, iv }, { keyVersionId: second })
    assert.deepEqual(opened.plaintext, plaintext)
    assert.equal((await application.advanceEncrypt({ keyId, plaintext })).keyVersionId, second)
  })

  test('of the advanced kind needs nothing but the ciphertext and the associated data', async () => {
    const keyId = await newKey()
    const { ciphertextBlob } = await application.advanceEncrypt({ keyId, plaintext, aad })
    assert.equal(Buffer.from(ciphertextBlob).subarray(0, 3).toString('hex'), '240002')
    assert.deepEqual((await application.advanceDecrypt({ ciphertextBlob, aad })).plaintext, plaintext)
  })

  test('in the layout of the public gateway opens there', async () => {
    const keyId = await newKey()
    const { ciphertextBlob } = await application.kmsEncrypt({ keyId, plaintext: text('opaque') })
    assert.equal((await setup.admin.decrypt({ ciphertextBlob })).plaintext, 'opaque')
    assert.deepEqual((await application.kmsDecrypt({ ciphertextBlob })).plaintext, text('opaque'))
  })
})

describe('data keys', () => {
  test('of both kinds open again as bytes', async () => {
    const keyId = await newKey()
    const plain = await application.generateDataKey({ keyId, numberOfBytes: 24 })
    assert.equal(plain.plaintext.length, 24)
    const { ciphertextBlob, iv } = plain
    assert.deepEqual((await application.decrypt({ keyId, ciphertextBlob, iv })).plaintext, plain.plaintext)
    const advanced = await application.advanceGenerateDataKey({ keyId, numberOfBytes: 48 })
    const opened = await application.advanceDecrypt({ ciphertextBlob: advanced.ciphertextBlob })
    assert.deepEqual(opened.plaintext, advanced.plaintext)
  })

  test('made on one gateway open on the other', async () => {
    const keyId = await newKey()
    const made = await setup.admin.generateDataKey({ keyId })
    const onInstance = await application.kmsDecrypt({ ciphertextBlob: made.ciphertextBlob })
    assert.equal(Buffer.from(onInstance.plaintext).toString(), Buffer.from(made.plaintext).toString('base64'))
    const advanced = await application.advanceGenerateDataKey({ keyId, numberOfBytes: 16 })
    // What the public gateway opens is text; a key of the instance is raw bytes, so it is sealed as text here.
    const sealed = await application.advanceEncrypt({
      keyId,
      plaintext: text(Buffer.from(advanced.plaintext).toString('base64')),
    })
    const { plaintext } = await setup.admin.decrypt({ ciphertextBlob: sealed.ciphertextBlob.subarray(3) })
    assert.deepEqual(plaintextBytes(plaintext), advanced.plaintext)
  })

  test('as pairs: the public key fits the private key, which opens again', async () => {
    const keyId = await newKey()
    const message = text('message')
    for (const keyFormat of ['PEM', 'DER']) {
      const request = { keyId, keyPairSpec: 'EC_P256', keyFormat }
      const plain = await application.generateDataKeyPair(request)
      const advanced = await application.advanceGenerateDataKeyPair(request)
      for (const { privateKeyPlaintext, publicKey } of [plain, advanced]) {
        const [secret, open] = [Buffer.from(privateKeyPlaintext), Buffer.from(publicKey)]
        const key =
          keyFormat === 'PEM'
            ? createPrivateKey(secret)
            : createPrivateKey({ key: secret, format: 'der', type: 'pkcs8' })
        const other =
          keyFormat === 'PEM' ? createPublicKey(open) : createPublicKey({ key: open, format: 'der', type: 'spki' })
        assert.ok(verifyWith('sha256', message, other, signWith('sha256', message, key)))
      }
      const { privateKeyCiphertextBlob: ciphertextBlob, iv } = plain
      assert.deepEqual((await application.decrypt({ keyId, ciphertextBlob, iv })).plaintext, plain.privateKeyPlaintext)
      const opened = await application.advanceDecrypt({ ciphertextBlob: advanced.privateKeyCiphertextBlob })
      assert.deepEqual(opened.plaintext, advanced.privateKeyPlaintext)
    }
  })

  test('as pairs without plaintext: the ciphertext holds the private key of the public one', async () => {
    const keyId = await newKey()
    const plain = await application.generateDataKeyPairWithoutPlaintext({ keyId, keyPairSpec: 'EC_P256K' })
    const advanced = await application.advanceGenerateDataKeyPairWithoutPlaintext({ keyId, keyPairSpec: 'EC_P256' })
    const { privateKeyCiphertextBlob: ciphertextBlob, iv } = plain
    for (const [publicKey, { plaintext }] of [
      [plain.publicKey, await application.decrypt({ keyId, ciphertextBlob, iv })],
      [advanced.publicKey, await application.advanceDecrypt({ ciphertextBlob: advanced.privateKeyCiphertextBlob })],
    ] as const) {
      const derived = createPublicKey(createPrivateKey(Buffer.from(plaintext)))
      assert.equal(derived.export({ type: 'spki', format: 'pem' }), Buffer.from(publicKey).toString())
    }
  })
})

describe('asymmetric keys', () => {
  const message = text('message')
  const digest = new Uint8Array(createHash('sha256').update(message).digest())

  test('sign and verify messages and digests, of every kind of key', async () => {
    for (const [keySpec, algorithm] of [
      ['RSA_2048', 'RSA_PSS_SHA_256'],
      ['RSA_2048', 'RSA_PKCS1_SHA_256'],
      ['EC_P256', 'ECDSA_SHA_256'],
      ['EC_P256K', 'ECDSA_SHA_256'],
      ['EC_SM2', 'SM2DSA'],
    ] as const) {
      const keyId = await newKey({ keySpec, keyUsage: 'SIGN/VERIFY' })
      const { signature } = await application.sign({ keyId, algorithm, message })
      assert.equal((await application.verify({ keyId, algorithm, message, signature })).value, true, algorithm)
      const other = await application.verify({ keyId, algorithm, message: text('another'), signature })
      assert.equal(other.value, false, algorithm)
      const asDigest = { keyId, algorithm, message: digest, messageType: 'DIGEST' }
      const signed = await application.sign(asDigest)
      assert.equal((await application.verify({ ...asDigest, signature: signed.signature })).value, true, algorithm)
    }
  })

  test('give their public key, with which others can verify', async () => {
    const keyId = await newKey({ keySpec: 'EC_P256', keyUsage: 'SIGN/VERIFY' })
    const { publicKey, keyVersionId } = await application.getPublicKey({ keyId })
    const { signature } = await application.sign({ keyId, message })
    assert.ok(verifyWith('sha256', message, publicKey, signature))
    assert.equal((await setup.admin.getPublicKey({ keyId, keyVersionId })).publicKey.trim(), publicKey.trim())
  })

  test('encrypt and decrypt', async () => {
    for (const [keySpec, algorithm] of [
      ['RSA_2048', 'RSAES_OAEP_SHA_256'],
      ['RSA_2048', 'RSAES_OAEP_SHA_1'],
      ['EC_P256', 'ECIES_DH_SHA_1_XOR_HMAC'],
      ['EC_SM2', 'SM2PKE'],
    ] as const) {
      const keyId = await newKey({ keySpec, keyUsage: 'ENCRYPT/DECRYPT' })
      const { ciphertextBlob } = await application.encrypt({ keyId, algorithm, plaintext: message })
      assert.deepEqual((await application.decrypt({ keyId, algorithm, ciphertextBlob })).plaintext, message, algorithm)
    }
  })
})

describe('the rest', () => {
  test('random bytes, digests and message authentication codes', async () => {
    assert.equal((await application.generateRandom({ length: 64 })).random.length, 64)
    assert.deepEqual(
      (await application.hash({ message: text('message') })).digest,
      new Uint8Array(createHash('sha256').update('message').digest()),
    )
    const keyId = await newKey({ keySpec: 'HMAC_SHA_256', keyUsage: 'GENERATE/VERIFY_MAC' })
    const { signature } = await application.hmac({ keyId, message: text('message') })
    const request = { keyId, algorithm: 'HMAC_SHA_256', message: text('message'), mac: signature } as const
    assert.equal((await setup.admin.verifyMac(request)).value, true)
  })

  test('a secret that is not there is not found', async () => {
    await assert.rejects(application.getSecretValue({ secretName: 'no-such' }), { name: 'ServiceError' })
    called.add('getSecretValue')
  })

  test('every operation of the instance gateway was called', () => {
    const names = instanceOperations.map(({ name }) => name.charAt(0).toLowerCase() + name.slice(1))
    assert.deepEqual(
      names.filter((name) => !called.has(name)),
      [],
    )
  })
})

test('one client of both gateways: keys are made on one, used on the other', async () => {
  await using client = new Client({ public: setup.public, instance: setup.instance })
  const { keyMetadata } = await client.createKey({ dKMSInstanceId: setup.instanceId })
  const { keyId } = keyMetadata
  const { ciphertextBlob } = await client.encrypt({ keyId, plaintext: 'hello' })
  assert.equal((await client.decrypt({ ciphertextBlob }, { gateway: 'instance' })).plaintext, 'hello')
  const advanced = await client.advanceEncrypt({ keyId, plaintext: text('hello') })
  assert.deepEqual((await client.advanceDecrypt({ ciphertextBlob: advanced.ciphertextBlob })).plaintext, text('hello'))
  const random = await client.instance.generateRandom({ length: 8 })
  assert.equal(random.random.length, 8)
})
