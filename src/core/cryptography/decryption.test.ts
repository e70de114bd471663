import assert from 'node:assert/strict'
import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto'
import { test } from 'node:test'
import { actor, answerOf, userCaller } from '../../../test/kit/calls.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { Decrypt, Encrypt, ExportDataKey, GenerateDataKey, ReEncrypt } from '../../api/cryptography.ts'
import { CreateKey } from '../../api/keys.ts'
import { createKey } from '../keys/create-key.ts'
import { decrypt } from './decrypt.ts'
import { encrypt } from './encrypt.ts'
import { exportDataKey } from './export-data-key.ts'
import { generateDataKey } from './generate-data-key.ts'
import { reEncrypt } from './re-encrypt.ts'

// The guide on access says that these three are all decryption, so that nobody permits one of them without meaning it.

async function fixture() {
  const { kms } = await testKms()
  const account = actor(kms)
  const newKey = async () => (await account(CreateKey, createKey, {})).keyMetadata
  const [key, own] = [await newKey(), await newKey()]
  /** a user with these actions on `key`, and with everything on a key of its own */
  const user = (actions: string[]) =>
    actor(
      kms,
      userCaller(kms, [
        { Action: actions, Resource: key.arn },
        { Action: 'kms:*', Resource: own.arn },
      ]),
    )
  return { account, user, keyId: key.keyId, ownKeyId: own.keyId }
}

test('who may ReEncrypt from a key reads what it encrypted, by way of a key of its own', async () => {
  const { account, user, keyId, ownKeyId } = await fixture()
  const { ciphertextBlob } = await account(Encrypt, encrypt, { keyId, plaintext: 'c2VjcmV0' })
  const reader = user(['kms:ReEncryptFrom'])
  assert.equal(await answerOf(reader(Decrypt, decrypt, { ciphertextBlob })), 'Forbidden.NoPermission')
  const moved = await reader(ReEncrypt, reEncrypt, { ciphertextBlob, destinationKeyId: ownKeyId })
  assert.equal((await reader(Decrypt, decrypt, { ciphertextBlob: moved.ciphertextBlob })).plaintext, 'c2VjcmV0')
})

test('who may export data keys reads every data key of the key, under a key pair of its own', async () => {
  const { account, user, keyId } = await fixture()
  const { ciphertextBlob, plaintext } = await account(GenerateDataKey, generateDataKey, { keyId })
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const { exportedDataKey } = await user(['kms:ExportDataKey'])(ExportDataKey, exportDataKey, {
    ...{ ciphertextBlob, wrappingAlgorithm: 'RSAES_OAEP_SHA_256', wrappingKeySpec: 'RSA_2048' },
    publicKeyBlob: publicKey.export({ format: 'der', type: 'spki' }),
  })
  const padding = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
  assert.deepEqual(privateDecrypt(padding, exportedDataKey), Buffer.from(plaintext))
})

test('without Decrypt, ReEncryptFrom and ExportDataKey nothing that a key encrypted is read', async () => {
  const { account, user, keyId, ownKeyId } = await fixture()
  const { ciphertextBlob } = await account(GenerateDataKey, generateDataKey, { keyId })
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const publicKeyBlob = publicKey.export({ format: 'der', type: 'spki' })
  const writer = user(['kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncryptTo', 'kms:Describe*', 'kms:List*'])
  const target = { wrappingAlgorithm: 'RSAES_OAEP_SHA_256', wrappingKeySpec: 'RSA_2048', publicKeyBlob } as const
  const answers = [
    writer(Decrypt, decrypt, { ciphertextBlob }),
    writer(ReEncrypt, reEncrypt, { ciphertextBlob, destinationKeyId: ownKeyId }),
    writer(ExportDataKey, exportDataKey, { ciphertextBlob, ...target }),
  ].map(answerOf)
  assert.deepEqual(await Promise.all(answers), Array(3).fill('Forbidden.NoPermission'))
})
