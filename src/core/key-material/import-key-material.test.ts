import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { actor, answerOf } from '../../../test/kit/calls.ts'
import { importMaterial, sm2Parameters, wrapSm2 } from '../../../test/kit/import.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { DeleteKeyMaterial, GetParametersForImport, ImportKeyMaterial } from '../../api/key-material.ts'
import { CreateKey, DescribeKey, DisableKey, ListKeyVersions } from '../../api/keys.ts'
import type { RequestOf } from '../../api/operation.ts'
import { encryptBlocks } from '../../crypto/block-cipher.ts'
import { generateKeyMaterial, loadKeyMaterial } from '../../crypto/key-material.ts'
import { encryptOaep, encryptPkcs1 } from '../../crypto/rsa.ts'
import { encryptSm2 } from '../../crypto/sm2-encryption.ts'
import { decodeSm2PrivateKey, decodeSm2Spki } from '../../crypto/sm2-key.ts'
import { createKey } from '../keys/create-key.ts'
import { describeKey } from '../keys/describe-key.ts'
import { disableKey } from '../keys/disable-key.ts'
import { keys, keyVersions } from '../keys/key.ts'
import { listKeyVersions } from '../keys/list-key-versions.ts'
import { deleteKeyMaterial } from './delete-key-material.ts'
import { getParametersForImport } from './get-parameters-for-import.ts'
import { importKeyMaterial } from './import-key-material.ts'
import { entryOf, pkcs1Wrapping, rsa } from './wrapping.ts'

type Spec = NonNullable<RequestOf<typeof CreateKey>['keySpec']>
type WrappingAlgorithm = RequestOf<typeof GetParametersForImport>['wrappingAlgorithm']

const material = Buffer.from('0123456789abcdef0123456789abcdef')
const day = 86_400_000

async function fixture(keySpec: Spec = 'Aliyun_AES_256') {
  const { kms, advance } = await testKms()
  const account = actor(kms)
  const create = async (spec = keySpec) =>
    (await account(CreateKey, createKey, { keySpec: spec, origin: 'EXTERNAL' })).keyMetadata.keyId
  const keyId = await create()
  return {
    ...{ kms, advance, account, create, keyId },
    describe: async () => (await account(DescribeKey, describeKey, { keyId })).keyMetadata,
    parameters: (wrappingKeySpec: 'RSA_2048' | 'EC_SM2', wrappingAlgorithm: WrappingAlgorithm, id = keyId) =>
      account(GetParametersForImport, getParametersForImport, { keyId: id, wrappingKeySpec, wrappingAlgorithm }),
    bring: (importToken: string, encryptedKeyMaterial: Uint8Array, more = {}) =>
      account(ImportKeyMaterial, importKeyMaterial, { keyId, importToken, encryptedKeyMaterial, ...more }),
    drop: () => account(DeleteKeyMaterial, deleteKeyMaterial, { keyId }),
    stored: async () => {
      const { items } = await kms.records.list(keyVersions, { key: [keyId] }, { offset: 0, limit: 10 })
      assert.equal(items.length, 1)
      return items[0]
    },
  }
}

/** How a caller wraps, written down from the service's documents and apart from the code under test. */
const wraps: Record<WrappingAlgorithm, (publicKey: Buffer, material: Uint8Array) => Uint8Array> = {
  RSAES_OAEP_SHA_256: (key, plain) => encryptOaep(rsaKey(key), 'sha256', plain),
  RSAES_OAEP_SHA_1: (key, plain) => encryptOaep(rsaKey(key), 'sha1', plain),
  RSAES_PKCS1_V1_5: (key, plain) => encryptPkcs1(rsaKey(key), plain),
  SM2PKE: (key, plain) => encryptSm2(decodeSm2Spki(key), plain),
  RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD(key, plain) {
    const once = randomBytes(32)
    return Buffer.concat([
      encryptOaep(rsaKey(key), 'sha256', once),
      ecb('Aliyun_AES_256', once, 'PKCS7_PADDING', plain),
    ])
  },
  SM2PKE_SM4_ECB(key, plain) {
    const once = randomBytes(16)
    return Buffer.concat([encryptSm2(decodeSm2Spki(key), once), ecb('Aliyun_SM4', once, 'NO_PADDING', plain)])
  },
}
const rsaKey = (der: Buffer) => createPublicKey({ key: der, format: 'der', type: 'spki' })
function ecb(spec: string, secret: Uint8Array, padding: 'PKCS7_PADDING' | 'NO_PADDING', plain: Uint8Array): Uint8Array {
  const key = loadKeyMaterial(entryOf(spec), secret)
  assert.ok(key.kind === 'symmetric')
  return encryptBlocks(key, { mode: 'ecb', iv: new Uint8Array(0), padding }, plain)
}
const wrappingKeyOf = (algorithm: string) => (algorithm.startsWith('SM2') ? 'EC_SM2' : 'RSA_2048')

const fitting: Record<WrappingAlgorithm, readonly Spec[]> = {
  RSAES_OAEP_SHA_256: ['Aliyun_AES_256', 'EC_P256'],
  RSAES_OAEP_SHA_1: ['Aliyun_SM4'],
  RSAES_PKCS1_V1_5: ['Aliyun_AES_128'],
  SM2PKE: ['Aliyun_SM4', 'HMAC_SHA_512', 'EC_P256K', 'EC_SM2', 'RSA_2048'],
  RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD: ['RSA_2048', 'EC_P256', 'EC_SM2'],
  SM2PKE_SM4_ECB: [],
}

for (const [algorithm, specs] of Object.entries(fitting) as [WrappingAlgorithm, Spec[]][]) {
  for (const spec of specs) {
    test(`${spec} material wrapped with ${algorithm} makes the key usable`, async () => {
      const { kms, parameters, bring, describe, stored } = await fixture(spec)
      const plain = await generateKeyMaterial(entryOf(spec))
      const { publicKey, importToken } = await parameters(wrappingKeyOf(algorithm), algorithm)
      await bring(importToken, wraps[algorithm](Buffer.from(publicKey, 'base64'), plain))
      assert.equal((await describe()).keyState, 'Enabled')
      const version = await stored()
      assert.ok(version)
      assert.deepEqual(Buffer.from(await kms.sealing.open(keyVersions, version)), Buffer.from(plain))
      const isAsymmetric = !['symmetric', 'hmac'].includes(entryOf(spec).kind)
      assert.equal((await describe()).primaryKeyVersion, isAsymmetric ? undefined : version.id)
    })
  }
}

for (const algorithm of ['SM2PKE', 'SM2PKE_SM4_ECB'] as const) {
  test(`the bare private number of an SM2 key may come wrapped with ${algorithm}`, async () => {
    const { kms, parameters, bring, stored } = await fixture('EC_SM2')
    const key = decodeSm2PrivateKey(await generateKeyMaterial(entryOf('EC_SM2')))
    const scalar = Buffer.from(key.scalar.toString(16).padStart(64, '0'), 'hex')
    const { publicKey, importToken } = await parameters('EC_SM2', algorithm)
    await bring(importToken, wraps[algorithm](Buffer.from(publicKey, 'base64'), scalar))
    const version = await stored()
    assert.ok(version)
    assert.equal(decodeSm2PrivateKey(await kms.sealing.open(keyVersions, version)).scalar, key.scalar)
  })
}

test('an algorithm that does not go with the wrapping key or the key is refused', async () => {
  const { parameters, create } = await fixture()
  const ecKey = await create('EC_P256')
  const wrong: Parameters<typeof parameters>[] = [
    ['EC_SM2', 'RSAES_OAEP_SHA_256'],
    ['RSA_2048', 'SM2PKE'],
    ['RSA_2048', 'RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD'],
    ['EC_SM2', 'SM2PKE_SM4_ECB'],
    ['EC_SM2', 'SM2PKE_SM4_ECB', ecKey],
  ]
  for (const given of wrong) {
    await assert.rejects(parameters(...given), { code: 'InvalidParameter', parameter: 'WrappingAlgorithm' })
  }
})

test('keys whose material is made here take no import', async () => {
  const { account, parameters } = await fixture()
  const { keyId } = (await account(CreateKey, createKey, {})).keyMetadata
  const origin = 'Unsupported.Origin'
  assert.equal(await answerOf(parameters('RSA_2048', 'RSAES_OAEP_SHA_256', keyId)), origin)
  const bring = account(ImportKeyMaterial, importKeyMaterial, {
    keyId,
    importToken: 'x',
    encryptedKeyMaterial: material,
  })
  assert.equal(await answerOf(bring), origin)
  assert.equal(await answerOf(account(DeleteKeyMaterial, deleteKeyMaterial, { keyId })), origin)
})

test('a token works once, also when the material turns out to be bad', async () => {
  const { account, keyId, bring } = await fixture()
  const first = await sm2Parameters(account, keyId)
  await bring(first.importToken, wrapSm2(first.publicKey, material))
  const again = bring(first.importToken, wrapSm2(first.publicKey, material))
  assert.equal(await answerOf(again), 'InvalidImportToken')
  const second = await sm2Parameters(account, keyId)
  assert.equal(await answerOf(bring(second.importToken, randomBytes(129))), 'InvalidKeyMaterial')
  const afterwards = bring(second.importToken, wrapSm2(second.publicKey, material))
  assert.equal(await answerOf(afterwards), 'InvalidImportToken')
})

test('of many imports with one token exactly one succeeds', async () => {
  const { account, keyId, bring } = await fixture()
  const { publicKey, importToken } = await sm2Parameters(account, keyId)
  const attempts = Array.from({ length: 6 }, () => answerOf(bring(importToken, wrapSm2(publicKey, material))))
  const answers = await Promise.all(attempts)
  assert.equal(answers.filter((answer) => answer === 'ok').length, 1)
  assert.deepEqual(new Set(answers), new Set(['ok', 'InvalidImportToken']))
})

test('of two imports of different material at the same moment exactly one wins', async () => {
  const { kms, account, keyId, bring, stored } = await fixture()
  const materials = [randomBytes(32), randomBytes(32)]
  const answers = await Promise.all(
    materials.map(async (plain) => {
      const { publicKey, importToken } = await sm2Parameters(account, keyId)
      return answerOf(bring(importToken, wrapSm2(publicKey, plain)))
    }),
  )
  assert.deepEqual(new Set(answers), new Set(['ok', 'InvalidKeyMaterial']))
  const version = await stored()
  assert.ok(version)
  const kept = Buffer.from(await kms.sealing.open(keyVersions, version))
  assert.deepEqual(kept, materials[answers.indexOf('ok')])
})

test('a token is for its key and its wrapping key', async () => {
  const { account, keyId, create, bring } = await fixture()
  const other = await sm2Parameters(account, await create())
  const foreign = bring(other.importToken, wrapSm2(other.publicKey, material))
  assert.equal(await answerOf(foreign), 'InvalidImportToken')
  const own = await sm2Parameters(account, keyId)
  assert.equal(await answerOf(bring(own.importToken, wrapSm2(other.publicKey, material))), 'InvalidKeyMaterial')
})

test('a token damaged in any byte is refused and stays usable', async () => {
  const { account, keyId, bring } = await fixture()
  const { publicKey, importToken } = await sm2Parameters(account, keyId)
  const wrapped = wrapSm2(publicKey, material)
  const bytes = Buffer.from(importToken, 'base64')
  for (let at = 0; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes)
    damaged[at] = (damaged[at] ?? 0) ^ 1
    assert.equal(await answerOf(bring(damaged.toString('base64'), wrapped)), 'InvalidImportToken')
  }
  for (const text of ['x', importToken.slice(4), `${importToken}AAAA`, ` ${importToken}`]) {
    assert.equal(await answerOf(bring(text, wrapped)), 'InvalidImportToken')
  }
  assert.equal(await answerOf(bring(importToken, wrapped)), 'ok')
})

test('a token lives 24 hours', async () => {
  const { kms, account, advance, keyId, bring } = await fixture()
  const { publicKey, importToken, tokenExpireTime } = await sm2Parameters(account, keyId)
  assert.equal(Date.parse(tokenExpireTime), Math.floor(kms.now().getTime() / 1000) * 1000 + day)
  const late = await sm2Parameters(account, keyId)
  advance(day - 1000)
  assert.equal(await answerOf(bring(importToken, wrapSm2(publicKey, material))), 'ok')
  advance(1000)
  assert.equal(await answerOf(bring(late.importToken, wrapSm2(late.publicKey, material))), 'ExpiredImportToken')
})

test('material of the wrong length, of one repeated byte or of another curve is refused', async () => {
  const { account, keyId, create, describe } = await fixture()
  const reject = async (id: string, plain: Uint8Array) =>
    assert.equal(await answerOf(importMaterial(account, id, plain)), 'InvalidKeyMaterial')
  for (const plain of [randomBytes(16), randomBytes(31), randomBytes(33), Buffer.alloc(32), Buffer.alloc(32, 7)]) {
    await reject(keyId, plain)
  }
  const ecKey = await create('EC_P256')
  await reject(ecKey, await generateKeyMaterial(entryOf('EC_P256K')))
  await reject(ecKey, await generateKeyMaterial(entryOf('EC_SM2')))
  const pkcs8 = Buffer.from(await generateKeyMaterial(entryOf('EC_P256')))
  const lastByte = pkcs8.length - 1
  pkcs8[lastByte] = (pkcs8[lastByte] ?? 0) ^ 1
  await reject(ecKey, pkcs8)
  const sm2Key = await create('EC_SM2')
  await reject(sm2Key, Buffer.concat([Buffer.alloc(31), Buffer.of(0)]))
  await reject(sm2Key, Buffer.alloc(32, 0xff))
  assert.equal((await describe()).keyState, 'PendingImport')
})

test('an RSA key must have the size of the spec and a large exponent', async () => {
  const { account, keyId } = await fixture('RSA_3072')
  const der = (modulusLength: number, publicExponent = 65537) =>
    generateKeyPairSync('rsa', { modulusLength, publicExponent }).privateKey.export({ format: 'der', type: 'pkcs8' })
  assert.equal(await answerOf(importMaterial(account, keyId, der(2048))), 'InvalidKeyMaterial')
  assert.equal(await answerOf(importMaterial(account, keyId, der(3072, 3))), 'InvalidKeyMaterial')
})

test('a key takes the same material again and no other, before and after it was deleted', async () => {
  const { kms, account, keyId, drop, describe } = await fixture()
  await importMaterial(account, keyId, material)
  const { primaryKeyVersion } = await describe()
  for (const prepare of [async () => undefined, drop]) {
    await prepare()
    assert.equal(await answerOf(importMaterial(account, keyId, randomBytes(32))), 'InvalidKeyMaterial')
    assert.equal(await answerOf(importMaterial(account, keyId, material)), 'ok')
  }
  assert.equal((await describe()).primaryKeyVersion, primaryKeyVersion)
  const { totalCount } = await account(ListKeyVersions, listKeyVersions, { keyId })
  assert.equal(totalCount, 1)
  assert.equal((await kms.records.get(keys, keyId))?.body.versionCount, 1)
})

test('a private key is the same however it is encoded', async () => {
  const { account, keyId, drop } = await fixture('EC_P256')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  await importMaterial(account, keyId, privateKey.export({ format: 'der', type: 'pkcs8' }))
  await drop()
  assert.equal(await answerOf(importMaterial(account, keyId, privateKey.export({ format: 'der', type: 'sec1' }))), 'ok')
})

test('the fingerprint of equal material differs from key to key', async () => {
  const { kms, account, keyId, create } = await fixture()
  const other = await create()
  for (const id of [keyId, other]) await importMaterial(account, id, material)
  const fingerprintOf = async (id: string) => (await kms.records.get(keys, id))?.body.materialFingerprint
  assert.ok(await fingerprintOf(keyId))
  assert.notEqual(await fingerprintOf(keyId), await fingerprintOf(other))
})

test('deleting destroys the sealed material and nothing else', async () => {
  const { account, keyId, drop, describe, stored } = await fixture()
  await importMaterial(account, keyId, material)
  const before = await stored()
  await drop()
  const after = await stored()
  assert.notEqual(before?.sealed, undefined)
  assert.equal(after?.sealed, undefined)
  assert.deepEqual([after?.id, after?.body], [before?.id, before?.body])
  assert.equal((await describe()).keyState, 'PendingImport')
  assert.equal(await answerOf(drop()), 'ok')
})

test('importing again replaces the expiry; a time that is past is refused before the token is used', async () => {
  const { kms, account, keyId, describe, bring } = await fixture()
  const inAnHour = Math.floor(kms.now().getTime() / 1000) + 3600
  await importMaterial(account, keyId, material, { keyMaterialExpireUnix: inAnHour })
  assert.equal(Date.parse((await describe()).materialExpireTime), inAnHour * 1000)
  const { publicKey, importToken } = await sm2Parameters(account, keyId)
  const wrapped = wrapSm2(publicKey, material)
  const now = Math.floor(kms.now().getTime() / 1000)
  await assert.rejects(bring(importToken, wrapped, { keyMaterialExpireUnix: now }), {
    code: 'InvalidParameter',
    parameter: 'KeyMaterialExpireUnix',
  })
  await bring(importToken, wrapped, { keyMaterialExpireUnix: 0 })
  assert.equal((await describe()).materialExpireTime, '')
})

test('a disabled key stays disabled when its material comes again', async () => {
  const { account, keyId, describe } = await fixture()
  await importMaterial(account, keyId, material)
  await account(DisableKey, disableKey, { keyId })
  await importMaterial(account, keyId, material)
  assert.equal((await describe()).keyState, 'Disabled')
})

test('PKCS #1 v1.5 unwraps nothing where bad padding is reported, and is tested once where it is not', async () => {
  const spec = entryOf('RSA_2048')
  const privateKey = rsa(loadKeyMaterial(spec, await generateKeyMaterial(spec)))
  const wrapped = encryptPkcs1(privateKey.publicKey, material)
  const key = { kind: 'rsa', privateKey } as const
  const oracle = pkcs1Wrapping(() => {
    throw new Error('bad padding is reported')
  })
  for (let attempt = 0; attempt < 2; attempt++)
    assert.equal(await answerOf(oracle.unwrap(key, wrapped)), 'UnsupportedOperation')
  let tests = 0
  const safe = pkcs1Wrapping(() => tests++)
  for (let attempt = 0; attempt < 2; attempt++) assert.deepEqual(Buffer.from(await safe.unwrap(key, wrapped)), material)
  assert.equal(tests, 1)
})
