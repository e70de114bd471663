import {
  algorithmNames,
  anyKeyId,
  ciphertextForRecipient,
  dryRun,
  keyIdOut,
  keyVersionIdOut,
  recipient,
} from './cryptography-fields.ts'
import {
  boolean,
  bytes,
  integer,
  known,
  list,
  object,
  oneOf,
  optional,
  string,
  stringMap,
  withDefault,
} from './field.ts'
import { define, keyhavenApi } from './operation.ts'

const encryptionContext = (doc: string) => optional(stringMap(doc, { maxLength: 8192, sensitive: true }))
const contextToSeal = encryptionContext('pairs of text bound to the ciphertext; an equal map is needed to decrypt')
const contextToOpen = encryptionContext('the pairs of text given when the ciphertext was made')
const dataKeyLength = {
  // SM4_128 is in no list of the service, but its encryption SDKs send it.
  KeySpec: optional(
    oneOf('length by name: 32 or 16 bytes; ignored beside NumberOfBytes', ['AES_256', 'AES_128', 'SM4_128']),
  ),
  NumberOfBytes: optional(
    integer('length of the data key in bytes; with neither this nor KeySpec, 32', { minimum: 0, maximum: 1024 }),
  ),
}
const exportTarget = {
  PublicKeyBlob: bytes('public key to encrypt the data key under: DER SubjectPublicKeyInfo', { maxLength: 2048 }),
  WrappingAlgorithm: oneOf('how to encrypt it; must fit WrappingKeySpec', algorithmNames.wrapping),
  WrappingKeySpec: oneOf('kind of the public key', ['RSA_2048', 'EC_SM2']),
}
const sealedDataKey = bytes('the data key under the key; Decrypt returns its Base64 text')
const exportedDataKey = bytes('the data key under the given public key: raw bytes, encrypted')
const served = { access: 'use', hosts: ['public', 'instance'], quota: 'symmetric' } as const

const paddingModes = ['PKCS7_PADDING', 'NO_PADDING'] as const

export const Encrypt = define(
  'Encrypt',
  'Encrypts up to 6 KB under the primary version of a symmetric key.',
  {
    KeyId: anyKeyId,
    Plaintext: string('opaque text, returned unchanged by Decrypt; normally Base64 of up to 6144 bytes', {
      sensitive: true,
    }),
    EncryptionContext: contextToSeal,
    DryRun: dryRun,
  },
  {
    CiphertextBlob: bytes('self-describing; safe to store'),
    KeyId: keyIdOut,
    KeyVersionId: keyVersionIdOut,
  },
  served,
)

export const Decrypt = define(
  'Decrypt',
  'Decrypts what Encrypt, GenerateDataKey or ReEncrypt returned; the ciphertext names its key.',
  {
    CiphertextBlob: bytes('the ciphertext'),
    EncryptionContext: contextToOpen,
    Recipient: recipient,
    DryRun: dryRun,
  },
  {
    CiphertextForRecipient: ciphertextForRecipient,
    KeyId: keyIdOut,
    KeyVersionId: keyVersionIdOut,
    Plaintext: string('the text given to Encrypt; of a data key, its Base64 text', { sensitive: true }),
  },
  served,
)

export const ReEncrypt = define(
  'ReEncrypt',
  'Decrypts a ciphertext and encrypts the plaintext under another key, without showing it.',
  {
    CiphertextBlob: bytes('symmetric ciphertext, or bare asymmetric ciphertext such as an exported data key'),
    DestinationKeyId: string('key id of a symmetric key; an alias is refused', { minLength: 1, maxLength: 512 }),
    SourceEncryptionContext: contextToOpen,
    DestinationEncryptionContext: contextToSeal,
    SourceKeyId: optional(string('asymmetric source only: key id')),
    SourceKeyVersionId: optional(string('asymmetric source only: key version id')),
    SourceEncryptionAlgorithm: optional(oneOf('asymmetric source only: how it was encrypted', algorithmNames.wrapping)),
    DryRun: dryRun,
  },
  {
    CiphertextBlob: bytes('the new ciphertext'),
    KeyId: string('id of the key that decrypted'),
    KeyVersionId: string('id of the key version that decrypted'),
  },
  { resource: 'keys', actions: ['kms:ReEncryptFrom', 'kms:ReEncryptTo'], access: 'use', quota: 'reEncrypt' },
)

export const GenerateDataKey = define(
  'GenerateDataKey',
  'Generates a data key and returns it in plaintext and encrypted.',
  { KeyId: anyKeyId, ...dataKeyLength, EncryptionContext: contextToSeal, Recipient: recipient, DryRun: dryRun },
  {
    CiphertextBlob: sealedDataKey,
    CiphertextForRecipient: optional(bytes('the data key for the recipient')),
    KeyId: keyIdOut,
    KeyVersionId: keyVersionIdOut,
    Plaintext: bytes('the data key', { sensitive: true }),
  },
  served,
)

export const GenerateDataKeyWithoutPlaintext = define(
  'GenerateDataKeyWithoutPlaintext',
  'Generates a data key and returns it encrypted only.',
  { KeyId: anyKeyId, ...dataKeyLength, EncryptionContext: contextToSeal, DryRun: dryRun },
  { CiphertextBlob: sealedDataKey, KeyId: keyIdOut, KeyVersionId: keyVersionIdOut },
  served,
)

export const ExportDataKey = define(
  'ExportDataKey',
  'Decrypts a data key and returns it encrypted under a public key of the caller.',
  {
    CiphertextBlob: bytes('the data key as GenerateDataKey returned it'),
    EncryptionContext: contextToOpen,
    ...exportTarget,
    DryRun: dryRun,
  },
  { ExportedDataKey: exportedDataKey, KeyId: keyIdOut, KeyVersionId: keyVersionIdOut },
  served,
)

export const GenerateAndExportDataKey = define(
  'GenerateAndExportDataKey',
  'Generates a data key and returns it encrypted under the key and under a public key of the caller.',
  { KeyId: anyKeyId, ...dataKeyLength, EncryptionContext: contextToSeal, ...exportTarget, DryRun: dryRun },
  {
    CiphertextBlob: sealedDataKey,
    ExportedDataKey: exportedDataKey,
    KeyId: keyIdOut,
    KeyVersionId: keyVersionIdOut,
  },
  served,
)

export const AdvanceEncrypt = define(
  'AdvanceEncrypt',
  'Encrypts with an explicit algorithm into a self-describing ciphertext (first-generation SDKs).',
  {
    KeyId: anyKeyId,
    Plaintext: bytes('data to encrypt, up to 6144 bytes', { sensitive: true }),
    Algorithm: optional(
      string('`AES_` or `SM4_` by key spec, with `GCM`, `CBC`, `CTR`, or where it is allowed `ECB`; default GCM'),
    ),
    Aad: optional(bytes('additional authenticated data; GCM only', { maxLength: 8192, sensitive: true })),
    Iv: optional(bytes('12 bytes for GCM, 16 for CBC; random when left out, and always for CTR')),
    PaddingMode: optional(known('`PKCS7_PADDING` unless given; CBC and ECB only', paddingModes)),
  },
  {
    KeyId: keyIdOut,
    KeyVersionId: keyVersionIdOut,
    CiphertextBlob: bytes('self-describing: header, key version id, IV, ciphertext'),
    Algorithm: string('the algorithm that was used'),
    Iv: bytes('the IV that was used'),
    PaddingMode: known('the padding that was used; empty for GCM', ['', ...paddingModes]),
  },
  { access: 'use', quota: 'symmetric' },
)

export const GenerateMac = define(
  'GenerateMac',
  'Computes a message authentication code.',
  {
    KeyId: anyKeyId,
    Algorithm: oneOf('must be the one of the key spec', algorithmNames.macs),
    Message: bytes('the message, up to 6144 bytes', { maxLength: 6144, sensitive: true }),
    DryRun: dryRun,
  },
  { Algorithm: string('the algorithm that was used'), KeyId: keyIdOut, Mac: bytes('the code, full length') },
  served,
)

export const VerifyMac = define(
  'VerifyMac',
  'Checks a message authentication code.',
  {
    KeyId: anyKeyId,
    Algorithm: oneOf('must be the one of the key spec', algorithmNames.macs),
    Message: bytes('the message, up to 6144 bytes', { maxLength: 6144, sensitive: true }),
    Mac: bytes('the code to check'),
    DryRun: dryRun,
  },
  { Algorithm: string('the algorithm that was used'), KeyId: keyIdOut, Value: boolean('whether the code is right') },
  served,
)

const dataKeyName = string('name of the managed data key', {
  minLength: 1,
  maxLength: 64,
  pattern: /[A-Za-z0-9_/+=.@-]+/,
})

export const GetManagedDataKey = define(
  'GetManagedDataKey',
  'Returns a version of a managed data key in plaintext.',
  {
    DataKeyName: dataKeyName,
    DataKeyVersionId: optional(string('version id')),
    UseLatest: withDefault(boolean('without DataKeyVersionId: the latest version, not the first'), false),
  },
  {
    DataKeyName: string('name of the managed data key'),
    DataKeyVersionId: string('version id'),
    DataKeyVersionName: string('`kms-datakeyversion!<name>!<version>`'),
    Plaintext: bytes('the data key', { sensitive: true }),
  },
  { resource: 'managed data key', access: 'use', quota: 'symmetric' },
)

export const ListManagedDataKeyVersions = define(
  'ListManagedDataKeyVersions',
  'Lists the versions of a managed data key.',
  {
    DataKeyName: dataKeyName,
    PageNumber: withDefault(integer('page to return, from 1', { minimum: 1 }), 1),
    PageSize: withDefault(integer('items in a page', { minimum: 1, maximum: 100 }), 10),
  },
  {
    DataKeyName: string('name of the managed data key'),
    ManagedDataKeyVersions: object('', {
      ManagedDataKeyVersion: list(
        '',
        object('', { DataKeyVersionId: string('version id'), DataKeyVersionName: string('name of the version') }),
      ),
    }),
    PageNumber: integer('as asked'),
    PageSize: integer('as asked'),
    TotalCount: integer('versions in all'),
  },
  { resource: 'managed data key' },
)

// What the cloud does in its console only, Keyhaven offers as operations of its own.
const managedDataKeyVersion = {
  DataKeyName: string('name of the managed data key'),
  DataKeyVersionId: string('id of the new version'),
  DataKeyVersionName: string('`kms-datakeyversion!<name>!<version>`'),
}

export const CreateManagedDataKey = define(
  'CreateManagedDataKey',
  'Creates a managed data key: random bytes under a name, kept sealed, handed out by GetManagedDataKey.',
  {
    DataKeyName: dataKeyName,
    NumberOfBytes: withDefault(integer('length in bytes', { minimum: 1, maximum: 1024 }), 32),
  },
  managedDataKeyVersion,
  { api: keyhavenApi, resource: 'managed data key', mutates: true },
)

export const CreateManagedDataKeyVersion = define(
  'CreateManagedDataKeyVersion',
  'Adds a version to a managed data key, of the length of its first one.',
  { DataKeyName: dataKeyName },
  managedDataKeyVersion,
  { api: keyhavenApi, resource: 'managed data key', mutates: true },
)
