import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import {
  Decrypt,
  Encrypt,
  GenerateDataKey,
  GenerateDataKeyWithoutPlaintext,
  ReEncrypt,
} from '../../api/cryptography.ts'
import { CreateKey, CreateKeyVersion, DescribeKey } from '../../api/keys.ts'
import { createKey } from '../keys/create-key.ts'
import { createKeyVersion } from '../keys/create-key-version.ts'
import { describeKey } from '../keys/describe-key.ts'
import { decrypt } from './decrypt.ts'
import { encrypt } from './encrypt.ts'
import { generateDataKey } from './generate-data-key.ts'
import { generateDataKeyWithoutPlaintext } from './generate-data-key-without-plaintext.ts'
import { reEncrypt } from './re-encrypt.ts'

async function kmsWithKey(request = {}, options = {}) {
  const { kms } = await testKms(options)
  const as = actor(kms)
  const { keyMetadata } = await as(CreateKey, createKey, request)
  return { kms, as, keyId: keyMetadata.keyId, version: keyMetadata.primaryKeyVersion ?? '' }
}

test('whatever text was encrypted comes back exactly, Base64 or not', async () => {
  const { as, keyId } = await kmsWithKey()
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.base64String({ minLength: 4 }),
    fc.constant('测试消息'),
  )
  await fc.assert(
    fc.asyncProperty(
      texts,
      fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
      async (plaintext, encryptionContext) => {
        const { ciphertextBlob } = await as(Encrypt, encrypt, { keyId, plaintext, encryptionContext })
        const opened = await as(Decrypt, decrypt, { ciphertextBlob, encryptionContext })
        assert.equal(opened.plaintext, plaintext)
        assert.equal(opened.keyId, keyId)
      },
    ),
    { numRuns: 50 },
  )
})

for (const keySpec of ['Aliyun_AES_256', 'Aliyun_AES_192', 'Aliyun_AES_128', 'Aliyun_SM4']) {
  test(`a ciphertext of ${keySpec} has the official layout and opens`, async () => {
    const { as, keyId, version } = await kmsWithKey({ keySpec })
    const sealed = await as(Encrypt, encrypt, { keyId, plaintext: 'aGVsbG8=' })
    assert.equal(sealed.keyVersionId, version)
    assert.equal(Buffer.from(sealed.ciphertextBlob.subarray(0, 36)).toString(), version)
    assert.equal(sealed.ciphertextBlob.length, 36 + 12 + 8 + 16)
    assert.equal((await as(Decrypt, decrypt, sealed)).plaintext, 'aGVsbG8=')
  })
}

test('a ciphertext opens with an equal context only', async () => {
  const { as, keyId } = await kmsWithKey()
  const { ciphertextBlob } = await as(Encrypt, encrypt, {
    keyId,
    plaintext: 'x',
    encryptionContext: { a: '1', b: '2' },
  })
  const open = (encryptionContext: Record<string, string> | undefined) =>
    answerOf(as(Decrypt, decrypt, { ciphertextBlob, encryptionContext }))
  assert.equal(await open({ b: '2', a: '1' }), 'ok')
  assert.equal(await open({ a: '1' }), 'InvalidParameter')
  assert.equal(await open({ a: '1', b: '3' }), 'InvalidParameter')
  assert.equal(await open(undefined), 'InvalidParameter')
})

test('every altered byte behind the version id fails in the same way', async () => {
  const { as, keyId } = await kmsWithKey()
  const { ciphertextBlob } = await as(Encrypt, encrypt, { keyId, plaintext: 'hello' })
  const answers = new Set<string>()
  for (let at = 36; at < ciphertextBlob.length; at++) {
    const altered = Uint8Array.from(ciphertextBlob)
    altered[at] = (altered[at] ?? 0) ^ 1
    await assert.rejects(as(Decrypt, decrypt, { ciphertextBlob: altered }), (error: Error & { code: string }) => {
      answers.add(`${error.code} ${error.message}`)
      return true
    })
  }
  assert.deepEqual([...answers], ['InvalidParameter The specified parameter is not valid.'])
})

test('a ciphertext that names no known version is a key that is not found', async () => {
  const { as, keyId } = await kmsWithKey()
  const { ciphertextBlob } = await as(Encrypt, encrypt, { keyId, plaintext: 'hello' })
  const other = Buffer.from(ciphertextBlob)
  other.write('00000000-0000-4000-8000-000000000000', 0, 'latin1')
  assert.equal(await answerOf(as(Decrypt, decrypt, { ciphertextBlob: other })), 'Forbidden.KeyNotFound')
  assert.equal(await answerOf(as(Decrypt, decrypt, { ciphertextBlob: other.subarray(0, 63) })), 'InvalidParameter')
})

test('6144 bytes are encrypted, one more is refused by name', async () => {
  const { as, keyId } = await kmsWithKey()
  const answer = (bytes: number) =>
    answerOf(as(Encrypt, encrypt, { keyId, plaintext: Buffer.alloc(bytes, 7).toString('base64') }))
  assert.equal(await answer(6144), 'ok')
  assert.equal(await answer(6145), 'InvalidParameter')
  assert.equal(await answerOf(as(Encrypt, encrypt, { keyId, plaintext: '!'.repeat(6144) })), 'ok')
  assert.equal(await answerOf(as(Encrypt, encrypt, { keyId, plaintext: '!'.repeat(6145) })), 'InvalidParameter')
  assert.equal(await answerOf(as(Encrypt, encrypt, { keyId, plaintext: '' })), 'MissingParameter')
})

test('rotation changes what encrypts and keeps what was encrypted readable', async () => {
  const { as, keyId, version } = await kmsWithKey()
  const before = await as(Encrypt, encrypt, { keyId, plaintext: 'before' })
  await as(CreateKeyVersion, createKeyVersion, { keyId })
  const after = await as(Encrypt, encrypt, { keyId, plaintext: 'after' })
  assert.notEqual(after.keyVersionId, version)
  assert.equal((await as(Decrypt, decrypt, before)).plaintext, 'before')
  assert.equal((await as(Decrypt, decrypt, after)).plaintext, 'after')
})

test('Decrypt of a data key gives the Base64 text of the key', async () => {
  const { as, keyId } = await kmsWithKey()
  const { plaintext, ciphertextBlob } = await as(GenerateDataKey, generateDataKey, { keyId })
  assert.equal(plaintext.length, 32)
  assert.equal((await as(Decrypt, decrypt, { ciphertextBlob })).plaintext, Buffer.from(plaintext).toString('base64'))
})

test('a data key is as long as NumberOfBytes says, else as KeySpec says, else 32 bytes', async () => {
  const { as, keyId } = await kmsWithKey()
  const length = async (request: object) =>
    (await as(GenerateDataKey, generateDataKey, { keyId, ...request })).plaintext.length
  assert.equal(await length({ numberOfBytes: 7, keySpec: 'AES_128' }), 7)
  assert.equal(await length({ numberOfBytes: 0, keySpec: 'AES_128' }), 16)
  assert.equal(await length({ keySpec: 'AES_256' }), 32)
  assert.equal(await length({ numberOfBytes: 1024 }), 1024)
})

test('GenerateDataKeyWithoutPlaintext shows no plaintext', async () => {
  const { as, keyId } = await kmsWithKey()
  const answer = await as(GenerateDataKeyWithoutPlaintext, generateDataKeyWithoutPlaintext, { keyId })
  assert.deepEqual(new Set(Object.keys(answer)), new Set(['ciphertextBlob', 'keyId', 'keyVersionId']))
})

test('ReEncrypt moves a ciphertext and names the key that decrypted', async () => {
  const { as, keyId, version } = await kmsWithKey()
  const { keyMetadata: destination } = await as(CreateKey, createKey, {})
  const sealed = await as(Encrypt, encrypt, { keyId, plaintext: 'move me', encryptionContext: { a: '1' } })
  const moved = await as(ReEncrypt, reEncrypt, {
    ciphertextBlob: sealed.ciphertextBlob,
    destinationKeyId: destination.keyId,
    sourceEncryptionContext: { a: '1' },
    destinationEncryptionContext: { b: '2' },
  })
  assert.equal(moved.keyId, keyId)
  assert.equal(moved.keyVersionId, version)
  const opened = await as(Decrypt, decrypt, { ciphertextBlob: moved.ciphertextBlob, encryptionContext: { b: '2' } })
  assert.equal(opened.plaintext, 'move me')
  assert.equal(opened.keyId, destination.keyId)
})

test('ReEncrypt needs a permission on each of the two keys', async () => {
  const { kms, as, keyId } = await kmsWithKey()
  const { keyMetadata: destination } = await as(CreateKey, createKey, {})
  const { ciphertextBlob } = await as(Encrypt, encrypt, { keyId, plaintext: 'x' })
  const arn = (id: string) => `acs:kms:cn-hangzhou:${kms.settings.accountId}:key/${id}`
  const from = { Action: 'kms:ReEncryptFrom', Resource: arn(keyId) }
  const to = { Action: 'kms:ReEncryptTo', Resource: arn(destination.keyId) }
  const answer = (statements: { Action: string; Resource: string }[]) =>
    answerOf(
      actor(kms, userCaller(kms, statements))(ReEncrypt, reEncrypt, {
        ciphertextBlob,
        destinationKeyId: destination.keyId,
      }),
    )
  assert.equal(await answer([from, to]), 'ok')
  assert.equal(await answer([from]), 'Forbidden.NoPermission')
  assert.equal(await answer([to]), 'Forbidden.NoPermission')
})

test('a version whose invocations are used up is replaced once, whoever notices it', async () => {
  const { as, keyId, version } = await kmsWithKey(
    {},
    { settings: { limits: { keys: 100, aliases: 100, keyVersions: 100, encryptionsPerVersion: 3 } } },
  )
  const used = new Map<string, number>()
  for (let round = 0; round < 4; round++) {
    const sealed = await Promise.all([1, 2].map(() => as(Encrypt, encrypt, { keyId, plaintext: 'x' })))
    for (const { keyVersionId } of sealed) used.set(keyVersionId, (used.get(keyVersionId) ?? 0) + 1)
  }
  assert.equal(used.get(version), 3)
  assert.ok([...used.values()].every((times) => times <= 3))
  assert.equal(used.size, 3)
  const { keyMetadata } = await as(DescribeKey, describeKey, { keyId })
  assert.equal(keyMetadata.primaryKeyVersion, [...used.keys()].at(-1))
})

for (const [what, request] of Object.entries({
  'an asymmetric key': { keySpec: 'EC_P256' },
  'an HMAC key': { keySpec: 'HMAC_SHA_256' },
})) {
  test(`${what} cannot Encrypt or GenerateDataKey`, async () => {
    const { as, keyId } = await kmsWithKey(request)
    assert.equal(await answerOf(as(Encrypt, encrypt, { keyId, plaintext: 'x' })), 'UnsupportedOperation')
    assert.equal(await answerOf(as(GenerateDataKey, generateDataKey, { keyId })), 'UnsupportedOperation')
  })
}
