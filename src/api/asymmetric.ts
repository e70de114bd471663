import { boolean, bytes, string, withDefault } from './field.ts'
import { define } from './operation.ts'

export const AsymmetricEncrypt = define(
  'AsymmetricEncrypt',
  'Encrypts with the public key of a key version.',
  {
    Algorithm: string('RSAES_OAEP_SHA_256 | RSAES_OAEP_SHA_1 (RSA_2048, RSA_3072) | SM2PKE (EC_SM2)'),
    DryRun: withDefault(boolean('only checks: success is reported as error DryRunOperationError'), false),
    KeyId: string('key id, alias (`alias/…`) or key ARN'),
    KeyVersionId: string('key version ID'),
    Plaintext: bytes('data to encrypt', { sensitive: true }),
  },
  { CiphertextBlob: bytes(''), KeyId: string(''), KeyVersionId: string('') },
  { gateways: ['shared', 'instance'], quota: 'asymmetric' },
)

export const AsymmetricDecrypt = define(
  'AsymmetricDecrypt',
  'Decrypts with the private key of a key version.',
  {
    Algorithm: string('RSAES_OAEP_SHA_256 | RSAES_OAEP_SHA_1 (RSA_2048, RSA_3072) | SM2PKE (EC_SM2)'),
    CiphertextBlob: bytes('256 bytes for RSA_2048, 384 for RSA_3072, up to 6144 for SM2PKE'),
    DryRun: withDefault(boolean('only checks: success is reported as error DryRunOperationError'), false),
    KeyId: string('key id, alias (`alias/…`) or key ARN'),
    KeyVersionId: string('key version ID'),
  },
  { KeyId: string(''), KeyVersionId: string(''), Plaintext: bytes('', { sensitive: true }) },
  { gateways: ['shared', 'instance'], quota: 'asymmetric' },
)

export const AsymmetricSign = define(
  'AsymmetricSign',
  'Signs a digest with the private key of a key version.',
  {
    Algorithm: string(
      'RSA_PSS_SHA_256 | RSA_PKCS1_SHA_256 (RSA_2048, RSA_3072) | ECDSA_SHA_256 (EC_P256, EC_P256K) | SM2DSA (EC_SM2)',
    ),
    Digest: bytes('the digest (32 bytes: SHA-256, or SM3 with the SM2 Z value for SM2DSA)'),
    DryRun: withDefault(boolean('only checks: success is reported as error DryRunOperationError'), false),
    KeyId: string('key id, alias (`alias/…`) or key ARN'),
    KeyVersionId: string('key version ID'),
  },
  { KeyId: string(''), KeyVersionId: string(''), Value: bytes('') },
  { gateways: ['shared', 'instance'], quota: 'asymmetric' },
)

export const AsymmetricVerify = define(
  'AsymmetricVerify',
  'Checks a signature over a digest with the public key of a key version.',
  {
    Algorithm: string(
      'RSA_PSS_SHA_256 | RSA_PKCS1_SHA_256 (RSA_2048, RSA_3072) | ECDSA_SHA_256 (EC_P256, EC_P256K) | SM2DSA (EC_SM2)',
    ),
    Digest: bytes('the digest (32 bytes: SHA-256, or SM3 with the SM2 Z value for SM2DSA)'),
    DryRun: withDefault(boolean('only checks: success is reported as error DryRunOperationError'), false),
    KeyId: string('key id, alias (`alias/…`) or key ARN'),
    KeyVersionId: string('key version ID'),
    Value: bytes('signature'),
  },
  { KeyId: string(''), KeyVersionId: string(''), Value: boolean('') },
  { gateways: ['shared', 'instance'], quota: 'asymmetric' },
)

export const GetPublicKey = define(
  'GetPublicKey',
  'Returns the public key of a key version.',
  {
    DryRun: withDefault(boolean('only checks: success is reported as error DryRunOperationError'), false),
    KeyId: string('key id, alias (`alias/…`) or key ARN'),
    KeyVersionId: string('key version ID'),
  },
  { KeyId: string(''), KeyVersionId: string(''), PublicKey: string('') },
  { gateways: ['shared', 'instance'] },
)
