import type { QuotaClass } from './operation.ts'

/**
 * The operations of the instance gateway as data: protobuf messages with their field numbers.
 * The wire knows no absent value: a field left out reads as empty text, no bytes, 0, false or an empty list.
 */

export type ScalarType = 'string' | 'bytes' | 'int32' | 'bool' | 'strings'

export interface MessageField<Type extends ScalarType = ScalarType> {
  readonly number: number
  readonly type: Type
}

export type Message = Readonly<Record<string, MessageField>>

const text = (number: number): MessageField<'string'> => ({ number, type: 'string' })
const bytes = (number: number): MessageField<'bytes'> => ({ number, type: 'bytes' })
const int = (number: number): MessageField<'int32'> => ({ number, type: 'int32' })
const flag = (number: number): MessageField<'bool'> => ({ number, type: 'bool' })
const texts = (number: number): MessageField<'strings'> => ({ number, type: 'strings' })

interface Scalars {
  string: string
  bytes: Uint8Array
  int32: number
  bool: boolean
  strings: readonly string[]
}

/** A decoded message as code sees it: wire names with a small first letter, every field present. */
export type MessageValues<M extends Message> = {
  readonly [K in keyof M & string as Uncapitalize<K>]: Scalars[M[K]['type']]
}
/** A message to encode: what is left out or empty is not sent. */
export type MessageInput<M extends Message> = {
  readonly [K in keyof M & string as Uncapitalize<K>]?: Scalars[M[K]['type']] | undefined
}

export interface InstanceOperation<Request extends Message = Message, Response extends Message = Message> {
  /** value of the header `x-kms-apiname` */
  readonly name: string
  readonly doc: string
  readonly request: Request
  readonly response: Response
  /** fields of the request that it cannot do without */
  readonly needed: readonly string[]
  /** the RAM action that key policies and application access points decide on */
  readonly action: string
  /** what the caller's access point must permit: use of keys, of secrets, or nothing in particular */
  readonly permission: 'key' | 'secret' | 'none'
  /** the shared bucket that its rate limit counts in */
  readonly quota: QuotaClass
}

const define = <const Request extends Message, const Response extends Message>(
  name: string,
  doc: string,
  request: Request,
  response: Response,
  settings: Partial<Pick<InstanceOperation, 'needed' | 'action' | 'permission' | 'quota'>> = {},
): InstanceOperation<Request, Response> => ({
  name,
  doc,
  request,
  response,
  needed: [],
  action: `kms:${name}`,
  permission: 'key',
  quota: 'symmetric',
  ...settings,
})

export const ErrorMessage = {
  StatusCode: int(1),
  ErrorCode: text(2),
  ErrorMessage: text(3),
  RequestId: text(4),
} as const satisfies Message

const encryptRequest = {
  KeyId: text(1),
  Plaintext: bytes(2),
  Algorithm: text(3),
  Aad: bytes(4),
  Iv: bytes(5),
  PaddingMode: text(6),
} as const
const encryptResponse = {
  KeyId: text(1),
  CiphertextBlob: bytes(2),
  Iv: bytes(3),
  RequestId: text(4),
  Algorithm: text(5),
  PaddingMode: text(6),
} as const
const decryptRequest = {
  CiphertextBlob: bytes(1),
  KeyId: text(2),
  Algorithm: text(3),
  Aad: bytes(4),
  Iv: bytes(5),
  PaddingMode: text(6),
} as const
const decryptResponse = {
  KeyId: text(1),
  Plaintext: bytes(2),
  RequestId: text(3),
  Algorithm: text(4),
  PaddingMode: text(5),
} as const

export const Encrypt = define(
  'Encrypt',
  'Encrypts under the initial version of a key, symmetric or not, or under the version that the call pins (header `x-kms-migrationkeyversionid`).',
  encryptRequest,
  encryptResponse,
  { needed: ['KeyId', 'Plaintext'] },
)
export const Decrypt = define(
  'Decrypt',
  'Decrypts what Encrypt, GenerateDataKey or GenerateDataKeyPair returned; needs what these were given, and their IV.',
  decryptRequest,
  decryptResponse,
  { needed: ['CiphertextBlob'] },
)
export const AdvanceEncrypt = define(
  'AdvanceEncrypt',
  'Encrypts under the primary version of a symmetric key into a self-describing ciphertext.',
  encryptRequest,
  { ...encryptResponse, KeyVersionId: text(7) },
  { needed: ['KeyId', 'Plaintext'], action: 'kms:Encrypt' },
)
export const AdvanceDecrypt = define(
  'AdvanceDecrypt',
  'Decrypts a self-describing ciphertext; also one of Encrypt, if key and IV are given.',
  decryptRequest,
  { ...decryptResponse, KeyVersionId: text(6) },
  { needed: ['CiphertextBlob'], action: 'kms:Decrypt' },
)
export const Sign = define(
  'Sign',
  'Signs a message (MessageType RAW, the default) or a digest (DIGEST).',
  { KeyId: text(1), Digest: bytes(2), Algorithm: text(3), Message: bytes(4), MessageType: text(5) },
  { KeyId: text(1), Signature: bytes(2), RequestId: text(3), Algorithm: text(4), MessageType: text(5) },
  { needed: ['KeyId', 'Message'], action: 'kms:AsymmetricSign', quota: 'asymmetric' },
)
export const Verify = define(
  'Verify',
  'Checks a signature over a message (MessageType RAW, the default) or a digest (DIGEST).',
  {
    KeyId: text(1),
    Digest: bytes(2),
    Signature: bytes(3),
    Algorithm: text(4),
    Message: bytes(5),
    MessageType: text(6),
  },
  { KeyId: text(1), Value: flag(2), RequestId: text(3), Algorithm: text(4), MessageType: text(5) },
  { needed: ['KeyId', 'Message', 'Signature'], action: 'kms:AsymmetricVerify', quota: 'asymmetric' },
)
export const GenerateRandom = define(
  'GenerateRandom',
  'Returns 1 to 64 random bytes.',
  { Length: int(1) },
  { Random: bytes(1), RequestId: text(2) },
  { needed: ['Length'], permission: 'none' },
)
export const GenerateDataKey = define(
  'GenerateDataKey',
  'Generates a data key of 1 to 1024 bytes under the initial version of a key.',
  { KeyId: text(1), Algorithm: text(2), NumberOfBytes: int(3), Aad: bytes(4) },
  {
    KeyId: text(1),
    Iv: bytes(2),
    Plaintext: bytes(3),
    CiphertextBlob: bytes(4),
    RequestId: text(5),
    Algorithm: text(6),
  },
  { needed: ['KeyId'] },
)
export const AdvanceGenerateDataKey = define(
  'AdvanceGenerateDataKey',
  'Generates a data key under the primary version of a key; its ciphertext is self-describing.',
  { KeyId: text(1), NumberOfBytes: int(2), Aad: bytes(3) },
  {
    KeyId: text(1),
    Iv: bytes(2),
    Plaintext: bytes(3),
    CiphertextBlob: bytes(4),
    RequestId: text(5),
    Algorithm: text(6),
    KeyVersionId: text(7),
  },
  { needed: ['KeyId'], action: 'kms:GenerateDataKey' },
)

const pairRequest = {
  KeyId: text(1),
  Algorithm: text(2),
  KeyPairSpec: text(3),
  KeyFormat: text(4),
  Aad: bytes(5),
} as const
const advancePairRequest = { KeyId: text(1), KeyPairSpec: text(2), KeyFormat: text(3), Aad: bytes(4) } as const
const pairResponse = {
  KeyId: text(1),
  Iv: bytes(2),
  KeyPairSpec: text(3),
  PrivateKeyPlaintext: bytes(4),
  PrivateKeyCiphertextBlob: bytes(5),
  PublicKey: bytes(6),
  RequestId: text(7),
  Algorithm: text(8),
} as const
const sealedPairResponse = {
  KeyId: text(1),
  Iv: bytes(2),
  KeyPairSpec: text(3),
  PrivateKeyCiphertextBlob: bytes(4),
  PublicKey: bytes(5),
  RequestId: text(6),
  Algorithm: text(7),
} as const
/** Making a pair costs up to seconds of a processor; the service makes one at a time. */
const pairSettings = { action: 'kms:GenerateDataKeyPair', quota: 'keyPair' } as const

export const GenerateDataKeyPair = define(
  'GenerateDataKeyPair',
  'Generates a key pair; the private key comes in plaintext and encrypted under the initial version of a key.',
  pairRequest,
  pairResponse,
  { needed: ['KeyId', 'KeyPairSpec'], ...pairSettings },
)
export const GenerateDataKeyPairWithoutPlaintext = define(
  'GenerateDataKeyPairWithoutPlaintext',
  'As GenerateDataKeyPair; the private key comes encrypted only.',
  pairRequest,
  sealedPairResponse,
  { needed: ['KeyId', 'KeyPairSpec'], ...pairSettings },
)
export const AdvanceGenerateDataKeyPair = define(
  'AdvanceGenerateDataKeyPair',
  'Generates a key pair; the private key comes in plaintext and in a self-describing ciphertext.',
  advancePairRequest,
  { ...pairResponse, KeyVersionId: text(9) },
  { needed: ['KeyId', 'KeyPairSpec'], ...pairSettings },
)
export const AdvanceGenerateDataKeyPairWithoutPlaintext = define(
  'AdvanceGenerateDataKeyPairWithoutPlaintext',
  'As AdvanceGenerateDataKeyPair; the private key comes encrypted only.',
  advancePairRequest,
  { ...sealedPairResponse, KeyVersionId: text(8) },
  { needed: ['KeyId', 'KeyPairSpec'], ...pairSettings },
)
export const GetPublicKey = define(
  'GetPublicKey',
  'Returns the public key of a key as PEM.',
  { KeyId: text(1) },
  { KeyId: text(1), PublicKey: text(2), RequestId: text(3) },
  { needed: ['KeyId'] },
)
export const GetSecretValue = define(
  'GetSecretValue',
  'Returns the value of a secret.',
  { SecretName: text(1), VersionStage: text(2), VersionId: text(3), FetchExtendedConfig: flag(4) },
  {
    SecretName: text(1),
    SecretType: text(2),
    SecretData: text(3),
    SecretDataType: text(4),
    VersionStages: texts(5),
    VersionId: text(6),
    CreateTime: text(7),
    RequestId: text(8),
    LastRotationDate: text(9),
    NextRotationDate: text(10),
    ExtendedConfig: text(11),
    AutomaticRotation: text(12),
    RotationInterval: text(13),
  },
  { needed: ['SecretName'], permission: 'secret', quota: 'readSecret' },
)
export const Hmac = define(
  'Hmac',
  'Computes the message authentication code of an HMAC key. Not published by the service.',
  { KeyId: text(1), Message: bytes(2) },
  { KeyId: text(1), Signature: bytes(2), RequestId: text(3) },
  { needed: ['KeyId', 'Message'], action: 'kms:GenerateMac' },
)
export const Hash = define(
  'Hash',
  'Hashes a message with SHA-256 or SM3. Not published by the service.',
  { Message: bytes(1), Algorithm: text(2) },
  { Digest: bytes(1), RequestId: text(3) },
  { needed: ['Message'], permission: 'none' },
)
export const KmsEncrypt = define(
  'KmsEncrypt',
  'Encrypts into the ciphertext layout of the public gateway. Not published by the service.',
  { KeyId: text(1), Plaintext: bytes(2), Aad: bytes(3) },
  { KeyId: text(1), CiphertextBlob: bytes(2), RequestId: text(3) },
  { needed: ['KeyId', 'Plaintext'], action: 'kms:Encrypt' },
)
export const KmsDecrypt = define(
  'KmsDecrypt',
  'Decrypts the ciphertext layout of the public gateway. Not published by the service.',
  { CiphertextBlob: bytes(1), Aad: bytes(2) },
  { KeyId: text(1), Plaintext: bytes(2), RequestId: text(3) },
  { needed: ['CiphertextBlob'], action: 'kms:Decrypt' },
)

export const instanceOperations: readonly InstanceOperation[] = [
  Encrypt,
  Decrypt,
  AdvanceEncrypt,
  AdvanceDecrypt,
  Sign,
  Verify,
  GenerateRandom,
  GenerateDataKey,
  AdvanceGenerateDataKey,
  GenerateDataKeyPair,
  GenerateDataKeyPairWithoutPlaintext,
  AdvanceGenerateDataKeyPair,
  AdvanceGenerateDataKeyPairWithoutPlaintext,
  GetPublicKey,
  GetSecretValue,
  Hmac,
  Hash,
  KmsEncrypt,
  KmsDecrypt,
]
