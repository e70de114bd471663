// Written by "npm run docs" from src/api/, not by hand.

/**
 * What Encrypt is asked. Encrypts under the initial version of a key, symmetric or not, or under the version that the
 * call pins (header `x-kms-migrationkeyversionid`).
 */
export interface EncryptRequest {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** what is encrypted, or was */
  readonly plaintext: Uint8Array
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm?: string | undefined
  /** additional authenticated data of modes that authenticate; the same bytes are needed to decrypt */
  readonly aad?: Uint8Array | undefined
  /** nonce or initial vector; in GCM 12 bytes; made by the service unless given */
  readonly iv?: Uint8Array | undefined
  /** padding of block modes; empty for that of the algorithm */
  readonly paddingMode?: '' | 'PKCS7_PADDING' | 'NO_PADDING' | (string & {}) | undefined
}

/**
 * What Encrypt answers. Encrypts under the initial version of a key, symmetric or not, or under the version that the
 * call pins (header `x-kms-migrationkeyversionid`).
 */
export interface EncryptResponse {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** what was encrypted; the layout is that of the operation that wrote it */
  readonly ciphertextBlob: Uint8Array
  /** nonce or initial vector; in GCM 12 bytes; made by the service unless given */
  readonly iv: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm: string
  /** padding of block modes; empty for that of the algorithm */
  readonly paddingMode: '' | 'PKCS7_PADDING' | 'NO_PADDING' | (string & {})
  /** the key version that was used; empty if the answer names none */
  readonly keyVersionId: string
}

/**
 * What Decrypt is asked. Decrypts what Encrypt, GenerateDataKey or GenerateDataKeyPair returned; needs what these were
 * given, and their IV.
 */
export interface DecryptRequest {
  /** what was encrypted; the layout is that of the operation that wrote it */
  readonly ciphertextBlob: Uint8Array
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId?: string | undefined
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm?: string | undefined
  /** additional authenticated data of modes that authenticate; the same bytes are needed to decrypt */
  readonly aad?: Uint8Array | undefined
  /** nonce or initial vector; in GCM 12 bytes; made by the service unless given */
  readonly iv?: Uint8Array | undefined
  /** padding of block modes; empty for that of the algorithm */
  readonly paddingMode?: '' | 'PKCS7_PADDING' | 'NO_PADDING' | (string & {}) | undefined
}

/**
 * What Decrypt answers. Decrypts what Encrypt, GenerateDataKey or GenerateDataKeyPair returned; needs what these were
 * given, and their IV.
 */
export interface DecryptResponse {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** what is encrypted, or was */
  readonly plaintext: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm: string
  /** padding of block modes; empty for that of the algorithm */
  readonly paddingMode: '' | 'PKCS7_PADDING' | 'NO_PADDING' | (string & {})
  /** the key version that was used; empty if the answer names none */
  readonly keyVersionId: string
}

/**
 * What AdvanceEncrypt is asked. Encrypts under the primary version of a symmetric key into a self-describing
 * ciphertext.
 */
export interface AdvanceEncryptRequest {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** what is encrypted, or was */
  readonly plaintext: Uint8Array
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm?: string | undefined
  /** additional authenticated data of modes that authenticate; the same bytes are needed to decrypt */
  readonly aad?: Uint8Array | undefined
  /** nonce or initial vector; in GCM 12 bytes; made by the service unless given */
  readonly iv?: Uint8Array | undefined
  /** padding of block modes; empty for that of the algorithm */
  readonly paddingMode?: '' | 'PKCS7_PADDING' | 'NO_PADDING' | (string & {}) | undefined
}

/**
 * What AdvanceEncrypt answers. Encrypts under the primary version of a symmetric key into a self-describing ciphertext.
 */
export interface AdvanceEncryptResponse {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** what was encrypted; the layout is that of the operation that wrote it */
  readonly ciphertextBlob: Uint8Array
  /** nonce or initial vector; in GCM 12 bytes; made by the service unless given */
  readonly iv: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm: string
  /** padding of block modes; empty for that of the algorithm */
  readonly paddingMode: '' | 'PKCS7_PADDING' | 'NO_PADDING' | (string & {})
  /** the key version that was used */
  readonly keyVersionId: string
}

/**
 * What AdvanceDecrypt is asked. Decrypts a self-describing ciphertext; also one of Encrypt, if key and IV are given.
 */
export interface AdvanceDecryptRequest {
  /** what was encrypted; the layout is that of the operation that wrote it */
  readonly ciphertextBlob: Uint8Array
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId?: string | undefined
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm?: string | undefined
  /** additional authenticated data of modes that authenticate; the same bytes are needed to decrypt */
  readonly aad?: Uint8Array | undefined
  /** nonce or initial vector; in GCM 12 bytes; made by the service unless given */
  readonly iv?: Uint8Array | undefined
  /** padding of block modes; empty for that of the algorithm */
  readonly paddingMode?: '' | 'PKCS7_PADDING' | 'NO_PADDING' | (string & {}) | undefined
}

/** What AdvanceDecrypt answers. Decrypts a self-describing ciphertext; also one of Encrypt, if key and IV are given. */
export interface AdvanceDecryptResponse {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** what is encrypted, or was */
  readonly plaintext: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm: string
  /** padding of block modes; empty for that of the algorithm */
  readonly paddingMode: '' | 'PKCS7_PADDING' | 'NO_PADDING' | (string & {})
  /** the key version that was used */
  readonly keyVersionId: string
}

/** What Sign is asked. Signs a message (MessageType RAW, the default) or a digest (DIGEST). */
export interface SignRequest {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** the digest; in requests the form of an older generation, looked at when there is no Message */
  readonly digest?: Uint8Array | undefined
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm?: string | undefined
  /** what is signed or checked: the message, or its digest where MessageType says so */
  readonly message: Uint8Array
  /** what the message is; empty for RAW */
  readonly messageType?: '' | 'RAW' | 'DIGEST' | (string & {}) | undefined
}

/** What Sign answers. Signs a message (MessageType RAW, the default) or a digest (DIGEST). */
export interface SignResponse {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** the signature, or the message authentication code */
  readonly signature: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm: string
  /** what the message is; empty for RAW */
  readonly messageType: '' | 'RAW' | 'DIGEST' | (string & {})
  /** the key version that was used; empty if the answer names none */
  readonly keyVersionId: string
}

/** What Verify is asked. Checks a signature over a message (MessageType RAW, the default) or a digest (DIGEST). */
export interface VerifyRequest {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** the digest; in requests the form of an older generation, looked at when there is no Message */
  readonly digest?: Uint8Array | undefined
  /** the signature, or the message authentication code */
  readonly signature: Uint8Array
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm?: string | undefined
  /** what is signed or checked: the message, or its digest where MessageType says so */
  readonly message: Uint8Array
  /** what the message is; empty for RAW */
  readonly messageType?: '' | 'RAW' | 'DIGEST' | (string & {}) | undefined
}

/** What Verify answers. Checks a signature over a message (MessageType RAW, the default) or a digest (DIGEST). */
export interface VerifyResponse {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** whether the signature is one of this message by this key */
  readonly value: boolean
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm: string
  /** what the message is; empty for RAW */
  readonly messageType: '' | 'RAW' | 'DIGEST' | (string & {})
  /** the key version that was used; empty if the answer names none */
  readonly keyVersionId: string
}

/** What GenerateRandom is asked. Returns 1 to 64 random bytes. */
export interface GenerateRandomRequest {
  /** how many bytes, 1 to 64 */
  readonly length: number
}

/** What GenerateRandom answers. Returns 1 to 64 random bytes. */
export interface GenerateRandomResponse {
  /** the random bytes */
  readonly random: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GenerateDataKey is asked. Generates a data key of 1 to 1024 bytes under the initial version of a key. */
export interface GenerateDataKeyRequest {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm?: string | undefined
  /** length of the data key in bytes, 1 to 1024; 0 for 32 */
  readonly numberOfBytes?: number | undefined
  /** additional authenticated data of modes that authenticate; the same bytes are needed to decrypt */
  readonly aad?: Uint8Array | undefined
}

/** What GenerateDataKey answers. Generates a data key of 1 to 1024 bytes under the initial version of a key. */
export interface GenerateDataKeyResponse {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** nonce or initial vector; in GCM 12 bytes; made by the service unless given */
  readonly iv: Uint8Array
  /** what is encrypted, or was */
  readonly plaintext: Uint8Array
  /** what was encrypted; the layout is that of the operation that wrote it */
  readonly ciphertextBlob: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm: string
  /** the key version that was used; empty if the answer names none */
  readonly keyVersionId: string
}

/**
 * What AdvanceGenerateDataKey is asked. Generates a data key under the primary version of a key; its ciphertext is
 * self-describing.
 */
export interface AdvanceGenerateDataKeyRequest {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** length of the data key in bytes, 1 to 1024; 0 for 32 */
  readonly numberOfBytes?: number | undefined
  /** additional authenticated data of modes that authenticate; the same bytes are needed to decrypt */
  readonly aad?: Uint8Array | undefined
}

/**
 * What AdvanceGenerateDataKey answers. Generates a data key under the primary version of a key; its ciphertext is
 * self-describing.
 */
export interface AdvanceGenerateDataKeyResponse {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** nonce or initial vector; in GCM 12 bytes; made by the service unless given */
  readonly iv: Uint8Array
  /** what is encrypted, or was */
  readonly plaintext: Uint8Array
  /** what was encrypted; the layout is that of the operation that wrote it */
  readonly ciphertextBlob: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm: string
  /** the key version that was used */
  readonly keyVersionId: string
}

/**
 * What GenerateDataKeyPair is asked. Generates a key pair; the private key comes in plaintext and encrypted under the
 * initial version of a key.
 */
export interface GenerateDataKeyPairRequest {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm?: string | undefined
  /** spec of both keys */
  readonly keyPairSpec: 'RSA_2048' | 'RSA_3072' | 'RSA_4096' | 'EC_P256' | 'EC_P256K' | (string & {})
  /** form of both keys; empty for PEM */
  readonly keyFormat?: '' | 'PEM' | 'DER' | (string & {}) | undefined
  /** additional authenticated data of modes that authenticate; the same bytes are needed to decrypt */
  readonly aad?: Uint8Array | undefined
}

/**
 * What GenerateDataKeyPair answers. Generates a key pair; the private key comes in plaintext and encrypted under the
 * initial version of a key.
 */
export interface GenerateDataKeyPairResponse {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** nonce or initial vector; in GCM 12 bytes; made by the service unless given */
  readonly iv: Uint8Array
  /** spec of both keys */
  readonly keyPairSpec: 'RSA_2048' | 'RSA_3072' | 'RSA_4096' | 'EC_P256' | 'EC_P256K' | (string & {})
  /** the private key, PKCS #8 in the form that was asked for */
  readonly privateKeyPlaintext: Uint8Array
  /** the private key, encrypted */
  readonly privateKeyCiphertextBlob: Uint8Array
  /** the public key, SubjectPublicKeyInfo */
  readonly publicKey: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm: string
  /** the key version that was used; empty if the answer names none */
  readonly keyVersionId: string
}

/** What GenerateDataKeyPairWithoutPlaintext is asked. As GenerateDataKeyPair; the private key comes encrypted only. */
export interface GenerateDataKeyPairWithoutPlaintextRequest {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm?: string | undefined
  /** spec of both keys */
  readonly keyPairSpec: 'RSA_2048' | 'RSA_3072' | 'RSA_4096' | 'EC_P256' | 'EC_P256K' | (string & {})
  /** form of both keys; empty for PEM */
  readonly keyFormat?: '' | 'PEM' | 'DER' | (string & {}) | undefined
  /** additional authenticated data of modes that authenticate; the same bytes are needed to decrypt */
  readonly aad?: Uint8Array | undefined
}

/** What GenerateDataKeyPairWithoutPlaintext answers. As GenerateDataKeyPair; the private key comes encrypted only. */
export interface GenerateDataKeyPairWithoutPlaintextResponse {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** nonce or initial vector; in GCM 12 bytes; made by the service unless given */
  readonly iv: Uint8Array
  /** spec of both keys */
  readonly keyPairSpec: 'RSA_2048' | 'RSA_3072' | 'RSA_4096' | 'EC_P256' | 'EC_P256K' | (string & {})
  /** the private key, encrypted */
  readonly privateKeyCiphertextBlob: Uint8Array
  /** the public key, SubjectPublicKeyInfo */
  readonly publicKey: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm: string
  /** the key version that was used; empty if the answer names none */
  readonly keyVersionId: string
}

/**
 * What AdvanceGenerateDataKeyPair is asked. Generates a key pair; the private key comes in plaintext and in a
 * self-describing ciphertext.
 */
export interface AdvanceGenerateDataKeyPairRequest {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** spec of both keys */
  readonly keyPairSpec: 'RSA_2048' | 'RSA_3072' | 'RSA_4096' | 'EC_P256' | 'EC_P256K' | (string & {})
  /** form of both keys; empty for PEM */
  readonly keyFormat?: '' | 'PEM' | 'DER' | (string & {}) | undefined
  /** additional authenticated data of modes that authenticate; the same bytes are needed to decrypt */
  readonly aad?: Uint8Array | undefined
}

/**
 * What AdvanceGenerateDataKeyPair answers. Generates a key pair; the private key comes in plaintext and in a
 * self-describing ciphertext.
 */
export interface AdvanceGenerateDataKeyPairResponse {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** nonce or initial vector; in GCM 12 bytes; made by the service unless given */
  readonly iv: Uint8Array
  /** spec of both keys */
  readonly keyPairSpec: 'RSA_2048' | 'RSA_3072' | 'RSA_4096' | 'EC_P256' | 'EC_P256K' | (string & {})
  /** the private key, PKCS #8 in the form that was asked for */
  readonly privateKeyPlaintext: Uint8Array
  /** the private key, encrypted */
  readonly privateKeyCiphertextBlob: Uint8Array
  /** the public key, SubjectPublicKeyInfo */
  readonly publicKey: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm: string
  /** the key version that was used */
  readonly keyVersionId: string
}

/**
 * What AdvanceGenerateDataKeyPairWithoutPlaintext is asked. As AdvanceGenerateDataKeyPair; the private key comes
 * encrypted only.
 */
export interface AdvanceGenerateDataKeyPairWithoutPlaintextRequest {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** spec of both keys */
  readonly keyPairSpec: 'RSA_2048' | 'RSA_3072' | 'RSA_4096' | 'EC_P256' | 'EC_P256K' | (string & {})
  /** form of both keys; empty for PEM */
  readonly keyFormat?: '' | 'PEM' | 'DER' | (string & {}) | undefined
  /** additional authenticated data of modes that authenticate; the same bytes are needed to decrypt */
  readonly aad?: Uint8Array | undefined
}

/**
 * What AdvanceGenerateDataKeyPairWithoutPlaintext answers. As AdvanceGenerateDataKeyPair; the private key comes
 * encrypted only.
 */
export interface AdvanceGenerateDataKeyPairWithoutPlaintextResponse {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** nonce or initial vector; in GCM 12 bytes; made by the service unless given */
  readonly iv: Uint8Array
  /** spec of both keys */
  readonly keyPairSpec: 'RSA_2048' | 'RSA_3072' | 'RSA_4096' | 'EC_P256' | 'EC_P256K' | (string & {})
  /** the private key, encrypted */
  readonly privateKeyCiphertextBlob: Uint8Array
  /** the public key, SubjectPublicKeyInfo */
  readonly publicKey: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm: string
  /** the key version that was used */
  readonly keyVersionId: string
}

/** What GetPublicKey is asked. Returns the public key of a key as PEM. */
export interface GetPublicKeyRequest {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
}

/** What GetPublicKey answers. Returns the public key of a key as PEM. */
export interface GetPublicKeyResponse {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** the public key, SubjectPublicKeyInfo */
  readonly publicKey: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
  /** the key version that was used; empty if the answer names none */
  readonly keyVersionId: string
}

/** What GetSecretValue is asked. Returns the value of a secret. */
export interface GetSecretValueRequest {
  /** name of the secret */
  readonly secretName: string
  /** label of the version that is wanted; empty for ACSCurrent */
  readonly versionStage?: string | undefined
  /** id of the version */
  readonly versionId?: string | undefined
  /** whether ExtendedConfig is wanted */
  readonly fetchExtendedConfig?: boolean | undefined
}

/** What GetSecretValue answers. Returns the value of a secret. */
export interface GetSecretValueResponse {
  /** name of the secret */
  readonly secretName: string
  /** Generic, or what is managed */
  readonly secretType: 'Generic' | 'Rds' | 'PolarDB' | 'Redis' | 'RAMCredentials' | 'ECS' | (string & {})
  /** the value */
  readonly secretData: string
  /** a binary value is Base64 */
  readonly secretDataType: 'text' | 'binary' | (string & {})
  /** labels of the version */
  readonly versionStages: readonly string[]
  /** id of the version */
  readonly versionId: string
  /** when the version was made, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly createTime: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
  /** when it was last rotated, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly lastRotationDate: string
  /** when it will be rotated next, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly nextRotationDate: string
  /** particulars of a managed secret, JSON */
  readonly extendedConfig: string
  /** whether it rotates by itself; Invalid after rotation failed too often */
  readonly automaticRotation: 'Enabled' | 'Disabled' | 'Invalid' | (string & {})
  /** time between rotations in seconds, such as 604800s */
  readonly rotationInterval: string
}

/** What Hmac is asked. Computes the message authentication code of an HMAC key. Not published by the service. */
export interface HmacRequest {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** what is signed or checked: the message, or its digest where MessageType says so */
  readonly message: Uint8Array
}

/** What Hmac answers. Computes the message authentication code of an HMAC key. Not published by the service. */
export interface HmacResponse {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** the signature, or the message authentication code */
  readonly signature: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
  /** the key version that was used; empty if the answer names none */
  readonly keyVersionId: string
}

/** What Hash is asked. Hashes a message with SHA-256 or SM3. Not published by the service. */
export interface HashRequest {
  /** what is signed or checked: the message, or its digest where MessageType says so */
  readonly message: Uint8Array
  /** algorithm and mode, such as AES_GCM, RSAES_OAEP_SHA_256 or ECDSA_SHA_256; empty for that of the kind of key */
  readonly algorithm?: string | undefined
}

/** What Hash answers. Hashes a message with SHA-256 or SM3. Not published by the service. */
export interface HashResponse {
  /** the digest; in requests the form of an older generation, looked at when there is no Message */
  readonly digest: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What KmsEncrypt is asked. Encrypts into the ciphertext layout of the public gateway. Not published by the service.
 */
export interface KmsEncryptRequest {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** what is encrypted, or was */
  readonly plaintext: Uint8Array
  /** additional authenticated data of modes that authenticate; the same bytes are needed to decrypt */
  readonly aad?: Uint8Array | undefined
}

/** What KmsEncrypt answers. Encrypts into the ciphertext layout of the public gateway. Not published by the service. */
export interface KmsEncryptResponse {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** what was encrypted; the layout is that of the operation that wrote it */
  readonly ciphertextBlob: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
  /** the key version that was used; empty if the answer names none */
  readonly keyVersionId: string
}

/** What KmsDecrypt is asked. Decrypts the ciphertext layout of the public gateway. Not published by the service. */
export interface KmsDecryptRequest {
  /** what was encrypted; the layout is that of the operation that wrote it */
  readonly ciphertextBlob: Uint8Array
  /** additional authenticated data of modes that authenticate; the same bytes are needed to decrypt */
  readonly aad?: Uint8Array | undefined
}

/** What KmsDecrypt answers. Decrypts the ciphertext layout of the public gateway. Not published by the service. */
export interface KmsDecryptResponse {
  /** key id, alias (`alias/…`) or key ARN */
  readonly keyId: string
  /** what is encrypted, or was */
  readonly plaintext: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
  /** the key version that was used; empty if the answer names none */
  readonly keyVersionId: string
}
