import { generateKeyPairSync } from 'node:crypto'
import {
  AsymmetricDecrypt,
  AsymmetricEncrypt,
  AsymmetricSign,
  AsymmetricVerify,
  GetPublicKey,
} from '../src/api/asymmetric.ts'
import {
  AdvanceEncrypt,
  Decrypt,
  Encrypt,
  ExportDataKey,
  GenerateAndExportDataKey,
  GenerateDataKey,
  GenerateDataKeyWithoutPlaintext,
  GenerateMac,
  ReEncrypt,
  VerifyMac,
} from '../src/api/cryptography.ts'
import { CreateKey } from '../src/api/keys.ts'
import { asymmetricDecrypt } from '../src/core/asymmetric/asymmetric-decrypt.ts'
import { asymmetricEncrypt } from '../src/core/asymmetric/asymmetric-encrypt.ts'
import { asymmetricSign } from '../src/core/asymmetric/asymmetric-sign.ts'
import { asymmetricVerify } from '../src/core/asymmetric/asymmetric-verify.ts'
import { getPublicKey } from '../src/core/asymmetric/get-public-key.ts'
import { advanceEncrypt } from '../src/core/cryptography/advance-encrypt.ts'
import { decrypt } from '../src/core/cryptography/decrypt.ts'
import { encrypt } from '../src/core/cryptography/encrypt.ts'
import { exportDataKey } from '../src/core/cryptography/export-data-key.ts'
import { generateAndExportDataKey } from '../src/core/cryptography/generate-and-export-data-key.ts'
import { generateDataKey } from '../src/core/cryptography/generate-data-key.ts'
import { generateDataKeyWithoutPlaintext } from '../src/core/cryptography/generate-data-key-without-plaintext.ts'
import { generateMac } from '../src/core/cryptography/generate-mac.ts'
import { reEncrypt } from '../src/core/cryptography/re-encrypt.ts'
import { verifyMac } from '../src/core/cryptography/verify-mac.ts'
import { createKey } from '../src/core/keys/create-key.ts'
import { everywhere, type KeyInState, onlyEnabled, type StateRow, testStates } from './kit/states.ts'

const plaintext = 'aGVsbG8='
const bytes = Buffer.from('hello')
const digest = Buffer.alloc(32, 7)
const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const target = {
  publicKeyBlob: publicKey.export({ format: 'der', type: 'spki' }),
  wrappingKeySpec: 'RSA_2048',
  wrappingAlgorithm: 'RSAES_OAEP_SHA_256',
} as const
const signing = { keySpec: 'EC_P256', keyUsage: 'SIGN/VERIFY' } as const
const sm2Encryption = { keySpec: 'EC_SM2', keyUsage: 'ENCRYPT/DECRYPT' } as const
const mac = { keySpec: 'HMAC_SHA_256', keyUsage: 'GENERATE/VERIFY_MAC' } as const

const blobOf = async ({ actor, keyId }: KeyInState) =>
  (await actor(Encrypt, encrypt, { keyId, plaintext })).ciphertextBlob
const dataKeyOf = async ({ actor, keyId }: KeyInState) =>
  (await actor(GenerateDataKeyWithoutPlaintext, generateDataKeyWithoutPlaintext, { keyId })).ciphertextBlob
const otherKey = async ({ actor }: KeyInState) => (await actor(CreateKey, createKey, {})).keyMetadata.keyId

const symmetric: readonly StateRow[] = [
  {
    operation: 'Encrypt',
    attempt: ({ actor, keyId }) => actor(Encrypt, encrypt, { keyId, plaintext }),
    answers: onlyEnabled,
  },
  {
    operation: 'Decrypt',
    prepare: blobOf,
    attempt: ({ actor }, blob) => actor(Decrypt, decrypt, { ciphertextBlob: blob as Uint8Array }),
    answers: onlyEnabled,
  },
  {
    operation: 'GenerateDataKey',
    attempt: ({ actor, keyId }) => actor(GenerateDataKey, generateDataKey, { keyId }),
    answers: onlyEnabled,
  },
  {
    operation: 'GenerateDataKeyWithoutPlaintext',
    attempt: ({ actor, keyId }) => actor(GenerateDataKeyWithoutPlaintext, generateDataKeyWithoutPlaintext, { keyId }),
    answers: onlyEnabled,
  },
  {
    operation: 'ExportDataKey',
    prepare: dataKeyOf,
    attempt: ({ actor }, blob) =>
      actor(ExportDataKey, exportDataKey, { ciphertextBlob: blob as Uint8Array, ...target }),
    answers: onlyEnabled,
  },
  {
    operation: 'GenerateAndExportDataKey',
    attempt: ({ actor, keyId }) => actor(GenerateAndExportDataKey, generateAndExportDataKey, { keyId, ...target }),
    answers: onlyEnabled,
  },
  {
    operation: 'ReEncrypt (as source)',
    prepare: async (key) => ({ ciphertextBlob: await blobOf(key), destinationKeyId: await otherKey(key) }),
    attempt: ({ actor }, request) =>
      actor(ReEncrypt, reEncrypt, request as { ciphertextBlob: Uint8Array; destinationKeyId: string }),
    answers: onlyEnabled,
  },
  {
    operation: 'ReEncrypt (as destination)',
    prepare: async (key) => blobOf({ ...key, keyId: await otherKey(key) }),
    attempt: ({ actor, keyId }, blob) =>
      actor(ReEncrypt, reEncrypt, { ciphertextBlob: blob as Uint8Array, destinationKeyId: keyId }),
    answers: onlyEnabled,
  },
  {
    operation: 'AdvanceEncrypt',
    attempt: ({ actor, keyId }) => actor(AdvanceEncrypt, advanceEncrypt, { keyId, plaintext: bytes }),
    answers: onlyEnabled,
  },
]

const asymmetric: readonly StateRow[] = [
  {
    operation: 'AsymmetricEncrypt',
    key: sm2Encryption,
    attempt: ({ actor, keyId, keyVersionId }) =>
      actor(AsymmetricEncrypt, asymmetricEncrypt, { keyId, keyVersionId, algorithm: 'SM2PKE', plaintext: bytes }),
    answers: onlyEnabled,
  },
  {
    operation: 'AsymmetricDecrypt',
    key: sm2Encryption,
    prepare: async ({ actor, keyId, keyVersionId }) =>
      (
        await actor(AsymmetricEncrypt, asymmetricEncrypt, {
          keyId,
          keyVersionId,
          algorithm: 'SM2PKE',
          plaintext: bytes,
        })
      ).ciphertextBlob,
    attempt: ({ actor, keyId, keyVersionId }, ciphertextBlob) =>
      actor(AsymmetricDecrypt, asymmetricDecrypt, {
        ...{ keyId, keyVersionId, algorithm: 'SM2PKE' },
        ciphertextBlob: ciphertextBlob as Uint8Array,
      }),
    answers: onlyEnabled,
  },
  {
    operation: 'AsymmetricSign',
    key: signing,
    attempt: ({ actor, keyId, keyVersionId }) =>
      actor(AsymmetricSign, asymmetricSign, { keyId, keyVersionId, algorithm: 'ECDSA_SHA_256', digest }),
    answers: onlyEnabled,
  },
  {
    operation: 'AsymmetricVerify',
    key: signing,
    attempt: ({ actor, keyId, keyVersionId }) =>
      actor(AsymmetricVerify, asymmetricVerify, {
        ...{ keyId, keyVersionId, algorithm: 'ECDSA_SHA_256', digest },
        value: Buffer.alloc(70),
      }),
    answers: onlyEnabled,
  },
  {
    operation: 'GetPublicKey',
    key: signing,
    attempt: ({ actor, keyId, keyVersionId }) => actor(GetPublicKey, getPublicKey, { keyId, keyVersionId }),
    answers: { ...everywhere('ok'), PendingImport: 'Rejected.PendingImport' },
  },
]

const macs: readonly StateRow[] = [
  {
    operation: 'GenerateMac',
    key: mac,
    attempt: ({ actor, keyId }) =>
      actor(GenerateMac, generateMac, { keyId, algorithm: 'HMAC_SHA_256', message: bytes }),
    answers: onlyEnabled,
  },
  {
    operation: 'VerifyMac',
    key: mac,
    attempt: ({ actor, keyId }) =>
      actor(VerifyMac, verifyMac, { keyId, algorithm: 'HMAC_SHA_256', message: bytes, mac: Buffer.alloc(32) }),
    answers: onlyEnabled,
  },
]

testStates([...symmetric, ...asymmetric, ...macs])
