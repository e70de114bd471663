import {
  algorithmNames,
  anyKeyId,
  ciphertextForRecipient,
  dryRun,
  keyIdOut,
  keyVersionIdOut,
  recipient,
} from './cryptography-fields.ts'
import { boolean, bytes, oneOf, string } from './field.ts'
import { define } from './operation.ts'

const keyVersion = { KeyId: anyKeyId, KeyVersionId: string('key version id', { minLength: 1, maxLength: 64 }) }
const used = { KeyId: keyIdOut, KeyVersionId: keyVersionIdOut }
const encryption = oneOf('RSA keys: RSAES_OAEP_…; EC_SM2: SM2PKE', algorithmNames.wrapping)
const signing = oneOf('RSA keys: RSA_…; EC_P256 and EC_P256K: ECDSA_SHA_256; EC_SM2: SM2DSA', [
  'RSA_PSS_SHA_256',
  'RSA_PKCS1_SHA_256',
  'ECDSA_SHA_256',
  'SM2DSA',
])
const digest = bytes('digest of the message, 32 bytes: SHA-256; for SM2DSA SM3(Z ‖ message)')
const served = { access: 'use', hosts: ['public', 'instance'], quota: 'asymmetric' } as const

export const AsymmetricEncrypt = define(
  'AsymmetricEncrypt',
  'Encrypts with the public key of a key version.',
  {
    ...keyVersion,
    Algorithm: encryption,
    Plaintext: bytes('data; at most 190/318/446 bytes (OAEP SHA-256), 214/342/470 (OAEP SHA-1), 6047 (SM2PKE)', {
      sensitive: true,
    }),
    DryRun: dryRun,
  },
  { CiphertextBlob: bytes('bare ciphertext of the scheme'), ...used },
  served,
)

export const AsymmetricDecrypt = define(
  'AsymmetricDecrypt',
  'Decrypts with the private key of a key version.',
  {
    ...keyVersion,
    Algorithm: encryption,
    CiphertextBlob: bytes('bare ciphertext of the scheme', { maxLength: 6144 }),
    DryRun: dryRun,
    Recipient: recipient,
  },
  { ...used, Plaintext: bytes('the data', { sensitive: true }), CiphertextForRecipient: ciphertextForRecipient },
  served,
)

export const AsymmetricSign = define(
  'AsymmetricSign',
  'Signs a digest with the private key of a key version.',
  { ...keyVersion, Algorithm: signing, Digest: digest, DryRun: dryRun },
  { ...used, Value: bytes('signature: RSA as long as the modulus, ECDSA and SM2 a DER SEQUENCE { r, s }') },
  served,
)

export const AsymmetricVerify = define(
  'AsymmetricVerify',
  'Checks a signature over a digest with the public key of a key version.',
  {
    ...keyVersion,
    Algorithm: signing,
    Digest: digest,
    Value: bytes('signature as AsymmetricSign returns it'),
    DryRun: dryRun,
  },
  { ...used, Value: boolean('whether the signature is right') },
  served,
)

export const GetPublicKey = define(
  'GetPublicKey',
  'Returns the public key of a key version.',
  { ...keyVersion, DryRun: dryRun },
  { ...used, PublicKey: string('PEM SubjectPublicKeyInfo') },
  { hosts: ['public', 'instance'] },
)
