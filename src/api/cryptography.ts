import { boolean, bytes, integer, list, object, optional, string, stringMap, withDefault } from './field.ts'
import { define } from './operation.ts'

export const Encrypt = define(
  'Encrypt',
  'Encrypts up to 6 KB under the primary version of a symmetric key.',
  {
    DryRun: withDefault(boolean('only checks: success is reported as error DryRunOperationError'), false),
    EncryptionContext: optional(
      stringMap('pairs of text bound to the ciphertext; an equal map is needed to decrypt', {
        maxLength: 8192,
        sensitive: true,
      }),
    ),
    KeyId: string('key id, alias (`alias/…`) or key ARN'),
    Plaintext: string('opaque text, returned unchanged by Decrypt; normally Base64 of up to 6144 bytes', {
      sensitive: true,
    }),
  },
  { CiphertextBlob: bytes(''), KeyId: string(''), KeyVersionId: string('') },
  { gateways: ['shared', 'instance'], quota: 'symmetric' },
)

export const Decrypt = define(
  'Decrypt',
  'Decrypts what Encrypt, GenerateDataKey or ReEncrypt returned.',
  {
    CiphertextBlob: bytes('base64'),
    DryRun: withDefault(boolean('only checks: success is reported as error DryRunOperationError'), false),
    EncryptionContext: optional(
      stringMap('pairs of text bound to the ciphertext; an equal map is needed to decrypt', {
        maxLength: 8192,
        sensitive: true,
      }),
    ),
    Recipient: optional(
      string(
        'added 2026-07; confidential-computing recipient: response then carries CiphertextForRecipient; format not documented',
      ),
    ),
  },
  {
    CiphertextForRecipient: optional(bytes('')),
    KeyId: string(''),
    KeyVersionId: string(''),
    Plaintext: string('the text given to Encrypt', { sensitive: true }),
  },
  { gateways: ['shared', 'instance'], quota: 'symmetric' },
)

export const ReEncrypt = define(
  'ReEncrypt',
  'Decrypts a ciphertext and encrypts the plaintext under another key, without showing it.',
  {
    CiphertextBlob: bytes('base64'),
    DestinationEncryptionContext: optional(
      stringMap('pairs of text bound to the ciphertext; an equal map is needed to decrypt', {
        maxLength: 8192,
        sensitive: true,
      }),
    ),
    DestinationKeyId: string('key id, alias (`alias/…`) or key ARN'),
    DryRun: withDefault(boolean('only checks: success is reported as error DryRunOperationError'), false),
    SourceEncryptionAlgorithm: optional(
      string('RSAES_OAEP_SHA_256 | RSAES_OAEP_SHA_1 | SM2PKE; asymmetric source only'),
    ),
    SourceEncryptionContext: optional(
      stringMap('pairs of text bound to the ciphertext; an equal map is needed to decrypt', {
        maxLength: 8192,
        sensitive: true,
      }),
    ),
    SourceKeyId: optional(string('key id or key ARN')),
    SourceKeyVersionId: optional(string('asymmetric source only')),
  },
  { CiphertextBlob: bytes(''), KeyId: string(''), KeyVersionId: string('') },
  { resource: 'keys', actions: ['kms:ReEncryptFrom', 'kms:ReEncryptTo'], quota: 'reEncrypt' },
)

export const GenerateDataKey = define(
  'GenerateDataKey',
  'Generates a data key and returns it in plaintext and encrypted.',
  {
    DryRun: withDefault(boolean('only checks: success is reported as error DryRunOperationError'), false),
    EncryptionContext: optional(
      stringMap('pairs of text bound to the ciphertext; an equal map is needed to decrypt', {
        maxLength: 8192,
        sensitive: true,
      }),
    ),
    KeyId: string('key id, alias (`alias/…`) or key ARN'),
    KeySpec: optional(string('AES_256 | AES_128; ignored when NumberOfBytes is given; with neither, 32 bytes')),
    NumberOfBytes: optional(
      integer('length of the data key, 1 to 1024; wins over KeySpec', { minimum: 0, maximum: 1024 }),
    ),
    Recipient: optional(string('added 2026-07; see Decrypt')),
  },
  {
    CiphertextBlob: bytes(''),
    CiphertextForRecipient: optional(bytes('')),
    KeyId: string(''),
    KeyVersionId: string(''),
    Plaintext: bytes('', { sensitive: true }),
  },
  { gateways: ['shared', 'instance'], quota: 'symmetric' },
)

export const GenerateDataKeyWithoutPlaintext = define(
  'GenerateDataKeyWithoutPlaintext',
  'Generates a data key and returns it encrypted only.',
  {
    DryRun: withDefault(boolean('only checks: success is reported as error DryRunOperationError'), false),
    EncryptionContext: optional(
      stringMap('pairs of text bound to the ciphertext; an equal map is needed to decrypt', {
        maxLength: 8192,
        sensitive: true,
      }),
    ),
    KeyId: string('key id, alias (`alias/…`) or key ARN'),
    KeySpec: optional(string('AES_256 | AES_128; ignored when NumberOfBytes is given; with neither, 32 bytes')),
    NumberOfBytes: optional(
      integer('length of the data key, 1 to 1024; wins over KeySpec', { minimum: 0, maximum: 1024 }),
    ),
  },
  { CiphertextBlob: bytes(''), KeyId: string(''), KeyVersionId: string('') },
  { gateways: ['shared', 'instance'], quota: 'symmetric' },
)

export const ExportDataKey = define(
  'ExportDataKey',
  'Decrypts a data key and returns it encrypted under a public key of the caller.',
  {
    CiphertextBlob: bytes('data key ciphertext'),
    DryRun: withDefault(boolean('only checks: success is reported as error DryRunOperationError'), false),
    EncryptionContext: optional(
      stringMap('pairs of text bound to the ciphertext; an equal map is needed to decrypt', {
        maxLength: 8192,
        sensitive: true,
      }),
    ),
    PublicKeyBlob: bytes('DER SubjectPublicKeyInfo public key'),
    WrappingAlgorithm: string('RSAES_OAEP_SHA_256 | RSAES_OAEP_SHA_1 | SM2PKE'),
    WrappingKeySpec: string('RSA_2048 | EC_SM2'),
  },
  { ExportedDataKey: bytes(''), KeyId: string(''), KeyVersionId: string('') },
  { gateways: ['shared', 'instance'], quota: 'symmetric' },
)

export const GenerateAndExportDataKey = define(
  'GenerateAndExportDataKey',
  'Generates a data key and returns it encrypted under the key and under a public key of the caller.',
  {
    DryRun: withDefault(boolean('only checks: success is reported as error DryRunOperationError'), false),
    EncryptionContext: optional(
      stringMap('pairs of text bound to the ciphertext; an equal map is needed to decrypt', {
        maxLength: 8192,
        sensitive: true,
      }),
    ),
    KeyId: string('key id, alias (`alias/…`) or key ARN'),
    KeySpec: optional(string('AES_256 | AES_128; ignored when NumberOfBytes is given; with neither, 32 bytes')),
    NumberOfBytes: optional(
      integer('length of the data key, 1 to 1024; wins over KeySpec', { minimum: 0, maximum: 1024 }),
    ),
    PublicKeyBlob: bytes('DER SubjectPublicKeyInfo public key'),
    WrappingAlgorithm: string('RSAES_OAEP_SHA_256 | RSAES_OAEP_SHA_1 | SM2PKE'),
    WrappingKeySpec: string('RSA_2048 | EC_SM2'),
  },
  { CiphertextBlob: bytes(''), ExportedDataKey: bytes(''), KeyId: string(''), KeyVersionId: string('') },
  { gateways: ['shared', 'instance'], quota: 'symmetric' },
)

export const AdvanceEncrypt = define(
  'AdvanceEncrypt',
  'Encrypts with an explicit algorithm into a self-describing ciphertext (first-generation SDKs).',
  {
    Aad: optional(bytes('Aad')),
    Algorithm: optional(
      string('mode name as in the instance API (AES_GCM, AES_CBC, ...; not documented for this version)'),
    ),
    Iv: optional(bytes('Iv')),
    KeyId: string('key id, alias (`alias/…`) or key ARN'),
    PaddingMode: optional(string('as in the instance API')),
    Plaintext: bytes('data to encrypt', { sensitive: true }),
  },
  {
    KeyId: string(''),
    KeyVersionId: string(''),
    CiphertextBlob: bytes(''),
    Algorithm: string(''),
    Iv: bytes(''),
    PaddingMode: string(''),
  },
  { quota: 'symmetric' },
)

export const GenerateMac = define(
  'GenerateMac',
  'Computes a message authentication code.',
  {
    Algorithm: string('HMAC_SM3 | HMAC_SHA_224 | HMAC_SHA_256 | HMAC_SHA_384 | HMAC_SHA_512, by key spec'),
    DryRun: withDefault(boolean('only checks: success is reported as error DryRunOperationError'), false),
    KeyId: string('key id, alias (`alias/…`) or key ARN'),
    Message: bytes('base64'),
  },
  { Algorithm: string(''), KeyId: string(''), Mac: bytes('') },
  { gateways: ['shared', 'instance'], quota: 'symmetric' },
)

export const VerifyMac = define(
  'VerifyMac',
  'Checks a message authentication code.',
  {
    Algorithm: string('HMAC_SM3 | HMAC_SHA_224 | HMAC_SHA_256 | HMAC_SHA_384 | HMAC_SHA_512, by key spec'),
    DryRun: withDefault(boolean('only checks: success is reported as error DryRunOperationError'), false),
    KeyId: string('key id, alias (`alias/…`) or key ARN'),
    Mac: bytes('base64'),
    Message: bytes('base64'),
  },
  { Algorithm: string(''), KeyId: string(''), Value: boolean('') },
  { gateways: ['shared', 'instance'], quota: 'symmetric' },
)

export const GetManagedDataKey = define(
  'GetManagedDataKey',
  'Returns a version of a managed data key.',
  {
    DataKeyName: string(''),
    DataKeyVersionId: optional(string('version ID')),
    UseLatest: withDefault(boolean('default false (first version); used only without DataKeyVersionId'), false),
  },
  {
    DataKeyName: string(''),
    DataKeyVersionId: string(''),
    DataKeyVersionName: string(''),
    Plaintext: bytes('', { sensitive: true }),
  },
  { resource: 'secret', quota: 'symmetric' },
)

export const ListManagedDataKeyVersions = define(
  'ListManagedDataKeyVersions',
  'Lists the versions of a managed data key.',
  {
    DataKeyName: string(''),
    PageNumber: withDefault(integer('page to return, from 1', { minimum: 1 }), 1),
    PageSize: withDefault(integer('items in a page', { minimum: 1, maximum: 100 }), 10),
  },
  {
    DataKeyName: string(''),
    ManagedDataKeyVersions: object('', {
      ManagedDataKeyVersion: list('', object('', { DataKeyVersionId: string(''), DataKeyVersionName: string('') })),
    }),
    PageNumber: integer(''),
    PageSize: integer(''),
    TotalCount: integer(''),
  },
  { resource: 'secret' },
)
