import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actor, answerOf } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { AdvanceEncrypt } from '../../api/cryptography.ts'
import { CreateKey, CreateKeyVersion } from '../../api/keys.ts'
import { createKey } from '../keys/create-key.ts'
import { createKeyVersion } from '../keys/create-key-version.ts'
import { advanceEncrypt } from './advance-encrypt.ts'

async function withKey() {
  const { kms } = await testKms()
  const account = actor(kms)
  const { keyId } = (await account(CreateKey, createKey, {})).keyMetadata
  const encrypt = (plaintext: Uint8Array, algorithm = '') =>
    account(AdvanceEncrypt, advanceEncrypt, { keyId, plaintext, algorithm })
  return { account, keyId, encrypt }
}

test('the answer names the primary version and what was chosen for the caller', async () => {
  const { account, keyId, encrypt } = await withKey()
  const { keyVersion } = await account(CreateKeyVersion, createKeyVersion, { keyId })
  const answer = await encrypt(Buffer.from('plaintext'))
  assert.equal(answer.keyVersionId, keyVersion.keyVersionId)
  assert.deepEqual([answer.algorithm, answer.paddingMode, answer.iv.length], ['AES_GCM', '', 12])
  const cbc = await encrypt(Buffer.from('plaintext'), 'AES_CBC')
  assert.deepEqual([cbc.algorithm, cbc.paddingMode, cbc.iv.length], ['AES_CBC', 'PKCS7_PADDING', 16])
})

test('1 to 6144 bytes are encrypted', async () => {
  const { encrypt } = await withKey()
  const answers = [0, 1, 6144, 6145].map((length) => answerOf(encrypt(new Uint8Array(length))))
  assert.deepEqual(await Promise.all(answers), ['InvalidParameter', 'ok', 'ok', 'InvalidParameter'])
})
