import { secretDataTypes, secretTypes } from './secret-fields.ts'

const keyPairSpecs = ['RSA_2048', 'RSA_3072', 'RSA_4096', 'EC_P256', 'EC_P256K'] as const

/** Fields of the instance gateway of which some values are known; others are taken, too. */
export const knownValues: Readonly<Record<string, readonly string[]>> = {
  AutomaticRotation: ['Enabled', 'Disabled', 'Invalid'],
  KeyFormat: ['', 'PEM', 'DER'],
  KeyPairSpec: keyPairSpecs,
  MessageType: ['', 'RAW', 'DIGEST'],
  PaddingMode: ['', 'PKCS7_PADDING', 'NO_PADDING'],
  SecretDataType: secretDataTypes,
  SecretType: secretTypes,
}

/** What the fields of the instance gateway mean: the same in every message that has one. */
export const fieldMeanings: Readonly<Record<string, string>> = {
  RequestId: 'names the call in the log and the audit log of the service',
  KeyId: 'key id, alias (`alias/…`) or key ARN',
  KeyVersionId: 'the key version that was used',
  Plaintext: 'what is encrypted, or was',
  CiphertextBlob: 'what was encrypted; the layout is that of the operation that wrote it',
  Algorithm:
    'algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key',
  Aad: 'additional authenticated data of modes that authenticate; the same bytes are needed to decrypt',
  Iv: 'nonce or initial vector; in GCM 12 bytes; made by the service unless given',
  PaddingMode: 'padding of block modes; empty for that of the algorithm',
  Message: 'what is signed or checked: the message, or its digest where MessageType says so',
  MessageType: 'what the message is; empty for RAW',
  Digest: 'the digest; in requests the form of an older generation, looked at when there is no Message',
  Signature: 'the signature, or the message authentication code',
  Value: 'whether the signature is one of this message by this key',
  Length: 'how many bytes, 1 to 64',
  Random: 'the random bytes',
  NumberOfBytes: 'length of the data key in bytes, 1 to 1024; 0 for 32',
  KeyPairSpec: 'spec of both keys',
  KeyFormat: 'form of both keys; empty for PEM',
  PrivateKeyPlaintext: 'the private key, PKCS #8 in the form that was asked for',
  PrivateKeyCiphertextBlob: 'the private key, encrypted',
  PublicKey: 'the public key, SubjectPublicKeyInfo',
  SecretName: 'name of the secret',
  SecretType: 'Generic, or what is managed',
  SecretData: 'the value',
  SecretDataType: 'a binary value is Base64',
  VersionStage: 'label of the version that is wanted; empty for ACSCurrent',
  VersionStages: 'labels of the version',
  VersionId: 'id of the version',
  FetchExtendedConfig: 'whether ExtendedConfig is wanted',
  ExtendedConfig: 'particulars of a managed secret, JSON',
  CreateTime: 'when the version was made, `yyyy-MM-ddTHH:mm:ssZ` in UTC',
  LastRotationDate: 'when it was last rotated, `yyyy-MM-ddTHH:mm:ssZ` in UTC',
  NextRotationDate: 'when it will be rotated next, `yyyy-MM-ddTHH:mm:ssZ` in UTC',
  AutomaticRotation: 'whether it rotates by itself; Invalid after rotation failed too often',
  RotationInterval: 'time between rotations in seconds, such as 604800s',
}
