import assert from 'node:assert/strict'
import { constants, createPublicKey, generateKeyPairSync, privateDecrypt, publicEncrypt, verify } from 'node:crypto'
import { test } from 'node:test'
import { actor, answerOf } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import {
  AsymmetricDecrypt,
  AsymmetricEncrypt,
  AsymmetricSign,
  AsymmetricVerify,
  GetPublicKey,
} from '../../api/asymmetric.ts'
import { Decrypt, ExportDataKey, GenerateAndExportDataKey, GenerateDataKey, ReEncrypt } from '../../api/cryptography.ts'
import { CreateKey, ListKeyVersions } from '../../api/keys.ts'
import { sha256 } from '../../crypto/hash.ts'
import { decrypt } from '../cryptography/decrypt.ts'
import { exportDataKey } from '../cryptography/export-data-key.ts'
import { generateAndExportDataKey } from '../cryptography/generate-and-export-data-key.ts'
import { generateDataKey } from '../cryptography/generate-data-key.ts'
import { reEncrypt } from '../cryptography/re-encrypt.ts'
import { createKey } from '../keys/create-key.ts'
import { listKeyVersions } from '../keys/list-key-versions.ts'
import { asymmetricDecrypt } from './asymmetric-decrypt.ts'
import { asymmetricEncrypt } from './asymmetric-encrypt.ts'
import { asymmetricSign } from './asymmetric-sign.ts'
import { asymmetricVerify } from './asymmetric-verify.ts'
import { getPublicKey } from './get-public-key.ts'

async function kmsWithKey(keySpec: string, keyUsage: string) {
  const { kms } = await testKms()
  const as = actor(kms)
  const { keyMetadata } = await as(CreateKey, createKey, { keySpec, keyUsage } as never)
  const { keyId } = keyMetadata
  const { keyVersions } = await as(ListKeyVersions, listKeyVersions, { keyId })
  const keyVersionId = keyVersions.keyVersion[0]?.keyVersionId ?? ''
  const { publicKey } = await as(GetPublicKey, getPublicKey, { keyId, keyVersionId })
  return { kms, as, keyId, keyVersionId, publicKey }
}

const message = Buffer.from('abcdef123456.,/?_-=+中文\n')

for (const [keySpec, algorithm, maxBytes] of [
  ['RSA_2048', 'RSAES_OAEP_SHA_256', 190],
  ['RSA_2048', 'RSAES_OAEP_SHA_1', 214],
  ['EC_SM2', 'SM2PKE', 6047],
] as const) {
  test(`${keySpec} encrypts with ${algorithm} up to ${maxBytes} bytes`, async () => {
    const { as, keyId, keyVersionId } = await kmsWithKey(keySpec, 'ENCRYPT/DECRYPT')
    const of = { keyId, keyVersionId, algorithm }
    const plaintext = Buffer.alloc(maxBytes, 5)
    const { ciphertextBlob } = await as(AsymmetricEncrypt, asymmetricEncrypt, { ...of, plaintext })
    const opened = await as(AsymmetricDecrypt, asymmetricDecrypt, { ...of, ciphertextBlob })
    assert.deepEqual(Buffer.from(opened.plaintext), plaintext)
    const tooLong = { ...of, plaintext: Buffer.alloc(maxBytes + 1) }
    assert.equal(await answerOf(as(AsymmetricEncrypt, asymmetricEncrypt, tooLong)), 'InvalidParameter')
  })
}

test('what OpenSSL encrypts with the public key, AsymmetricDecrypt opens', async () => {
  const { as, keyId, keyVersionId, publicKey } = await kmsWithKey('RSA_2048', 'ENCRYPT/DECRYPT')
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  for (const [oaepHash, algorithm] of [
    ['sha256', 'RSAES_OAEP_SHA_256'],
    ['sha1', 'RSAES_OAEP_SHA_1'],
  ] as const) {
    const ciphertextBlob = publicEncrypt({ key: publicKey, padding, oaepHash }, message)
    const opened = await as(AsymmetricDecrypt, asymmetricDecrypt, { keyId, keyVersionId, algorithm, ciphertextBlob })
    assert.deepEqual(Buffer.from(opened.plaintext), message)
  }
})

test('signatures verify with OpenSSL and with AsymmetricVerify', async () => {
  const digest = sha256(message)
  for (const [keySpec, algorithm, options] of [
    ['RSA_2048', 'RSA_PSS_SHA_256', { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }],
    ['RSA_2048', 'RSA_PKCS1_SHA_256', {}],
    ['EC_P256', 'ECDSA_SHA_256', {}],
    ['EC_P256K', 'ECDSA_SHA_256', {}],
  ] as const) {
    const { as, keyId, keyVersionId, publicKey } = await kmsWithKey(keySpec, 'SIGN/VERIFY')
    const of = { keyId, keyVersionId, algorithm, digest }
    const { value } = await as(AsymmetricSign, asymmetricSign, of)
    assert.ok(verify('sha256', message, { key: createPublicKey(publicKey), ...options }, value), algorithm)
    assert.equal((await as(AsymmetricVerify, asymmetricVerify, { ...of, value })).value, true, algorithm)
    const other = { ...of, value, digest: Buffer.alloc(32) }
    assert.equal((await as(AsymmetricVerify, asymmetricVerify, other)).value, false, algorithm)
  }
})

test('a digest of another length, or an algorithm of another key, is refused by name', async () => {
  const { as, keyId, keyVersionId } = await kmsWithKey('EC_P256', 'SIGN/VERIFY')
  const sign = (request: { algorithm: 'ECDSA_SHA_256' | 'SM2DSA'; digest: Uint8Array }) =>
    as(AsymmetricSign, asymmetricSign, { keyId, keyVersionId, ...request })
  await assert.rejects(sign({ algorithm: 'ECDSA_SHA_256', digest: Buffer.alloc(20) }), /Digest/)
  await assert.rejects(sign({ algorithm: 'SM2DSA', digest: Buffer.alloc(32) }), /Algorithm/)
})

test('a key for signing does not encrypt, and the other way round', async () => {
  const signing = await kmsWithKey('RSA_2048', 'SIGN/VERIFY')
  const encryption = await kmsWithKey('RSA_2048', 'ENCRYPT/DECRYPT')
  const encrypted = signing.as(AsymmetricEncrypt, asymmetricEncrypt, {
    ...{ keyId: signing.keyId, keyVersionId: signing.keyVersionId },
    ...{ algorithm: 'RSAES_OAEP_SHA_256', plaintext: message },
  })
  const signed = encryption.as(AsymmetricSign, asymmetricSign, {
    ...{ keyId: encryption.keyId, keyVersionId: encryption.keyVersionId },
    ...{ algorithm: 'RSA_PKCS1_SHA_256', digest: Buffer.alloc(32) },
  })
  assert.equal(await answerOf(encrypted), 'Rejected.UnsupportedOperation')
  assert.equal(await answerOf(signed), 'Rejected.UnsupportedOperation')
})

test('an unknown version, or one of another key, is not found', async () => {
  const { as, keyId } = await kmsWithKey('EC_P256', 'SIGN/VERIFY')
  const other = await kmsWithKey('EC_P256', 'SIGN/VERIFY')
  for (const keyVersionId of [other.keyVersionId, 'nothing']) {
    assert.equal(
      await answerOf(as(GetPublicKey, getPublicKey, { keyId, keyVersionId })),
      'Forbidden.KeyVersionNotFound',
    )
  }
})

test('a public key is PEM with lines of 64 characters and a final newline', async () => {
  const { publicKey } = await kmsWithKey('RSA_2048', 'SIGN/VERIFY')
  const lines = publicKey.split('\n')
  assert.equal(lines[0], '-----BEGIN PUBLIC KEY-----')
  assert.equal(lines.at(-2), '-----END PUBLIC KEY-----')
  assert.equal(lines.at(-1), '')
  assert.ok(lines.slice(1, -3).every((line) => line.length === 64))
})

test('an exported data key opens with the private key and re-encrypts back to its Base64 text', async () => {
  const { as, keyId, keyVersionId, publicKey } = await kmsWithKey('RSA_2048', 'ENCRYPT/DECRYPT')
  const { keyMetadata: symmetric } = await as(CreateKey, createKey, {})
  const { plaintext, ciphertextBlob } = await as(GenerateDataKey, generateDataKey, { keyId: symmetric.keyId })
  const publicKeyBlob = createPublicKey(publicKey).export({ format: 'der', type: 'spki' })
  const target = { publicKeyBlob, wrappingKeySpec: 'RSA_2048', wrappingAlgorithm: 'RSAES_OAEP_SHA_256' } as const
  const { exportedDataKey } = await as(ExportDataKey, exportDataKey, { ciphertextBlob, ...target })
  const source = {
    sourceKeyId: keyId,
    sourceKeyVersionId: keyVersionId,
    sourceEncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
  } as const
  const request = { ciphertextBlob: exportedDataKey, destinationKeyId: symmetric.keyId, ...source }
  const back = await as(ReEncrypt, reEncrypt, request)
  assert.equal(back.keyId, keyId)
  const opened = await as(Decrypt, decrypt, { ciphertextBlob: back.ciphertextBlob })
  assert.equal(opened.plaintext, Buffer.from(plaintext).toString('base64'))
})

test('GenerateAndExportDataKey gives one key in two forms', async () => {
  const { kms } = await testKms()
  const as = actor(kms)
  const { keyMetadata } = await as(CreateKey, createKey, {})
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const answer = await as(GenerateAndExportDataKey, generateAndExportDataKey, {
    keyId: keyMetadata.keyId,
    publicKeyBlob: pair.publicKey.export({ format: 'der', type: 'spki' }),
    wrappingKeySpec: 'RSA_2048',
    wrappingAlgorithm: 'RSAES_OAEP_SHA_1',
  })
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const raw = privateDecrypt({ key: pair.privateKey, padding, oaepHash: 'sha1' }, answer.exportedDataKey)
  const opened = await as(Decrypt, decrypt, { ciphertextBlob: answer.ciphertextBlob })
  assert.equal(opened.plaintext, raw.toString('base64'))
})

test('a public key that is too short, or of another kind, receives nothing', async () => {
  const { kms } = await testKms()
  const as = actor(kms)
  const { keyMetadata } = await as(CreateKey, createKey, {})
  const spki = (key: ReturnType<typeof createPublicKey>) => key.export({ format: 'der', type: 'spki' })
  const blobs = [
    spki(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey),
    spki(generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).publicKey),
    spki(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey),
    Buffer.from('no key'),
  ]
  for (const publicKeyBlob of blobs) {
    const request = {
      keyId: keyMetadata.keyId,
      publicKeyBlob,
      wrappingKeySpec: 'RSA_2048',
      wrappingAlgorithm: 'RSAES_OAEP_SHA_256',
    } as const
    await assert.rejects(as(GenerateAndExportDataKey, generateAndExportDataKey, request), /PublicKeyBlob/)
  }
})
