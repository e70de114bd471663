import assert from 'node:assert/strict'
import { constants, createHash, createPublicKey, verify } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { keySpecs } from '../src/crypto/algorithms.ts'
import type { Client } from '../src/sdk/client.ts'
import { ServiceError } from '../src/sdk/errors.ts'
import { InstanceClient } from '../src/sdk/instance-client.ts'
import {
  encryptionAlgorithms,
  encryptLocally,
  type HeldKey,
  heldKey,
  instanceHeldKey,
  nodeCryptoOf,
  publicKeyText,
  type SignatureAlgorithm,
  SigningError,
  signatureAlgorithms,
  verifyLocally,
} from '../src/signing/index.ts'
import { type ApplicationSetup, setUpApplication } from './kit/application.ts'
import { openssl, opensslMissing } from './kit/openssl.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

let server: TestServer
let setup: ApplicationSetup
let client: Client
let instance: InstanceClient

before(async () => {
  server = await startTestServer()
  setup = await setUpApplication(server)
  client = setup.admin
  instance = new InstanceClient(setup.instance)
})
after(async () => {
  await instance.close()
  await client.close()
  await server.close()
})

type Spec = NonNullable<Parameters<Client['createKey']>[0]>['keySpec']
const specs = [...keySpecs.values()].filter(({ signing }) => signing.length > 0).map(({ spec }) => spec)
const message = Buffer.from('测试消息')

/** A key of the default instance, which both gateways serve. */
async function newKey(keySpec: string, keyUsage: 'SIGN/VERIFY' | 'ENCRYPT/DECRYPT' = 'SIGN/VERIFY'): Promise<string> {
  const dKMSInstanceId = setup.instanceId
  return (await client.createKey({ keySpec: keySpec as Spec, keyUsage, dKMSInstanceId })).keyMetadata.keyId
}

const gateways = {
  public: (keyId: string, algorithm?: SignatureAlgorithm) => heldKey(client, { keyId, algorithm }),
  instance: (keyId: string, algorithm?: SignatureAlgorithm) => instanceHeldKey(instance, { keyId, algorithm }),
} as const
type GatewayName = keyof typeof gateways

const algorithmsOf = (spec: string): readonly SignatureAlgorithm[] =>
  signatureAlgorithms.filter((name) => keySpecs.get(spec)?.signing.some((each) => each.name === name))

/** What Node says; SM2 it doesn't do as KMS does. */
function nodeAccepts(key: HeldKey, signature: Uint8Array): boolean {
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  const options = key.algorithm === 'RSA_PSS_SHA_256' ? pss : {}
  return verify('sha256', message, { key: createPublicKey(publicKeyText(key.publicKey)), ...options }, signature)
}

const opensslOptions: Readonly<Record<SignatureAlgorithm, readonly string[]>> = {
  RSA_PKCS1_SHA_256: ['-sha256'],
  RSA_PSS_SHA_256: ['-sha256', '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32'],
  ECDSA_SHA_256: ['-sha256'],
  SM2DSA: ['-sm3', '-sigopt', 'distid:1234567812345678'],
}

function opensslAccepts(key: HeldKey, signature: Uint8Array): boolean {
  const files = { 'key.pem': publicKeyText(key.publicKey), message, signature }
  const words = ['dgst', ...opensslOptions[key.algorithm], '-verify', 'key.pem', '-signature', 'signature', 'message']
  try {
    return openssl(words, files).toString().includes('Verified OK')
  } catch {
    return false
  }
}

for (const spec of specs)
  test(`a held ${spec} key signs behind both gateways; others verify it, and no flipped bit`, async (t) => {
    const keyId = await newKey(spec)
    for (const [name, hold] of Object.entries(gateways))
      for (const algorithm of algorithmsOf(spec)) {
        const key = await hold(keyId, algorithm)
        assert.equal(key.keyId, keyId)
        assert.equal(key.keyVersionId?.length, 36)
        const signature = await key.sign(message)
        const flipped = Uint8Array.from(signature)
        flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1
        const verifiers = [
          (bytes: Uint8Array) => verifyLocally(key.publicKey, message, bytes, algorithm),
          ...(algorithm === 'SM2DSA' ? [] : [(bytes: Uint8Array) => nodeAccepts(key, bytes)]),
          ...(opensslMissing ? [] : [(bytes: Uint8Array) => opensslAccepts(key, bytes)]),
        ]
        for (const accepts of verifiers)
          assert.deepEqual([accepts(signature), accepts(flipped)], [true, false], `${name} ${algorithm}`)
        const wire = { keyId, keyVersionId: key.keyVersionId ?? '', algorithm, value: signature }
        const digest = algorithm === 'SM2DSA' ? undefined : createHash('sha256').update(message).digest()
        if (digest) assert.equal((await client.asymmetricVerify({ ...wire, digest })).value, true)
        assert.equal((await instance.verify({ keyId, algorithm, message, signature })).value, true)
      }
    if (opensslMissing) t.diagnostic(opensslMissing)
  })

describe('a key that cannot sign, or not so, is one clear error', () => {
  const isService = (code: string) => (error: unknown) => error instanceof ServiceError && error.code === code
  const isSigning = (code: string, parameter: string) => (error: unknown) =>
    error instanceof SigningError && error.code === code && error.parameter === parameter
  const codes = {
    public: { usage: 'Rejected.UnsupportedOperation', alias: 'Forbidden.AliasNotFound' },
    instance: { usage: 'UnsupportedOperation', alias: 'Forbidden.KeyNotFound' },
  } as const
  for (const name of Object.keys(gateways) as GatewayName[]) {
    const hold = gateways[name]
    test(`${name}: wrong usage`, async () => {
      const key = await hold(await newKey('EC_P256', 'ENCRYPT/DECRYPT'))
      await assert.rejects(key.sign(message), isService(codes[name].usage))
    })
    test(`${name}: symmetric`, async () => {
      await assert.rejects(hold(await newKey('Aliyun_AES_256', 'ENCRYPT/DECRYPT')), isService('UnsupportedOperation'))
    })
    test(`${name}: disabled before, and in between`, async () => {
      const keyId = await newKey('EC_P256')
      const key = await hold(keyId)
      await client.disableKey({ keyId })
      await assert.rejects(key.sign(message), isService('Rejected.Disabled'))
      await assert.rejects((await hold(keyId)).sign(message), isService('Rejected.Disabled'))
    })
    test(`${name}: absent`, async () => {
      await assert.rejects(hold('no-such-key'), isService('Forbidden.KeyNotFound'))
      await assert.rejects(hold('alias/no-such-key'), isService(codes[name].alias))
    })
    test(`${name}: an algorithm that the key lacks, or nobody knows`, async () => {
      const keyId = await newKey('EC_P256')
      for (const algorithm of ['SM2DSA', 'RSA_PSS_SHA_256', 'MD5'] as SignatureAlgorithm[])
        await assert.rejects(hold(keyId, algorithm), isSigning('algorithm', 'algorithm'))
    })
  }
  test('without material', async () => {
    const { keyMetadata } = await client.createKey({ keySpec: 'EC_P256', keyUsage: 'SIGN/VERIFY', origin: 'EXTERNAL' })
    const refusal = (error: unknown) => isSigning('key', 'keyId')(error) || isService('Rejected.PendingImport')(error)
    await assert.rejects(heldKey(client, { keyId: keyMetadata.keyId }), refusal)
  })
})

describe('versions and aliases', () => {
  test('the newest version signs, or the one that is named; each is verified by its own public key only', async () => {
    const keyId = await newKey('EC_P256')
    const first = await heldKey(client, { keyId })
    const { keyVersion } = await client.createKeyVersion({ keyId })
    const newest = await heldKey(client, { keyId })
    assert.equal(newest.keyVersionId, keyVersion.keyVersionId)
    const named = await heldKey(client, { keyId, keyVersionId: first.keyVersionId })
    assert.ok(verifyLocally(first.publicKey, message, await named.sign(message)))
    const signature = await newest.sign(message)
    assert.ok(verifyLocally(newest.publicKey, message, signature))
    assert.ok(!verifyLocally(first.publicKey, message, signature))
  })

  test('an instance signs with the initial version, or the one that is named', async () => {
    const keyId = await newKey('EC_SM2')
    const first = await instanceHeldKey(instance, { keyId })
    const { keyVersion } = await client.createKeyVersion({ keyId })
    assert.equal((await instanceHeldKey(instance, { keyId })).keyVersionId, first.keyVersionId)
    const second = await instanceHeldKey(instance, { keyId, keyVersionId: keyVersion.keyVersionId })
    assert.equal(second.keyVersionId, keyVersion.keyVersionId)
    const signature = await second.sign(message)
    assert.ok(verifyLocally(second.publicKey, message, signature))
    assert.ok(!verifyLocally(first.publicKey, message, signature))
  })

  test('an alias and an ARN name the key; a signer stays with its key when the alias moves', async () => {
    const [one, other] = [await newKey('EC_P256'), await newKey('EC_P256')]
    await client.createAlias({ aliasName: 'alias/held', keyId: one })
    for (const hold of Object.values(gateways)) {
      const key = await hold('alias/held')
      await client.updateAlias({ aliasName: 'alias/held', keyId: other })
      assert.ok(verifyLocally(key.publicKey, message, await key.sign(message)))
      assert.equal(key.keyId, one)
      assert.equal((await hold('alias/held')).keyId, other)
      await client.updateAlias({ aliasName: 'alias/held', keyId: one })
    }
    const { keyMetadata } = await client.describeKey({ keyId: one })
    assert.equal((await heldKey(client, { keyId: keyMetadata.arn })).keyId, one)
  })
})

test('a program written for node:crypto signs with a held key', async () => {
  for (const [spec, algorithm] of [
    ['RSA_2048', 'sha256'],
    ['EC_P256', 'SHA256'],
  ] as const) {
    const {
      sign,
      verify: check,
      createSign,
      createVerify,
      publicKey,
    } = nodeCryptoOf(await heldKey(client, { keyId: await newKey(spec) }))
    assert.ok(publicKey)
    const signature = await sign(algorithm, message)
    assert.ok(verify('sha256', message, publicKey, signature))
    assert.ok(check(algorithm, message, signature))
    const streamed = await createSign(algorithm).update('测试').update(Buffer.from('消息')).sign()
    assert.ok(createVerify(algorithm).update(message).verify(streamed))
    assert.ok(!createVerify(algorithm).update('other').verify(streamed))
  }
})

describe('what is encrypted here to a held key is decrypted there', () => {
  const short = Buffer.from('a data key of 32 bytes, or less.')
  for (const [spec, algorithms] of [...keySpecs.values()]
    .filter(({ kind, bits }) => kind !== 'symmetric' && kind !== 'hmac' && bits < 3072)
    .map((entry) => [entry.spec, entry.encryption.map(({ name }) => name)] as const))
    test(`${spec}: ${algorithms.join(', ')}`, async () => {
      const keyId = await newKey(spec, 'ENCRYPT/DECRYPT')
      const { keyVersions } = await client.listKeyVersions({ keyId })
      const keyVersionId = keyVersions.keyVersion[0]?.keyVersionId ?? assert.fail()
      const { publicKey } = await client.getPublicKey({ keyId, keyVersionId })
      for (const name of algorithms) {
        const algorithm = encryptionAlgorithms.find((each) => each === name) ?? assert.fail()
        const ciphertextBlob = encryptLocally(publicKey, short, algorithm)
        if (algorithm === 'ECIES_DH_SHA_1_XOR_HMAC') {
          const opened = await instance.decrypt({ keyId, algorithm, ciphertextBlob })
          assert.deepEqual(Buffer.from(opened.plaintext), short)
          continue
        }
        const { plaintext } = await client.asymmetricDecrypt({ keyId, keyVersionId, algorithm, ciphertextBlob })
        assert.deepEqual(Buffer.from(plaintext), short)
      }
      const empty = (error: unknown) => error instanceof SigningError && error.parameter === 'plaintext'
      assert.throws(() => encryptLocally(publicKey, Buffer.alloc(0)), empty)
      assert.throws(() => encryptLocally(publicKey, Buffer.alloc(6100)), empty)
    })
})
