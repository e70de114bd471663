// Written by "npm run docs" from src/api/, not by hand.

/** What DescribeAccountKmsStatus is asked. Tells whether the service is open for the account. */
export interface DescribeAccountKmsStatusRequest {
}

/** What DescribeAccountKmsStatus answers. Tells whether the service is open for the account. */
export interface DescribeAccountKmsStatusResponse {
  /** whether the service is open */
  readonly accountStatus: 'Enabled' | (string & {})
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DescribeRegions is asked. Lists the regions that this service answers for. */
export interface DescribeRegionsRequest {
}

/** Region of DescribeRegions, in what it answers. */
export interface DescribeRegionsRegion {
  /** such as `cn-hangzhou` */
  readonly regionId: string
}

/** Regions of DescribeRegions, in what it answers. */
export interface DescribeRegionsRegions {
  /** region */
  readonly region: readonly DescribeRegionsRegion[]
}

/** What DescribeRegions answers. Lists the regions that this service answers for. */
export interface DescribeRegionsResponse {
  /** regions */
  readonly regions: DescribeRegionsRegions
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetChallenge is asked. Returns a nonce for a confidential machine to attest, good for five minutes. */
export interface GetChallengeRequest {
}

/** What GetChallenge answers. Returns a nonce for a confidential machine to attest, good for five minutes. */
export interface GetChallengeResponse {
  /** authenticates the nonce and its time; goes back with the attestation */
  readonly challengeToken: string
  /** 32 random bytes, Base64 */
  readonly nonce: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What OpenKmsService is asked. Opens the service for the account; it is open from the start, so this answers
 * `Forbidden.Opened`.
 */
export interface OpenKmsServiceRequest {
}

/**
 * What OpenKmsService answers. Opens the service for the account; it is open from the start, so this answers
 * `Forbidden.Opened`.
 */
export interface OpenKmsServiceResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What CancelKeyDeletion is asked. Cancels the planned deletion of a key, which is then enabled. */
export interface CancelKeyDeletionRequest {
  /** key id; an alias is refused with `Unsupported.Alias`; 1 to 512 characters */
  readonly keyId: string
}

/** What CancelKeyDeletion answers. Cancels the planned deletion of a key, which is then enabled. */
export interface CancelKeyDeletionResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** Tags of CreateKey, in what it is asked. */
export interface Tags {
  /** not beginning with `aliyun` or `acs:` */
  readonly tagKey: string
  /** value */
  readonly tagValue: string
}

/** What CreateKey is asked. Creates a key. With origin EXTERNAL it waits for imported material. */
export interface CreateKeyRequest {
  /** kind of key; "Aliyun_AES_256" unless given */
  readonly keySpec?: 'Aliyun_AES_256' | 'Aliyun_AES_192' | 'Aliyun_AES_128' | 'Aliyun_SM4' | 'RSA_2048' | 'RSA_3072' | 'RSA_4096' | 'EC_P256' | 'EC_P256K' | 'EC_SM2' | 'HMAC_SM3' | 'HMAC_SHA_224' | 'HMAC_SHA_256' | 'HMAC_SHA_384' | 'HMAC_SHA_512' | undefined
  /** what the key is for; left out, SIGN/VERIFY for specs that sign, else the only usage of the spec */
  readonly keyUsage?: 'ENCRYPT/DECRYPT' | 'SIGN/VERIFY' | 'GENERATE/VERIFY_MAC' | undefined
  /** who makes the key material; "Aliyun_KMS" unless given */
  readonly origin?: 'Aliyun_KMS' | 'EXTERNAL' | undefined
  /** kept with the key; SOFTWARE when left out; an instance decides itself */
  readonly protectionLevel?: 'SOFTWARE' | 'HSM' | undefined
  /** free text; at most 8192 characters */
  readonly description?: string | undefined
  /** rotate; symmetric keys of origin Aliyun_KMS only; false unless given */
  readonly enableAutomaticRotation?: boolean | undefined
  /** time between rotations: a number and d, h, m or s, 7 to 730 days; needed when rotation is turned on */
  readonly rotationInterval?: string | undefined
  /** instance to create the key in; left out, a default key is created */
  readonly dKMSInstanceId?: string | undefined
  /** hardware instances: HsmInternal when left out; HsmEncryptedDatabase keys can rotate */
  readonly keyStorageMechanism?: 'HsmInternal' | 'HsmEncryptedDatabase' | undefined
  /** policy document: JSON of up to 32768 bytes, Version "1"; at most 32768 characters */
  readonly policy?: string | undefined
  /** the tags, up to 20: keys of 1 to 128, values of 0 to 128 letters, digits and `/ \ _ - . + = : @` */
  readonly tags?: readonly Tags[] | undefined
}

/** KeyMetadata of CreateKey, in what it answers. */
export interface CreateKeyKeyMetadata {
  /** id of the key */
  readonly keyId: string
  /** ARN of the key */
  readonly arn: string
  /** when the key was created, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly creationDate: string
  /** account that created it */
  readonly creator: string
  /** free text */
  readonly description: string
  /** key spec */
  readonly keySpec: 'Aliyun_AES_256' | 'Aliyun_AES_192' | 'Aliyun_AES_128' | 'Aliyun_SM4' | 'RSA_2048' | 'RSA_3072' | 'RSA_4096' | 'EC_P256' | 'EC_P256K' | 'EC_SM2' | 'HMAC_SM3' | 'HMAC_SHA_224' | 'HMAC_SHA_256' | 'HMAC_SHA_384' | 'HMAC_SHA_512' | (string & {})
  /** what the key is for */
  readonly keyUsage: 'ENCRYPT/DECRYPT' | 'SIGN/VERIFY' | 'GENERATE/VERIFY_MAC' | (string & {})
  /** state of the key */
  readonly keyState: 'Enabled' | 'Disabled' | 'PendingDeletion' | 'PendingImport' | (string & {})
  /** who made the key material */
  readonly origin: 'Aliyun_KMS' | 'EXTERNAL' | (string & {})
  /** where it is kept */
  readonly protectionLevel: 'SOFTWARE' | 'HSM' | (string & {})
  /** version that encrypts; asymmetric keys have none */
  readonly primaryKeyVersion?: string | undefined
  /**
   * when the newest version was created, `yyyy-MM-ddTHH:mm:ssZ` in UTC; empty while there is none, before the first
   * import
   */
  readonly lastRotationDate: string
  /** whether it rotates by itself; `Suspended` while the key is not enabled */
  readonly automaticRotation: 'Enabled' | 'Disabled' | 'Suspended' | (string & {})
  /** seconds and the letter s; unless rotation is Disabled */
  readonly rotationInterval?: string | undefined
  /** when it rotates next; unless rotation is Disabled, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly nextRotationDate?: string | undefined
  /** planned time of deletion; empty when none is planned */
  readonly deleteDate: string
  /** when imported material expires; empty when it does not */
  readonly materialExpireTime: string
  /** instance the key belongs to; default keys have none */
  readonly dKMSInstanceId?: string | undefined
}

/** What CreateKey answers. Creates a key. With origin EXTERNAL it waits for imported material. */
export interface CreateKeyResponse {
  /** the new key */
  readonly keyMetadata: CreateKeyKeyMetadata
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What CreateKeyVersion is asked. Makes a new version of a key; of a symmetric key it becomes the primary version. */
export interface CreateKeyVersionRequest {
  /** key id, alias (`alias/…`) or key ARN; 1 to 512 characters */
  readonly keyId: string
}

/** KeyVersion of CreateKeyVersion, in what it answers. */
export interface KeyVersion {
  /** id of the key */
  readonly keyId: string
  /** id of the version */
  readonly keyVersionId: string
  /** when the version was created, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly creationDate: string
}

/** What CreateKeyVersion answers. Makes a new version of a key; of a symmetric key it becomes the primary version. */
export interface CreateKeyVersionResponse {
  /** the new version */
  readonly keyVersion: KeyVersion
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DescribeKey is asked. Describes one key. */
export interface DescribeKeyRequest {
  /** key id, alias (`alias/…`) or key ARN; 1 to 512 characters */
  readonly keyId: string
}

/** KeyMetadata of DescribeKey, in what it answers. */
export interface DescribeKeyKeyMetadata {
  /** id of the key */
  readonly keyId: string
  /** ARN of the key */
  readonly arn: string
  /** when the key was created, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly creationDate: string
  /** account that created it */
  readonly creator: string
  /** free text */
  readonly description: string
  /** key spec */
  readonly keySpec: 'Aliyun_AES_256' | 'Aliyun_AES_192' | 'Aliyun_AES_128' | 'Aliyun_SM4' | 'RSA_2048' | 'RSA_3072' | 'RSA_4096' | 'EC_P256' | 'EC_P256K' | 'EC_SM2' | 'HMAC_SM3' | 'HMAC_SHA_224' | 'HMAC_SHA_256' | 'HMAC_SHA_384' | 'HMAC_SHA_512' | (string & {})
  /** what the key is for */
  readonly keyUsage: 'ENCRYPT/DECRYPT' | 'SIGN/VERIFY' | 'GENERATE/VERIFY_MAC' | (string & {})
  /** state of the key */
  readonly keyState: 'Enabled' | 'Disabled' | 'PendingDeletion' | 'PendingImport' | (string & {})
  /** who made the key material */
  readonly origin: 'Aliyun_KMS' | 'EXTERNAL' | (string & {})
  /** where it is kept */
  readonly protectionLevel: 'SOFTWARE' | 'HSM' | (string & {})
  /** version that encrypts; asymmetric keys have none */
  readonly primaryKeyVersion?: string | undefined
  /**
   * when the newest version was created, `yyyy-MM-ddTHH:mm:ssZ` in UTC; empty while there is none, before the first
   * import
   */
  readonly lastRotationDate: string
  /** whether it rotates by itself; `Suspended` while the key is not enabled */
  readonly automaticRotation: 'Enabled' | 'Disabled' | 'Suspended' | (string & {})
  /** seconds and the letter s; unless rotation is Disabled */
  readonly rotationInterval?: string | undefined
  /** when it rotates next; unless rotation is Disabled, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly nextRotationDate?: string | undefined
  /** planned time of deletion; empty when none is planned */
  readonly deleteDate: string
  /** when imported material expires; empty when it does not */
  readonly materialExpireTime: string
  /** instance the key belongs to; default keys have none */
  readonly dKMSInstanceId?: string | undefined
  /** whether it is protected from deletion */
  readonly deletionProtection: 'Enabled' | 'Disabled' | (string & {})
  /** why it is protected */
  readonly deletionProtectionDescription?: string | undefined
}

/** What DescribeKey answers. Describes one key. */
export interface DescribeKeyResponse {
  /** the key */
  readonly keyMetadata: DescribeKeyKeyMetadata
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DescribeKeyVersion is asked. Describes one version of a key. */
export interface DescribeKeyVersionRequest {
  /** key id, alias (`alias/…`) or key ARN; 1 to 512 characters */
  readonly keyId: string
  /** key version id; 1 to 64 characters */
  readonly keyVersionId: string
}

/** What DescribeKeyVersion answers. Describes one version of a key. */
export interface DescribeKeyVersionResponse {
  /** the version */
  readonly keyVersion: KeyVersion
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DisableKey is asked. Stops a key from being used until it is enabled again. */
export interface DisableKeyRequest {
  /** key id; an alias is refused with `Unsupported.Alias`; 1 to 512 characters */
  readonly keyId: string
}

/** What DisableKey answers. Stops a key from being used until it is enabled again. */
export interface DisableKeyResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What EnableKey is asked. Lets a disabled key be used again. */
export interface EnableKeyRequest {
  /** key id; an alias is refused with `Unsupported.Alias`; 1 to 512 characters */
  readonly keyId: string
}

/** What EnableKey answers. Lets a disabled key be used again. */
export interface EnableKeyResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetKeyLastUsage is asked. Tells when a key was last used for cryptography, by a call that succeeded. */
export interface GetKeyLastUsageRequest {
  /** key id, alias (`alias/…`) or key ARN; 1 to 512 characters */
  readonly keyId: string
}

/** What GetKeyLastUsage answers. Tells when a key was last used for cryptography, by a call that succeeded. */
export interface GetKeyLastUsageResponse {
  /** key id */
  readonly keyId: string
  /** when it was last used, `yyyy-MM-ddTHH:mm:ssZ` in UTC; absent when no use is known */
  readonly lastUsedDate?: string | undefined
  /** the operation that used it then */
  readonly lastUsedOperation?: string | undefined
  /** since when uses are noted; nothing is known of uses before, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly trackingStartDate: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetKeyPolicy is asked. Returns the policy of a key that belongs to an instance. */
export interface GetKeyPolicyRequest {
  /** key id or key ARN; an alias is refused with `Unsupported.Alias`; 1 to 512 characters */
  readonly keyId: string
  /** only `default` exists; "default" unless given */
  readonly policyName?: string | undefined
}

/** What GetKeyPolicy answers. Returns the policy of a key that belongs to an instance. */
export interface GetKeyPolicyResponse {
  /** policy document as JSON text */
  readonly policy: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListKeyVersions is asked. Lists the versions of a key. */
export interface ListKeyVersionsRequest {
  /** key id, alias (`alias/…`) or key ARN; 1 to 512 characters */
  readonly keyId: string
  /** page to return, from 1; 1 to 2147483647; 1 unless given */
  readonly pageNumber?: number | undefined
  /** items in a page; 0 to 101; 10 unless given */
  readonly pageSize?: number | undefined
}

/** KeyVersions of ListKeyVersions, in what it answers. */
export interface ListKeyVersionsKeyVersions {
  /** key version */
  readonly keyVersion: readonly KeyVersion[]
}

/** What ListKeyVersions answers. Lists the versions of a key. */
export interface ListKeyVersionsResponse {
  /** key versions */
  readonly keyVersions: ListKeyVersionsKeyVersions
  /** the page returned */
  readonly pageNumber: number
  /** items in a page */
  readonly pageSize: number
  /** items on all pages */
  readonly totalCount: number
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** Filters of ListKeys, in what it is asked. */
export interface ListKeysFilters {
  /** what to filter by */
  readonly key: string
  /** any of these; at most 10 items */
  readonly values: readonly string[]
}

/** What ListKeys is asked. Lists the keys of the account, with filters. */
export interface ListKeysRequest {
  /**
   * conditions by KeyState, KeySpec, KeyUsage, ProtectionLevel, CreatorType, Creator, DKMSInstanceId, keyId, AliasName,
   * TagKey or TagValue; conditions on different names must all hold, of the values of one name any
   */
  readonly filters?: readonly ListKeysFilters[] | undefined
  /** page to return, from 1; 1 to 2147483647; 1 unless given */
  readonly pageNumber?: number | undefined
  /** items in a page; 1 to 100; 10 unless given */
  readonly pageSize?: number | undefined
}

/** Key of ListKeys, in what it answers. */
export interface ListKeysKey {
  /** key id */
  readonly keyId: string
  /** key ARN */
  readonly keyArn: string
}

/** Keys of ListKeys, in what it answers. */
export interface ListKeysKeys {
  /** key */
  readonly key: readonly ListKeysKey[]
}

/** What ListKeys answers. Lists the keys of the account, with filters. */
export interface ListKeysResponse {
  /** keys */
  readonly keys: ListKeysKeys
  /** the page returned */
  readonly pageNumber: number
  /** items in a page */
  readonly pageSize: number
  /** items on all pages */
  readonly totalCount: number
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What ScheduleKeyDeletion is asked. Plans the deletion of a key; until then it cannot be used and the plan can be
 * cancelled.
 */
export interface ScheduleKeyDeletionRequest {
  /** key id; an alias is refused with `Unsupported.Alias`; 1 to 512 characters */
  readonly keyId: string
  /** days until the deletion; 7 to 366 */
  readonly pendingWindowInDays: number
}

/**
 * What ScheduleKeyDeletion answers. Plans the deletion of a key; until then it cannot be used and the plan can be
 * cancelled.
 */
export interface ScheduleKeyDeletionResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What SetDeletionProtection is asked. Turns deletion protection of a key or an instance on or off. Exactly one of
 * KeyId, ProtectedResourceArn and KmsInstanceId names it.
 */
export interface SetDeletionProtectionRequest {
  /** whether it is to be protected */
  readonly enableDeletionProtection: boolean
  /** why; kept only when protection is turned on; at most 8192 characters */
  readonly deletionProtectionDescription?: string | undefined
  /** key id; at most 512 characters */
  readonly keyId?: string | undefined
  /** ARN of a key or instance; at most 512 characters */
  readonly protectedResourceArn?: string | undefined
  /** instance id; at most 64 characters */
  readonly kmsInstanceId?: string | undefined
}

/**
 * What SetDeletionProtection answers. Turns deletion protection of a key or an instance on or off. Exactly one of
 * KeyId, ProtectedResourceArn and KmsInstanceId names it.
 */
export interface SetDeletionProtectionResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What SetKeyPolicy is asked. Replaces the policy of a key that belongs to an instance. */
export interface SetKeyPolicyRequest {
  /** key id or key ARN; an alias is refused with `Unsupported.Alias`; 1 to 512 characters */
  readonly keyId: string
  /** policy document: JSON of up to 32768 bytes, Version "1"; at most 32768 characters */
  readonly policy: string
  /** only `default` exists; "default" unless given */
  readonly policyName?: string | undefined
}

/** What SetKeyPolicy answers. Replaces the policy of a key that belongs to an instance. */
export interface SetKeyPolicyResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What UpdateKeyDescription is asked. Replaces the description of a key. */
export interface UpdateKeyDescriptionRequest {
  /** key id; an alias is refused with `Unsupported.Alias`; 1 to 512 characters */
  readonly keyId: string
  /** free text; at most 8192 characters */
  readonly description: string
}

/** What UpdateKeyDescription answers. Replaces the description of a key. */
export interface UpdateKeyDescriptionResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What UpdateRotationPolicy is asked. Turns automatic rotation of a key on or off and sets its interval. */
export interface UpdateRotationPolicyRequest {
  /** key id; an alias is refused with `Unsupported.Alias`; 1 to 512 characters */
  readonly keyId: string
  /** whether the key rotates by itself */
  readonly enableAutomaticRotation: boolean
  /** time between rotations: a number and d, h, m or s, 7 to 730 days; needed when rotation is turned on */
  readonly rotationInterval?: string | undefined
}

/** What UpdateRotationPolicy answers. Turns automatic rotation of a key on or off and sets its interval. */
export interface UpdateRotationPolicyResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What DeleteKeyMaterial is asked. Destroys the imported material of a key; the same material may be imported again.
 */
export interface DeleteKeyMaterialRequest {
  /** key id; an alias is refused with `Unsupported.Alias`; 1 to 512 characters */
  readonly keyId: string
}

/** What DeleteKeyMaterial answers. Destroys the imported material of a key; the same material may be imported again. */
export interface DeleteKeyMaterialResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What GetParametersForImport is asked. Returns a wrapping public key and an import token for a key of origin EXTERNAL.
 */
export interface GetParametersForImportRequest {
  /** key id; an alias is refused with `Unsupported.Alias`; 1 to 512 characters */
  readonly keyId: string
  /** kind of wrapping key */
  readonly wrappingKeySpec: 'RSA_2048' | 'EC_SM2'
  /**
   * RSA_2048: RSAES_…; EC_SM2: SM2PKE…; the last two are for private keys, wrapped under a symmetric key that is
   * wrapped in turn
   */
  readonly wrappingAlgorithm: 'RSAES_OAEP_SHA_256' | 'RSAES_OAEP_SHA_1' | 'RSAES_PKCS1_V1_5' | 'SM2PKE' | 'RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD' | 'SM2PKE_SM4_ECB'
}

/**
 * What GetParametersForImport answers. Returns a wrapping public key and an import token for a key of origin EXTERNAL.
 */
export interface GetParametersForImportResponse {
  /** id of the key */
  readonly keyId: string
  /** wrapping public key: SubjectPublicKeyInfo in DER, Base64 without armour */
  readonly publicKey: string
  /** for one ImportKeyMaterial with material wrapped under this public key */
  readonly importToken: string
  /** 24 hours from now, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly tokenExpireTime: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What ImportKeyMaterial is asked. Imports wrapped key material into a key of origin EXTERNAL. The token is used up,
 * whatever comes of it.
 */
export interface ImportKeyMaterialRequest {
  /** key id; an alias is refused with `Unsupported.Alias`; 1 to 512 characters */
  readonly keyId: string
  /** the wrapped key material; 1 to 8192 bytes */
  readonly encryptedKeyMaterial: Uint8Array
  /** from GetParametersForImport; 1 to 4096 characters */
  readonly importToken: string
  /** Unix seconds at which the material expires; 0 or left out: never; 0 to 253402300799 */
  readonly keyMaterialExpireUnix?: number | undefined
}

/**
 * What ImportKeyMaterial answers. Imports wrapped key material into a key of origin EXTERNAL. The token is used up,
 * whatever comes of it.
 */
export interface ImportKeyMaterialResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What CreateAlias is asked. Gives a key another name. */
export interface CreateAliasRequest {
  /** `alias/` and 1 to 255 letters, digits, `_`, `-` and `/`; those beginning with `alias/acs` are reserved */
  readonly aliasName: string
  /** key id; an alias is refused with `Unsupported.Alias`; 1 to 512 characters */
  readonly keyId: string
}

/** What CreateAlias answers. Gives a key another name. */
export interface CreateAliasResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DeleteAlias is asked. Removes an alias. */
export interface DeleteAliasRequest {
  /** `alias/` and 1 to 255 letters, digits, `_`, `-` and `/`; those beginning with `alias/acs` are reserved */
  readonly aliasName: string
}

/** What DeleteAlias answers. Removes an alias. */
export interface DeleteAliasResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListAliases is asked. Lists the aliases of the account. */
export interface ListAliasesRequest {
  /** page to return, from 1; 1 to 2147483647; 1 unless given */
  readonly pageNumber?: number | undefined
  /** items in a page; 0 to 100; 10 unless given */
  readonly pageSize?: number | undefined
}

/** Alias of ListAliases, in what it answers. */
export interface Alias {
  /** name of the alias */
  readonly aliasName: string
  /** ARN of the alias */
  readonly aliasArn: string
  /** id of the key it points at */
  readonly keyId: string
}

/** Aliases of ListAliases, in what it answers. */
export interface Aliases {
  /** alias */
  readonly alias: readonly Alias[]
}

/** What ListAliases answers. Lists the aliases of the account. */
export interface ListAliasesResponse {
  /** aliases */
  readonly aliases: Aliases
  /** the page returned */
  readonly pageNumber: number
  /** items in a page */
  readonly pageSize: number
  /** items on all pages */
  readonly totalCount: number
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListAliasesByKeyId is asked. Lists the aliases of a key. */
export interface ListAliasesByKeyIdRequest {
  /** key id or key ARN; an alias is refused with `Unsupported.Alias`; 1 to 512 characters */
  readonly keyId: string
  /** page to return, from 1; 1 to 2147483647; 1 unless given */
  readonly pageNumber?: number | undefined
  /** items in a page; 0 to 101; 10 unless given */
  readonly pageSize?: number | undefined
}

/** What ListAliasesByKeyId answers. Lists the aliases of a key. */
export interface ListAliasesByKeyIdResponse {
  /** aliases */
  readonly aliases: Aliases
  /** the page returned */
  readonly pageNumber: number
  /** items in a page */
  readonly pageSize: number
  /** items on all pages */
  readonly totalCount: number
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What UpdateAlias is asked. Points an alias at another key. */
export interface UpdateAliasRequest {
  /** `alias/` and 1 to 255 letters, digits, `_`, `-` and `/`; those beginning with `alias/acs` are reserved */
  readonly aliasName: string
  /** key id; an alias is refused with `Unsupported.Alias`; 1 to 512 characters */
  readonly keyId: string
}

/** What UpdateAlias answers. Points an alias at another key. */
export interface UpdateAliasResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListResourceTags is asked. Lists the tags of a key. */
export interface ListResourceTagsRequest {
  /** key id; an alias is refused with `Unsupported.Alias`; 1 to 512 characters */
  readonly keyId: string
}

/** Tag of ListResourceTags, in what it answers. */
export interface ListResourceTagsTag {
  /** id of the key */
  readonly keyId: string
  /** key of the tag */
  readonly tagKey: string
  /** value of the tag */
  readonly tagValue: string
}

/** Tags of ListResourceTags, in what it answers. */
export interface ListResourceTagsTags {
  /** tag */
  readonly tag: readonly ListResourceTagsTag[]
}

/** What ListResourceTags answers. Lists the tags of a key. */
export interface ListResourceTagsResponse {
  /** tags */
  readonly tags: ListResourceTagsTags
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** Tag of ListTagResources, in what it is asked. */
export interface Tag {
  /** 1 to 128 letters, digits and `/ \ _ - . + = : @`; not beginning with `aliyun` or `acs:` */
  readonly key: string
  /** 0 to 128 such characters */
  readonly value?: string | undefined
}

/** What ListTagResources is asked. Lists keys or secrets with their tags, 200 tags a page. */
export interface ListTagResourcesRequest {
  /** this region */
  readonly regionId: string
  /** what the ResourceIds name */
  readonly resourceType: 'key' | 'secret'
  /** key ids or secret names, up to 50; at most 50 items */
  readonly resourceId?: readonly string[] | undefined
  /** only resources that have all of these tags; without Value any value; at most 20 items */
  readonly tag?: readonly Tag[] | undefined
  /** from the page before; at most 512 characters */
  readonly nextToken?: string | undefined
}

/** TagResource of ListTagResources, in what it answers. */
export interface ListTagResourcesTagResource {
  /** key id or secret name */
  readonly resourceId: string
  /** what it is */
  readonly resourceType: 'key' | 'secret' | (string & {})
  /** key of the tag */
  readonly tagKey: string
  /** value of the tag */
  readonly tagValue: string
}

/** TagResources of ListTagResources, in what it answers. */
export interface ListTagResourcesTagResources {
  /** tag resource */
  readonly tagResource: readonly ListTagResourcesTagResource[]
}

/** What ListTagResources answers. Lists keys or secrets with their tags, 200 tags a page. */
export interface ListTagResourcesResponse {
  /** tag resources */
  readonly tagResources: ListTagResourcesTagResources
  /** names the next page; empty after the last */
  readonly nextToken: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What TagResource is asked. Adds tags to a key, secret or certificate, or changes their values. Exactly one of KeyId,
 * SecretName and CertificateId names it.
 */
export interface TagResourceRequest {
  /** key id, alias (`alias/…`) or key ARN; 0 to 512 characters */
  readonly keyId?: string | undefined
  /** name of a secret; at most 512 characters */
  readonly secretName?: string | undefined
  /** id of a certificate; at most 512 characters */
  readonly certificateId?: string | undefined
  /** the tags, up to 20: keys of 1 to 128, values of 0 to 128 letters, digits and `/ \ _ - . + = : @` */
  readonly tags: readonly Tags[]
}

/**
 * What TagResource answers. Adds tags to a key, secret or certificate, or changes their values. Exactly one of KeyId,
 * SecretName and CertificateId names it.
 */
export interface TagResourceResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What TagResources is asked. Adds tags to several keys or secrets, or changes their values: to all of them or to none.
 */
export interface TagResourcesRequest {
  /** this region */
  readonly regionId: string
  /** what the ResourceIds name */
  readonly resourceType: 'key' | 'secret'
  /** key ids or secret names, up to 50; at most 50 items */
  readonly resourceId: readonly string[]
  /** tags, up to 20; at most 20 items */
  readonly tag: readonly Tag[]
}

/**
 * What TagResources answers. Adds tags to several keys or secrets, or changes their values: to all of them or to none.
 */
export interface TagResourcesResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What UntagResource is asked. Removes tags from a key, secret or certificate. Exactly one of KeyId, SecretName and
 * CertificateId names it.
 */
export interface UntagResourceRequest {
  /** key id; an alias is refused with `Unsupported.Alias`; 0 to 512 characters */
  readonly keyId?: string | undefined
  /** name of a secret; at most 512 characters */
  readonly secretName?: string | undefined
  /** id of a certificate; at most 512 characters */
  readonly certificateId?: string | undefined
  /** tag keys, up to 20; those it does not have are passed over */
  readonly tagKeys: readonly string[]
}

/**
 * What UntagResource answers. Removes tags from a key, secret or certificate. Exactly one of KeyId, SecretName and
 * CertificateId names it.
 */
export interface UntagResourceResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What UntagResources is asked. Removes tags from several keys or secrets: from all of them or from none. */
export interface UntagResourcesRequest {
  /** this region */
  readonly regionId: string
  /** what the ResourceIds name */
  readonly resourceType: 'key' | 'secret'
  /** key ids or secret names, up to 50; at most 50 items */
  readonly resourceId: readonly string[]
  /** tag keys; those a resource does not have are passed over; at most 20 items */
  readonly tagKey?: readonly string[] | undefined
  /** removes every tag; counts only when no TagKey is given; false unless given */
  readonly all?: boolean | undefined
}

/** What UntagResources answers. Removes tags from several keys or secrets: from all of them or from none. */
export interface UntagResourcesResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What AdvanceEncrypt is asked. Encrypts with an explicit algorithm into a self-describing ciphertext (first-generation
 * SDKs).
 */
export interface AdvanceEncryptRequest {
  /** key id, alias (`alias/…`) or key ARN; 1 to 512 characters */
  readonly keyId: string
  /** data to encrypt, up to 6144 bytes */
  readonly plaintext: Uint8Array
  /** `AES_` or `SM4_` by key spec, with `GCM`, `CBC`, `CTR`, or where it is allowed `ECB`; default GCM */
  readonly algorithm?: string | undefined
  /** additional authenticated data; GCM only; at most 8192 bytes */
  readonly aad?: Uint8Array | undefined
  /** 12 bytes for GCM, 16 for CBC; random when left out, and always for CTR */
  readonly iv?: Uint8Array | undefined
  /** `PKCS7_PADDING` unless given; CBC and ECB only */
  readonly paddingMode?: 'PKCS7_PADDING' | 'NO_PADDING' | (string & {}) | undefined
}

/**
 * What AdvanceEncrypt answers. Encrypts with an explicit algorithm into a self-describing ciphertext (first-generation
 * SDKs).
 */
export interface AdvanceEncryptResponse {
  /** id of the key that was used, whatever name was given */
  readonly keyId: string
  /** id of the key version that was used */
  readonly keyVersionId: string
  /** self-describing: header, key version id, IV, ciphertext */
  readonly ciphertextBlob: Uint8Array
  /** the algorithm that was used */
  readonly algorithm: string
  /** the IV that was used */
  readonly iv: Uint8Array
  /** the padding that was used; empty for GCM */
  readonly paddingMode: '' | 'PKCS7_PADDING' | 'NO_PADDING' | (string & {})
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What CreateManagedDataKey is asked. Creates a managed data key: random bytes under a name, kept sealed, handed out by
 * GetManagedDataKey.
 */
export interface CreateManagedDataKeyRequest {
  /** name of the managed data key; 1 to 64 characters */
  readonly dataKeyName: string
  /** length in bytes; 1 to 1024; 32 unless given */
  readonly numberOfBytes?: number | undefined
}

/**
 * What CreateManagedDataKey answers. Creates a managed data key: random bytes under a name, kept sealed, handed out by
 * GetManagedDataKey.
 */
export interface CreateManagedDataKeyResponse {
  /** name of the managed data key */
  readonly dataKeyName: string
  /** id of the new version */
  readonly dataKeyVersionId: string
  /** `kms-datakeyversion!<name>!<version>` */
  readonly dataKeyVersionName: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What CreateManagedDataKeyVersion is asked. Adds a version to a managed data key, of the length of its first one. */
export interface CreateManagedDataKeyVersionRequest {
  /** name of the managed data key; 1 to 64 characters */
  readonly dataKeyName: string
}

/** What CreateManagedDataKeyVersion answers. Adds a version to a managed data key, of the length of its first one. */
export interface CreateManagedDataKeyVersionResponse {
  /** name of the managed data key */
  readonly dataKeyName: string
  /** id of the new version */
  readonly dataKeyVersionId: string
  /** `kms-datakeyversion!<name>!<version>` */
  readonly dataKeyVersionName: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What Decrypt is asked. Decrypts what Encrypt, GenerateDataKey or ReEncrypt returned; the ciphertext names its key.
 */
export interface DecryptRequest {
  /** the ciphertext */
  readonly ciphertextBlob: Uint8Array
  /** the pairs of text given when the ciphertext was made; at most 8192 characters */
  readonly encryptionContext?: Readonly<Record<string, string>> | undefined
  /**
   * confidential-computing recipient: the plaintext is for an attested enclave only; refused by Keyhaven: attestation
   * documents of the cloud cannot be checked here, and the plaintext is not shown in clear instead
   */
  readonly recipient?: string | undefined
  /** only checks: success is reported as error `DryRunOperationError`; false unless given */
  readonly dryRun?: boolean | undefined
}

/** What Decrypt answers. Decrypts what Encrypt, GenerateDataKey or ReEncrypt returned; the ciphertext names its key. */
export interface DecryptResponse {
  /** the plaintext for the recipient */
  readonly ciphertextForRecipient?: Uint8Array | undefined
  /** id of the key that was used, whatever name was given */
  readonly keyId: string
  /** id of the key version that was used */
  readonly keyVersionId: string
  /** the text given to Encrypt; of a data key, its Base64 text */
  readonly plaintext: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What Encrypt is asked. Encrypts up to 6 KB under the primary version of a symmetric key. */
export interface EncryptRequest {
  /** key id, alias (`alias/…`) or key ARN; 1 to 512 characters */
  readonly keyId: string
  /** opaque text, returned unchanged by Decrypt; normally Base64 of up to 6144 bytes */
  readonly plaintext: string
  /** pairs of text bound to the ciphertext; an equal map is needed to decrypt; at most 8192 characters */
  readonly encryptionContext?: Readonly<Record<string, string>> | undefined
  /** only checks: success is reported as error `DryRunOperationError`; false unless given */
  readonly dryRun?: boolean | undefined
}

/** What Encrypt answers. Encrypts up to 6 KB under the primary version of a symmetric key. */
export interface EncryptResponse {
  /** self-describing; safe to store */
  readonly ciphertextBlob: Uint8Array
  /** id of the key that was used, whatever name was given */
  readonly keyId: string
  /** id of the key version that was used */
  readonly keyVersionId: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ExportDataKey is asked. Decrypts a data key and returns it encrypted under a public key of the caller. */
export interface ExportDataKeyRequest {
  /** the data key as GenerateDataKey returned it */
  readonly ciphertextBlob: Uint8Array
  /** the pairs of text given when the ciphertext was made; at most 8192 characters */
  readonly encryptionContext?: Readonly<Record<string, string>> | undefined
  /** public key to encrypt the data key under: DER SubjectPublicKeyInfo; at most 2048 bytes */
  readonly publicKeyBlob: Uint8Array
  /** how to encrypt it; must fit WrappingKeySpec */
  readonly wrappingAlgorithm: 'RSAES_OAEP_SHA_256' | 'RSAES_OAEP_SHA_1' | 'SM2PKE'
  /** kind of the public key */
  readonly wrappingKeySpec: 'RSA_2048' | 'EC_SM2'
  /** only checks: success is reported as error `DryRunOperationError`; false unless given */
  readonly dryRun?: boolean | undefined
}

/** What ExportDataKey answers. Decrypts a data key and returns it encrypted under a public key of the caller. */
export interface ExportDataKeyResponse {
  /** the data key under the given public key: raw bytes, encrypted */
  readonly exportedDataKey: Uint8Array
  /** id of the key that was used, whatever name was given */
  readonly keyId: string
  /** id of the key version that was used */
  readonly keyVersionId: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What GenerateAndExportDataKey is asked. Generates a data key and returns it encrypted under the key and under a
 * public key of the caller.
 */
export interface GenerateAndExportDataKeyRequest {
  /** key id, alias (`alias/…`) or key ARN; 1 to 512 characters */
  readonly keyId: string
  /** length by name: 32 or 16 bytes; ignored beside NumberOfBytes */
  readonly keySpec?: 'AES_256' | 'AES_128' | 'SM4_128' | undefined
  /** length of the data key in bytes; with neither this nor KeySpec, 32; 0 to 1024 */
  readonly numberOfBytes?: number | undefined
  /** pairs of text bound to the ciphertext; an equal map is needed to decrypt; at most 8192 characters */
  readonly encryptionContext?: Readonly<Record<string, string>> | undefined
  /** public key to encrypt the data key under: DER SubjectPublicKeyInfo; at most 2048 bytes */
  readonly publicKeyBlob: Uint8Array
  /** how to encrypt it; must fit WrappingKeySpec */
  readonly wrappingAlgorithm: 'RSAES_OAEP_SHA_256' | 'RSAES_OAEP_SHA_1' | 'SM2PKE'
  /** kind of the public key */
  readonly wrappingKeySpec: 'RSA_2048' | 'EC_SM2'
  /** only checks: success is reported as error `DryRunOperationError`; false unless given */
  readonly dryRun?: boolean | undefined
}

/**
 * What GenerateAndExportDataKey answers. Generates a data key and returns it encrypted under the key and under a public
 * key of the caller.
 */
export interface GenerateAndExportDataKeyResponse {
  /** the data key under the key; Decrypt returns its Base64 text */
  readonly ciphertextBlob: Uint8Array
  /** the data key under the given public key: raw bytes, encrypted */
  readonly exportedDataKey: Uint8Array
  /** id of the key that was used, whatever name was given */
  readonly keyId: string
  /** id of the key version that was used */
  readonly keyVersionId: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GenerateDataKey is asked. Generates a data key and returns it in plaintext and encrypted. */
export interface GenerateDataKeyRequest {
  /** key id, alias (`alias/…`) or key ARN; 1 to 512 characters */
  readonly keyId: string
  /** length by name: 32 or 16 bytes; ignored beside NumberOfBytes */
  readonly keySpec?: 'AES_256' | 'AES_128' | 'SM4_128' | undefined
  /** length of the data key in bytes; with neither this nor KeySpec, 32; 0 to 1024 */
  readonly numberOfBytes?: number | undefined
  /** pairs of text bound to the ciphertext; an equal map is needed to decrypt; at most 8192 characters */
  readonly encryptionContext?: Readonly<Record<string, string>> | undefined
  /**
   * confidential-computing recipient: the plaintext is for an attested enclave only; refused by Keyhaven: attestation
   * documents of the cloud cannot be checked here, and the plaintext is not shown in clear instead
   */
  readonly recipient?: string | undefined
  /** only checks: success is reported as error `DryRunOperationError`; false unless given */
  readonly dryRun?: boolean | undefined
}

/** What GenerateDataKey answers. Generates a data key and returns it in plaintext and encrypted. */
export interface GenerateDataKeyResponse {
  /** the data key under the key; Decrypt returns its Base64 text */
  readonly ciphertextBlob: Uint8Array
  /** the data key for the recipient */
  readonly ciphertextForRecipient?: Uint8Array | undefined
  /** id of the key that was used, whatever name was given */
  readonly keyId: string
  /** id of the key version that was used */
  readonly keyVersionId: string
  /** the data key */
  readonly plaintext: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GenerateDataKeyWithoutPlaintext is asked. Generates a data key and returns it encrypted only. */
export interface GenerateDataKeyWithoutPlaintextRequest {
  /** key id, alias (`alias/…`) or key ARN; 1 to 512 characters */
  readonly keyId: string
  /** length by name: 32 or 16 bytes; ignored beside NumberOfBytes */
  readonly keySpec?: 'AES_256' | 'AES_128' | 'SM4_128' | undefined
  /** length of the data key in bytes; with neither this nor KeySpec, 32; 0 to 1024 */
  readonly numberOfBytes?: number | undefined
  /** pairs of text bound to the ciphertext; an equal map is needed to decrypt; at most 8192 characters */
  readonly encryptionContext?: Readonly<Record<string, string>> | undefined
  /** only checks: success is reported as error `DryRunOperationError`; false unless given */
  readonly dryRun?: boolean | undefined
}

/** What GenerateDataKeyWithoutPlaintext answers. Generates a data key and returns it encrypted only. */
export interface GenerateDataKeyWithoutPlaintextResponse {
  /** the data key under the key; Decrypt returns its Base64 text */
  readonly ciphertextBlob: Uint8Array
  /** id of the key that was used, whatever name was given */
  readonly keyId: string
  /** id of the key version that was used */
  readonly keyVersionId: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GenerateMac is asked. Computes a message authentication code. */
export interface GenerateMacRequest {
  /** key id, alias (`alias/…`) or key ARN; 1 to 512 characters */
  readonly keyId: string
  /** must be the one of the key spec */
  readonly algorithm: 'HMAC_SM3' | 'HMAC_SHA_224' | 'HMAC_SHA_256' | 'HMAC_SHA_384' | 'HMAC_SHA_512'
  /** the message, up to 6144 bytes; at most 6144 bytes */
  readonly message: Uint8Array
  /** only checks: success is reported as error `DryRunOperationError`; false unless given */
  readonly dryRun?: boolean | undefined
}

/** What GenerateMac answers. Computes a message authentication code. */
export interface GenerateMacResponse {
  /** the algorithm that was used */
  readonly algorithm: string
  /** id of the key that was used, whatever name was given */
  readonly keyId: string
  /** the code, full length */
  readonly mac: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetManagedDataKey is asked. Returns a version of a managed data key in plaintext. */
export interface GetManagedDataKeyRequest {
  /** name of the managed data key; 1 to 64 characters */
  readonly dataKeyName: string
  /** version id */
  readonly dataKeyVersionId?: string | undefined
  /** without DataKeyVersionId: the latest version, not the first; false unless given */
  readonly useLatest?: boolean | undefined
}

/** What GetManagedDataKey answers. Returns a version of a managed data key in plaintext. */
export interface GetManagedDataKeyResponse {
  /** name of the managed data key */
  readonly dataKeyName: string
  /** version id */
  readonly dataKeyVersionId: string
  /** `kms-datakeyversion!<name>!<version>` */
  readonly dataKeyVersionName: string
  /** the data key */
  readonly plaintext: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListManagedDataKeyVersions is asked. Lists the versions of a managed data key. */
export interface ListManagedDataKeyVersionsRequest {
  /** name of the managed data key; 1 to 64 characters */
  readonly dataKeyName: string
  /** page to return, from 1; at least 1; 1 unless given */
  readonly pageNumber?: number | undefined
  /** items in a page; 1 to 100; 10 unless given */
  readonly pageSize?: number | undefined
}

/** ManagedDataKeyVersion of ListManagedDataKeyVersions, in what it answers. */
export interface ListManagedDataKeyVersionsManagedDataKeyVersion {
  /** version id */
  readonly dataKeyVersionId: string
  /** name of the version */
  readonly dataKeyVersionName: string
}

/** ManagedDataKeyVersions of ListManagedDataKeyVersions, in what it answers. */
export interface ListManagedDataKeyVersionsManagedDataKeyVersions {
  /** managed data key version */
  readonly managedDataKeyVersion: readonly ListManagedDataKeyVersionsManagedDataKeyVersion[]
}

/** What ListManagedDataKeyVersions answers. Lists the versions of a managed data key. */
export interface ListManagedDataKeyVersionsResponse {
  /** name of the managed data key */
  readonly dataKeyName: string
  /** managed data key versions */
  readonly managedDataKeyVersions: ListManagedDataKeyVersionsManagedDataKeyVersions
  /** as asked */
  readonly pageNumber: number
  /** as asked */
  readonly pageSize: number
  /** versions in all */
  readonly totalCount: number
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ReEncrypt is asked. Decrypts a ciphertext and encrypts the plaintext under another key, without showing it. */
export interface ReEncryptRequest {
  /** symmetric ciphertext, or bare asymmetric ciphertext such as an exported data key */
  readonly ciphertextBlob: Uint8Array
  /** key id of a symmetric key; an alias is refused; 1 to 512 characters */
  readonly destinationKeyId: string
  /** the pairs of text given when the ciphertext was made; at most 8192 characters */
  readonly sourceEncryptionContext?: Readonly<Record<string, string>> | undefined
  /** pairs of text bound to the ciphertext; an equal map is needed to decrypt; at most 8192 characters */
  readonly destinationEncryptionContext?: Readonly<Record<string, string>> | undefined
  /** asymmetric source only: key id */
  readonly sourceKeyId?: string | undefined
  /** asymmetric source only: key version id */
  readonly sourceKeyVersionId?: string | undefined
  /** asymmetric source only: how it was encrypted */
  readonly sourceEncryptionAlgorithm?: 'RSAES_OAEP_SHA_256' | 'RSAES_OAEP_SHA_1' | 'SM2PKE' | undefined
  /** only checks: success is reported as error `DryRunOperationError`; false unless given */
  readonly dryRun?: boolean | undefined
}

/** What ReEncrypt answers. Decrypts a ciphertext and encrypts the plaintext under another key, without showing it. */
export interface ReEncryptResponse {
  /** the new ciphertext */
  readonly ciphertextBlob: Uint8Array
  /** id of the key that decrypted */
  readonly keyId: string
  /** id of the key version that decrypted */
  readonly keyVersionId: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What VerifyMac is asked. Checks a message authentication code. */
export interface VerifyMacRequest {
  /** key id, alias (`alias/…`) or key ARN; 1 to 512 characters */
  readonly keyId: string
  /** must be the one of the key spec */
  readonly algorithm: 'HMAC_SM3' | 'HMAC_SHA_224' | 'HMAC_SHA_256' | 'HMAC_SHA_384' | 'HMAC_SHA_512'
  /** the message, up to 6144 bytes; at most 6144 bytes */
  readonly message: Uint8Array
  /** the code to check */
  readonly mac: Uint8Array
  /** only checks: success is reported as error `DryRunOperationError`; false unless given */
  readonly dryRun?: boolean | undefined
}

/** What VerifyMac answers. Checks a message authentication code. */
export interface VerifyMacResponse {
  /** the algorithm that was used */
  readonly algorithm: string
  /** id of the key that was used, whatever name was given */
  readonly keyId: string
  /** whether the code is right */
  readonly value: boolean
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What AsymmetricDecrypt is asked. Decrypts with the private key of a key version. */
export interface AsymmetricDecryptRequest {
  /** key id, alias (`alias/…`) or key ARN; 1 to 512 characters */
  readonly keyId: string
  /** key version id; 1 to 64 characters */
  readonly keyVersionId: string
  /** RSA keys: RSAES_OAEP_…; EC_SM2: SM2PKE */
  readonly algorithm: 'RSAES_OAEP_SHA_256' | 'RSAES_OAEP_SHA_1' | 'SM2PKE'
  /** bare ciphertext of the scheme; at most 6144 bytes */
  readonly ciphertextBlob: Uint8Array
  /** only checks: success is reported as error `DryRunOperationError`; false unless given */
  readonly dryRun?: boolean | undefined
  /**
   * confidential-computing recipient: the plaintext is for an attested enclave only; refused by Keyhaven: attestation
   * documents of the cloud cannot be checked here, and the plaintext is not shown in clear instead
   */
  readonly recipient?: string | undefined
}

/** What AsymmetricDecrypt answers. Decrypts with the private key of a key version. */
export interface AsymmetricDecryptResponse {
  /** id of the key that was used, whatever name was given */
  readonly keyId: string
  /** id of the key version that was used */
  readonly keyVersionId: string
  /** the data */
  readonly plaintext: Uint8Array
  /** the plaintext for the recipient */
  readonly ciphertextForRecipient?: Uint8Array | undefined
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What AsymmetricEncrypt is asked. Encrypts with the public key of a key version. */
export interface AsymmetricEncryptRequest {
  /** key id, alias (`alias/…`) or key ARN; 1 to 512 characters */
  readonly keyId: string
  /** key version id; 1 to 64 characters */
  readonly keyVersionId: string
  /** RSA keys: RSAES_OAEP_…; EC_SM2: SM2PKE */
  readonly algorithm: 'RSAES_OAEP_SHA_256' | 'RSAES_OAEP_SHA_1' | 'SM2PKE'
  /** data; at most 190/318/446 bytes (OAEP SHA-256), 214/342/470 (OAEP SHA-1), 6047 (SM2PKE) */
  readonly plaintext: Uint8Array
  /** only checks: success is reported as error `DryRunOperationError`; false unless given */
  readonly dryRun?: boolean | undefined
}

/** What AsymmetricEncrypt answers. Encrypts with the public key of a key version. */
export interface AsymmetricEncryptResponse {
  /** bare ciphertext of the scheme */
  readonly ciphertextBlob: Uint8Array
  /** id of the key that was used, whatever name was given */
  readonly keyId: string
  /** id of the key version that was used */
  readonly keyVersionId: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What AsymmetricSign is asked. Signs a digest with the private key of a key version. */
export interface AsymmetricSignRequest {
  /** key id, alias (`alias/…`) or key ARN; 1 to 512 characters */
  readonly keyId: string
  /** key version id; 1 to 64 characters */
  readonly keyVersionId: string
  /** RSA keys: RSA_…; EC_P256 and EC_P256K: ECDSA_SHA_256; EC_SM2: SM2DSA */
  readonly algorithm: 'RSA_PSS_SHA_256' | 'RSA_PKCS1_SHA_256' | 'ECDSA_SHA_256' | 'SM2DSA'
  /** digest of the message, 32 bytes: SHA-256; for SM2DSA SM3(Z ‖ message) */
  readonly digest: Uint8Array
  /** only checks: success is reported as error `DryRunOperationError`; false unless given */
  readonly dryRun?: boolean | undefined
}

/** What AsymmetricSign answers. Signs a digest with the private key of a key version. */
export interface AsymmetricSignResponse {
  /** id of the key that was used, whatever name was given */
  readonly keyId: string
  /** id of the key version that was used */
  readonly keyVersionId: string
  /** signature: RSA as long as the modulus, ECDSA and SM2 a DER SEQUENCE { r, s } */
  readonly value: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What AsymmetricVerify is asked. Checks a signature over a digest with the public key of a key version. */
export interface AsymmetricVerifyRequest {
  /** key id, alias (`alias/…`) or key ARN; 1 to 512 characters */
  readonly keyId: string
  /** key version id; 1 to 64 characters */
  readonly keyVersionId: string
  /** RSA keys: RSA_…; EC_P256 and EC_P256K: ECDSA_SHA_256; EC_SM2: SM2DSA */
  readonly algorithm: 'RSA_PSS_SHA_256' | 'RSA_PKCS1_SHA_256' | 'ECDSA_SHA_256' | 'SM2DSA'
  /** digest of the message, 32 bytes: SHA-256; for SM2DSA SM3(Z ‖ message) */
  readonly digest: Uint8Array
  /** signature as AsymmetricSign returns it */
  readonly value: Uint8Array
  /** only checks: success is reported as error `DryRunOperationError`; false unless given */
  readonly dryRun?: boolean | undefined
}

/** What AsymmetricVerify answers. Checks a signature over a digest with the public key of a key version. */
export interface AsymmetricVerifyResponse {
  /** id of the key that was used, whatever name was given */
  readonly keyId: string
  /** id of the key version that was used */
  readonly keyVersionId: string
  /** whether the signature is right */
  readonly value: boolean
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetPublicKey is asked. Returns the public key of a key version. */
export interface GetPublicKeyRequest {
  /** key id, alias (`alias/…`) or key ARN; 1 to 512 characters */
  readonly keyId: string
  /** key version id; 1 to 64 characters */
  readonly keyVersionId: string
  /** only checks: success is reported as error `DryRunOperationError`; false unless given */
  readonly dryRun?: boolean | undefined
}

/** What GetPublicKey answers. Returns the public key of a key version. */
export interface GetPublicKeyResponse {
  /** id of the key that was used, whatever name was given */
  readonly keyId: string
  /** id of the key version that was used */
  readonly keyVersionId: string
  /** PEM SubjectPublicKeyInfo */
  readonly publicKey: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What CertificatePrivateKeyDecrypt is asked. Decrypts with the private key of a certificate. */
export interface CertificatePrivateKeyDecryptRequest {
  /** id of the certificate; 1 to 64 characters */
  readonly certificateId: string
  /** RSA_2048: RSAES_OAEP_…; EC_SM2: SM2PKE */
  readonly algorithm: 'RSAES_OAEP_SHA_256' | 'RSAES_OAEP_SHA_1' | 'SM2PKE'
  /** bare ciphertext of the scheme; at most 6144 bytes */
  readonly ciphertextBlob: Uint8Array
}

/** What CertificatePrivateKeyDecrypt answers. Decrypts with the private key of a certificate. */
export interface CertificatePrivateKeyDecryptResponse {
  /** id of the certificate */
  readonly certificateId: string
  /** the data */
  readonly plaintext: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What CertificatePrivateKeySign is asked. Signs with the private key of a certificate. */
export interface CertificatePrivateKeySignRequest {
  /** id of the certificate; 1 to 64 characters */
  readonly certificateId: string
  /** RSA_2048: RSA_…; EC_P256: ECDSA_SHA_256; EC_SM2: SM2DSA */
  readonly algorithm: 'RSA_PKCS1_SHA_256' | 'RSA_PSS_SHA_256' | 'ECDSA_SHA_256' | 'SM2DSA'
  /** the message, up to 4096 bytes, or its digest of 32 bytes; at most 4096 bytes */
  readonly message: Uint8Array
  /** whether Message is the message or its digest: SHA-256; for SM2DSA SM3(Z ‖ message); "RAW" unless given */
  readonly messageType?: 'RAW' | 'DIGEST' | undefined
}

/** What CertificatePrivateKeySign answers. Signs with the private key of a certificate. */
export interface CertificatePrivateKeySignResponse {
  /** id of the certificate */
  readonly certificateId: string
  /** signature: RSA as long as the modulus, ECDSA and SM2 a DER SEQUENCE { r, s } */
  readonly signatureValue: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What CertificatePublicKeyEncrypt is asked. Encrypts with the public key of a certificate. */
export interface CertificatePublicKeyEncryptRequest {
  /** id of the certificate; 1 to 64 characters */
  readonly certificateId: string
  /** RSA_2048: RSAES_OAEP_…; EC_SM2: SM2PKE */
  readonly algorithm: 'RSAES_OAEP_SHA_256' | 'RSAES_OAEP_SHA_1' | 'SM2PKE'
  /** data; at most 190 bytes (OAEP SHA-256), 214 (OAEP SHA-1), 6047 (SM2PKE) */
  readonly plaintext: Uint8Array
}

/** What CertificatePublicKeyEncrypt answers. Encrypts with the public key of a certificate. */
export interface CertificatePublicKeyEncryptResponse {
  /** id of the certificate */
  readonly certificateId: string
  /** bare ciphertext of the scheme */
  readonly ciphertextBlob: Uint8Array
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What CertificatePublicKeyVerify is asked. Checks a signature with the public key of a certificate. */
export interface CertificatePublicKeyVerifyRequest {
  /** id of the certificate; 1 to 64 characters */
  readonly certificateId: string
  /** RSA_2048: RSA_…; EC_P256: ECDSA_SHA_256; EC_SM2: SM2DSA */
  readonly algorithm: 'RSA_PKCS1_SHA_256' | 'RSA_PSS_SHA_256' | 'ECDSA_SHA_256' | 'SM2DSA'
  /** the message, up to 4096 bytes, or its digest of 32 bytes; at most 4096 bytes */
  readonly message: Uint8Array
  /** whether Message is the message or its digest: SHA-256; for SM2DSA SM3(Z ‖ message); "RAW" unless given */
  readonly messageType?: 'RAW' | 'DIGEST' | undefined
  /** signature as CertificatePrivateKeySign returns it; at most 4096 bytes */
  readonly signatureValue: Uint8Array
}

/** What CertificatePublicKeyVerify answers. Checks a signature with the public key of a certificate. */
export interface CertificatePublicKeyVerifyResponse {
  /** id of the certificate */
  readonly certificateId: string
  /** whether the signature is right */
  readonly signatureValid: boolean
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What CreateCertificate is asked. Generates a key for a certificate, and the request to have it certified with. */
export interface CreateCertificateRequest {
  /** kind of the key */
  readonly keySpec: 'RSA_2048' | 'EC_P256' | 'EC_SM2'
  /**
   * who the certificate is about, most specific part first (RFC 2253): `CN=name,OU=unit,O=org,C=CN`; 1 to 4096
   * characters
   */
  readonly subject: string
  /** other names, as a rule of the domain system; up to 10 */
  readonly subjectAlternativeNames?: readonly string[] | undefined
  /** only kept: no private key is ever exported; true unless given */
  readonly exportablePrivateKey?: boolean | undefined
  /** `SOFTWARE` or `HSM`; only kept */
  readonly protectionLevel?: 'SOFTWARE' | 'HSM' | undefined
}

/** What CreateCertificate answers. Generates a key for a certificate, and the request to have it certified with. */
export interface CreateCertificateResponse {
  /** id of the certificate */
  readonly certificateId: string
  /** ARN of the certificate */
  readonly arn: string
  /** PEM certificate request (PKCS #10) */
  readonly csr: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DeleteCertificate is asked. Deletes a certificate with its private key, at once and for good. */
export interface DeleteCertificateRequest {
  /** id of the certificate; 1 to 64 characters */
  readonly certificateId: string
}

/** What DeleteCertificate answers. Deletes a certificate with its private key, at once and for good. */
export interface DeleteCertificateResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DescribeCertificate is asked. Describes a certificate. */
export interface DescribeCertificateRequest {
  /** id of the certificate; 1 to 64 characters */
  readonly certificateId: string
}

/** What DescribeCertificate answers. Describes a certificate. */
export interface DescribeCertificateResponse {
  /** id of the certificate */
  readonly certificateId: string
  /** ARN of the certificate */
  readonly arn: string
  /** kind of the key */
  readonly keySpec: 'RSA_2048' | 'EC_P256' | 'EC_SM2'
  /** `PENDING` until the certificate is uploaded */
  readonly status: 'PENDING' | 'ACTIVE' | 'INACTIVE' | 'REVOKED' | (string & {})
  /** when the key was generated */
  readonly createdAt: string
  /** when anything about it was last changed */
  readonly updatedAt: string
  /** who the certificate is about, most specific part first */
  readonly subject: string
  /** other names */
  readonly subjectAlternativeNames: readonly string[]
  /** PEM SubjectPublicKeyInfo */
  readonly subjectPublicKey: string
  /** bytes in hexadecimal, as `79 36 26`; empty while `PENDING` */
  readonly subjectKeyIdentifier: string
  /** who issued it; empty while `PENDING` */
  readonly issuer: string
  /** serial number, decimal; empty while `PENDING` */
  readonly serial: string
  /** beginning of its validity; empty while `PENDING` */
  readonly notBefore: string
  /** end of its validity; empty while `PENDING` */
  readonly notAfter: string
  /** what it is signed with, such as `ECDSA-SHA256`; empty while `PENDING` */
  readonly signatureAlgorithm: string
  /** as it was created */
  readonly exportablePrivateKey: boolean
  /** as it was created */
  readonly protectionLevel: 'SOFTWARE' | 'HSM' | (string & {})
  /** tags of the certificate */
  readonly tags: Readonly<Record<string, string>>
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetCertificate is asked. Returns a certificate, its chain and its request. */
export interface GetCertificateRequest {
  /** id of the certificate; 1 to 64 characters */
  readonly certificateId: string
}

/** What GetCertificate answers. Returns a certificate, its chain and its request. */
export interface GetCertificateResponse {
  /** id of the certificate */
  readonly certificateId: string
  /** PEM; empty until it has been uploaded */
  readonly certificate: string
  /** PEM; empty if there is none */
  readonly certificateChain: string
  /** PEM certificate request */
  readonly csr: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What UpdateCertificateStatus is asked. Activates, deactivates or revokes a certificate. A revoked one stays so: it
 * only verifies.
 */
export interface UpdateCertificateStatusRequest {
  /** id of the certificate; 1 to 64 characters */
  readonly certificateId: string
  /** the status that it gets */
  readonly status: 'ACTIVE' | 'INACTIVE' | 'REVOKED'
}

/**
 * What UpdateCertificateStatus answers. Activates, deactivates or revokes a certificate. A revoked one stays so: it
 * only verifies.
 */
export interface UpdateCertificateStatusResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What UploadCertificate is asked. Takes the certificate that a CA has issued for the key, and its chain. The
 * certificate becomes active.
 */
export interface UploadCertificateRequest {
  /** id of the certificate; 1 to 64 characters */
  readonly certificateId: string
  /** PEM; must be about the key; 1 to 131072 characters */
  readonly certificate: string
  /** PEM: the issuer, its issuer, and so on; at most 131072 characters */
  readonly certificateChain?: string | undefined
}

/**
 * What UploadCertificate answers. Takes the certificate that a CA has issued for the key, and its chain. The
 * certificate becomes active.
 */
export interface UploadCertificateResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** SecretsList of BatchGetSecretValue, in what it is asked. */
export interface BatchGetSecretValueSecretsList {
  /** name of the secret, or its ARN `acs:kms:<region>:<account>:secret/<name>`; 1 to 512 characters */
  readonly secretName: string
  /** id of a version; at most 64 characters */
  readonly versionId?: string | undefined
  /** stage label; at most 64 characters */
  readonly versionStage?: string | undefined
  /** managed secrets: answers ExtendedConfig, too */
  readonly fetchExtendedConfig?: boolean | undefined
}

/**
 * What BatchGetSecretValue is asked. Returns the values of several secrets. What cannot be answered is told in Errors;
 * the call succeeds all the same.
 */
export interface BatchGetSecretValueRequest {
  /** up to 20 secrets, each named once */
  readonly secretsList: readonly BatchGetSecretValueSecretsList[]
}

/** VersionStages of BatchGetSecretValue, in what it answers. */
export interface VersionStages {
  /** label */
  readonly versionStage: readonly string[]
}

/** SecretValues of BatchGetSecretValue, in what it answers. */
export interface BatchGetSecretValueSecretValues {
  /** name of the secret */
  readonly secretName: string
  /** id of the version */
  readonly versionId: string
  /** the value, as it was given */
  readonly secretData: string
  /** `binary` says that the value is bytes in Base64 */
  readonly secretDataType: 'text' | 'binary' | (string & {})
  /** type of the secret */
  readonly secretType: 'Generic' | 'Rds' | 'PolarDB' | 'Redis' | 'RAMCredentials' | 'ECS' | (string & {})
  /** version stages */
  readonly versionStages: VersionStages
  /** when the version was stored, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly createTime: string
  /** whether it rotates by itself; `Invalid` after rotation failed too often */
  readonly automaticRotation?: 'Enabled' | 'Disabled' | 'Invalid' | (string & {}) | undefined
  /** seconds and the letter s */
  readonly rotationInterval?: string | undefined
  /** when it rotates next, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly nextRotationDate?: string | undefined
  /** when it rotated last, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly lastRotationDate?: string | undefined
  /** settings of a managed secret, JSON text */
  readonly extendedConfig?: string | undefined
  /** of this value */
  readonly requestId: string
}

/** Errors of BatchGetSecretValue, in what it answers. */
export interface BatchGetSecretValueErrors {
  /** the name asked for */
  readonly secretName: string
  /** status that GetSecretValue would have answered */
  readonly httpStatus: number
  /** error code */
  readonly code: string
  /** error text */
  readonly message: string
}

/**
 * What BatchGetSecretValue answers. Returns the values of several secrets. What cannot be answered is told in Errors;
 * the call succeeds all the same.
 */
export interface BatchGetSecretValueResponse {
  /** secret values */
  readonly secretValues: readonly BatchGetSecretValueSecretValues[]
  /** errors */
  readonly errors: readonly BatchGetSecretValueErrors[]
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What CreateSecret is asked. Creates a secret and its first version, which is the current one. */
export interface CreateSecretRequest {
  /**
   * 1 to 192 letters, digits and `_ / + = . @ -`; not beginning with `acs/` unless the type says so; 1 to 192
   * characters
   */
  readonly secretName: string
  /** id of the version, 1 to 64 characters; unique in the secret; 1 to 64 characters */
  readonly versionId: string
  /** the value, up to 30720 bytes in UTF-8; 1 to 30720 characters */
  readonly secretData: string
  /** `binary` says that the value is bytes in Base64; it is kept as given; "text" unless given */
  readonly secretDataType?: 'text' | 'binary' | undefined
  /** `Generic` unless given */
  readonly secretType?: 'Generic' | 'Rds' | 'PolarDB' | 'Redis' | 'RAMCredentials' | 'ECS' | (string & {}) | undefined
  /**
   * symmetric key that seals the values; without one, a key that the service keeps for the account; at most 512
   * characters
   */
  readonly encryptionKeyId?: string | undefined
  /** instance that the secret is to belong to; at most 64 characters */
  readonly dKMSInstanceId?: string | undefined
  /** free text; at most 8192 characters */
  readonly description?: string | undefined
  /** the tags, up to 20: keys of 1 to 128, values of 0 to 128 letters, digits and `/ \ _ - . + = : @` */
  readonly tags?: readonly Tags[] | undefined
  /** managed secrets: what they are for, a JSON object of up to 1024 characters; at most 1024 characters */
  readonly extendedConfig?: string | undefined
  /** managed secrets: whether it rotates by itself; false unless given */
  readonly enableAutomaticRotation?: boolean | undefined
  /** a whole number and `d`, `h`, `m` or `s`: 6 hours to 8760 hours; at most 16 characters */
  readonly rotationInterval?: string | undefined
  /** policy document: JSON of up to 32768 bytes, Version "1"; at most 32768 characters */
  readonly policy?: string | undefined
}

/** What CreateSecret answers. Creates a secret and its first version, which is the current one. */
export interface CreateSecretResponse {
  /** ARN of the secret */
  readonly arn: string
  /** name of the secret */
  readonly secretName: string
  /** id of the version, 1 to 64 characters; unique in the secret; 1 to 64 characters */
  readonly versionId: string
  /** type of the secret */
  readonly secretType: 'Generic' | 'Rds' | 'PolarDB' | 'Redis' | 'RAMCredentials' | 'ECS' | (string & {})
  /** instance the secret belongs to */
  readonly dKMSInstanceId?: string | undefined
  /** settings of a managed secret, JSON text */
  readonly extendedConfig?: string | undefined
  /** whether it rotates by itself; `Invalid` after rotation failed too often */
  readonly automaticRotation?: 'Enabled' | 'Disabled' | 'Invalid' | (string & {}) | undefined
  /** seconds and the letter s */
  readonly rotationInterval?: string | undefined
  /** when it rotates next, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly nextRotationDate?: string | undefined
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DeleteSecret is asked. Plans the deletion of a secret, or deletes it at once. */
export interface DeleteSecretRequest {
  /** name of the secret, or its ARN `acs:kms:<region>:<account>:secret/<name>`; 1 to 512 characters */
  readonly secretName: string
  /** deletes it now; it cannot be restored; false unless given */
  readonly forceDeleteWithoutRecovery?: boolean | undefined
  /** days in which it can be restored, 30 unless given; not with force; 7 to 30 */
  readonly recoveryWindowInDays?: number | undefined
}

/** What DeleteSecret answers. Plans the deletion of a secret, or deletes it at once. */
export interface DeleteSecretResponse {
  /** name of the secret */
  readonly secretName: string
  /** when it is deleted for good, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly plannedDeleteTime: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DescribeSecret is asked. Describes a secret, without its value. */
export interface DescribeSecretRequest {
  /** name of the secret, or its ARN `acs:kms:<region>:<account>:secret/<name>`; 1 to 512 characters */
  readonly secretName: string
  /** answers the tags, too; false unless given */
  readonly fetchTags?: boolean | undefined
}

/** Tag of DescribeSecret, in what it answers. */
export interface DescribeSecretTag {
  /** key of the tag */
  readonly tagKey: string
  /** value of the tag */
  readonly tagValue: string
}

/** Tags of DescribeSecret, in what it answers. */
export interface DescribeSecretTags {
  /** tag */
  readonly tag: readonly DescribeSecretTag[]
}

/** What DescribeSecret answers. Describes a secret, without its value. */
export interface DescribeSecretResponse {
  /** ARN of the secret */
  readonly arn: string
  /** name of the secret */
  readonly secretName: string
  /** type of the secret */
  readonly secretType: 'Generic' | 'Rds' | 'PolarDB' | 'Redis' | 'RAMCredentials' | 'ECS' | (string & {})
  /** key that seals the values; empty when the service keeps it */
  readonly encryptionKeyId: string
  /** free text */
  readonly description: string
  /** when the secret was created, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly createTime: string
  /** when anything about it was changed last, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly updateTime: string
  /** instance the secret belongs to */
  readonly dKMSInstanceId?: string | undefined
  /** when it is deleted for good; only when that is planned, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly plannedDeleteTime?: string | undefined
  /** whether it rotates by itself; `Invalid` after rotation failed too often */
  readonly automaticRotation?: 'Enabled' | 'Disabled' | 'Invalid' | (string & {}) | undefined
  /** seconds and the letter s */
  readonly rotationInterval?: string | undefined
  /** when it rotates next, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly nextRotationDate?: string | undefined
  /** when it rotated last, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly lastRotationDate?: string | undefined
  /** settings of a managed secret, JSON text */
  readonly extendedConfig?: string | undefined
  /** tags */
  readonly tags?: DescribeSecretTags | undefined
  /** always empty (the name is misspelt on the wire) */
  readonly owingService: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetRandomPassword is asked. Makes a random password. */
export interface GetRandomPasswordRequest {
  /** characters; 8 to 128; 32 unless given */
  readonly passwordLength?: number | undefined
  /** printable ASCII characters that it must not have; at most 95 characters */
  readonly excludeCharacters?: string | undefined
  /** no lower-case letters; false unless given */
  readonly excludeLowercase?: boolean | undefined
  /** no upper-case letters; false unless given */
  readonly excludeUppercase?: boolean | undefined
  /** no digits; false unless given */
  readonly excludeNumbers?: boolean | undefined
  /** no punctuation; false unless given */
  readonly excludePunctuation?: boolean | undefined
  /** at least one character of each kind that is not excluded; true unless given */
  readonly requireEachIncludedType?: boolean | undefined
}

/** What GetRandomPassword answers. Makes a random password. */
export interface GetRandomPasswordResponse {
  /** the password */
  readonly randomPassword: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetSecretLastUsage is asked. Tells when a value of a secret was last read, by a call that succeeded. */
export interface GetSecretLastUsageRequest {
  /** name of the secret, or its ARN `acs:kms:<region>:<account>:secret/<name>`; 1 to 512 characters */
  readonly secretName: string
}

/** What GetSecretLastUsage answers. Tells when a value of a secret was last read, by a call that succeeded. */
export interface GetSecretLastUsageResponse {
  /** name of the secret */
  readonly secretName: string
  /** when it was last used, `yyyy-MM-ddTHH:mm:ssZ` in UTC; absent when no use is known */
  readonly lastUsedDate?: string | undefined
  /** the operation that used it then */
  readonly lastUsedOperation?: string | undefined
  /** since when uses are noted; nothing is known of uses before, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly trackingStartDate: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetSecretPolicy is asked. Returns the policy of a secret that belongs to an instance. */
export interface GetSecretPolicyRequest {
  /** name of the secret, or its ARN `acs:kms:<region>:<account>:secret/<name>`; 1 to 512 characters */
  readonly secretName: string
  /** only `default` exists; "default" unless given */
  readonly policyName?: string | undefined
}

/** What GetSecretPolicy answers. Returns the policy of a secret that belongs to an instance. */
export interface GetSecretPolicyResponse {
  /** policy document as JSON text */
  readonly policy: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What GetSecretValue is asked. Returns the value of a secret: the version that VersionId names, else the one with the
 * stage.
 */
export interface GetSecretValueRequest {
  /** name of the secret, or its ARN `acs:kms:<region>:<account>:secret/<name>`; 1 to 512 characters */
  readonly secretName: string
  /** stage label; `ACSCurrent` when neither is given; at most 64 characters */
  readonly versionStage?: string | undefined
  /** id of a version; passed over for managed secrets; at most 64 characters */
  readonly versionId?: string | undefined
  /** managed secrets: answers ExtendedConfig, too; false unless given */
  readonly fetchExtendedConfig?: boolean | undefined
  /** only checks: success is reported as error `DryRunOperationError`; false unless given */
  readonly dryRun?: boolean | undefined
  /**
   * confidential-computing recipient: the plaintext is for an attested enclave only; refused by Keyhaven: attestation
   * documents of the cloud cannot be checked here, and the plaintext is not shown in clear instead
   */
  readonly recipient?: string | undefined
}

/**
 * What GetSecretValue answers. Returns the value of a secret: the version that VersionId names, else the one with the
 * stage.
 */
export interface GetSecretValueResponse {
  /** name of the secret */
  readonly secretName: string
  /** id of the version */
  readonly versionId: string
  /** the value, as it was given */
  readonly secretData: string
  /** `binary` says that the value is bytes in Base64 */
  readonly secretDataType: 'text' | 'binary' | (string & {})
  /** type of the secret */
  readonly secretType: 'Generic' | 'Rds' | 'PolarDB' | 'Redis' | 'RAMCredentials' | 'ECS' | (string & {})
  /** version stages */
  readonly versionStages: VersionStages
  /** when the version was stored, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly createTime: string
  /** whether it rotates by itself; `Invalid` after rotation failed too often */
  readonly automaticRotation?: 'Enabled' | 'Disabled' | 'Invalid' | (string & {}) | undefined
  /** seconds and the letter s */
  readonly rotationInterval?: string | undefined
  /** when it rotates next, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly nextRotationDate?: string | undefined
  /** when it rotated last, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly lastRotationDate?: string | undefined
  /** settings of a managed secret, JSON text */
  readonly extendedConfig?: string | undefined
  /** the plaintext for the recipient */
  readonly ciphertextForRecipient?: Uint8Array | undefined
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListSecretVersionIds is asked. Lists the versions of a secret with their stages. */
export interface ListSecretVersionIdsRequest {
  /** name of the secret, or its ARN `acs:kms:<region>:<account>:secret/<name>`; 1 to 512 characters */
  readonly secretName: string
  /** lists versions that have lost every label, too; false unless given */
  readonly includeDeprecated?: boolean | undefined
  /** page to return, from 1; 1 to 2147483647; 1 unless given */
  readonly pageNumber?: number | undefined
  /** items in a page; 1 to 100; 10 unless given */
  readonly pageSize?: number | undefined
}

/** VersionId of ListSecretVersionIds, in what it answers. */
export interface ListSecretVersionIdsVersionId {
  /** id of the version */
  readonly versionId: string
  /** when it was stored, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly createTime: string
  /** version stages */
  readonly versionStages: VersionStages
}

/** VersionIds of ListSecretVersionIds, in what it answers. */
export interface ListSecretVersionIdsVersionIds {
  /** version id */
  readonly versionId: readonly ListSecretVersionIdsVersionId[]
}

/** What ListSecretVersionIds answers. Lists the versions of a secret with their stages. */
export interface ListSecretVersionIdsResponse {
  /** name of the secret */
  readonly secretName: string
  /** version ids */
  readonly versionIds: ListSecretVersionIdsVersionIds
  /** the page returned */
  readonly pageNumber: number
  /** items in a page */
  readonly pageSize: number
  /** items on all pages */
  readonly totalCount: number
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** Filters of ListSecrets, in what it is asked. */
export interface ListSecretsFilters {
  /** what to filter by */
  readonly key: string
  /** any of these; at most 10 items */
  readonly values: readonly string[]
}

/** What ListSecrets is asked. Lists the secrets of the account, those waiting for deletion included. */
export interface ListSecretsRequest {
  /**
   * conditions by SecretName (beginning), Description (part), TagKey, TagValue, DKMSInstanceId, SecretType or Creator;
   * conditions on different names must all hold, of the values of one name any
   */
  readonly filters?: readonly ListSecretsFilters[] | undefined
  /** answers the tags, too; false unless given */
  readonly fetchTags?: boolean | undefined
  /** page to return, from 1; 1 to 2147483647; 1 unless given */
  readonly pageNumber?: number | undefined
  /** items in a page; 1 to 100; 10 unless given */
  readonly pageSize?: number | undefined
}

/** Secret of ListSecrets, in what it answers. */
export interface ListSecretsSecret {
  /** name of the secret */
  readonly secretName: string
  /** type of the secret */
  readonly secretType: 'Generic' | 'Rds' | 'PolarDB' | 'Redis' | 'RAMCredentials' | 'ECS' | (string & {})
  /** when it was created, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly createTime: string
  /** when it was changed last, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly updateTime: string
  /** when it is deleted for good, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly plannedDeleteTime?: string | undefined
  /** tags */
  readonly tags?: DescribeSecretTags | undefined
  /** always empty (the name is misspelt on the wire) */
  readonly owingService: string
}

/** SecretList of ListSecrets, in what it answers. */
export interface ListSecretsSecretList {
  /** secret */
  readonly secret: readonly ListSecretsSecret[]
}

/** What ListSecrets answers. Lists the secrets of the account, those waiting for deletion included. */
export interface ListSecretsResponse {
  /** secret list */
  readonly secretList: ListSecretsSecretList
  /** the page returned */
  readonly pageNumber: number
  /** items in a page */
  readonly pageSize: number
  /** items on all pages */
  readonly totalCount: number
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What PutSecretValue is asked. Stores a new version of a generic secret. The same version again is success; another
 * value under its id is refused.
 */
export interface PutSecretValueRequest {
  /** name of the secret, or its ARN `acs:kms:<region>:<account>:secret/<name>`; 1 to 512 characters */
  readonly secretName: string
  /** id of the version, 1 to 64 characters; unique in the secret; 1 to 64 characters */
  readonly versionId: string
  /** the value, up to 30720 bytes in UTF-8; 1 to 30720 characters */
  readonly secretData: string
  /** `binary` says that the value is bytes in Base64; it is kept as given; "text" unless given */
  readonly secretDataType?: 'text' | 'binary' | undefined
  /** labels that move to the version; `["ACSCurrent"]` unless given */
  readonly versionStages?: readonly string[] | undefined
}

/**
 * What PutSecretValue answers. Stores a new version of a generic secret. The same version again is success; another
 * value under its id is refused.
 */
export interface PutSecretValueResponse {
  /** name of the secret */
  readonly secretName: string
  /** id of the version */
  readonly versionId: string
  /** version stages */
  readonly versionStages: VersionStages
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What RestoreSecret is asked. Cancels the planned deletion of a secret. */
export interface RestoreSecretRequest {
  /** name of the secret, or its ARN `acs:kms:<region>:<account>:secret/<name>`; 1 to 512 characters */
  readonly secretName: string
}

/** What RestoreSecret answers. Cancels the planned deletion of a secret. */
export interface RestoreSecretResponse {
  /** name of the secret */
  readonly secretName: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What RotateSecret is asked. Rotates a managed secret now. A version id that exists already makes it a success without
 * action.
 */
export interface RotateSecretRequest {
  /** name of the secret, or its ARN `acs:kms:<region>:<account>:secret/<name>`; 1 to 512 characters */
  readonly secretName: string
  /** id of the version, 1 to 64 characters; unique in the secret; 1 to 64 characters */
  readonly versionId: string
}

/**
 * What RotateSecret answers. Rotates a managed secret now. A version id that exists already makes it a success without
 * action.
 */
export interface RotateSecretResponse {
  /** ARN of the secret */
  readonly arn: string
  /** name of the secret */
  readonly secretName: string
  /** id of the new version */
  readonly versionId: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What SetSecretPolicy is asked. Replaces the policy of a secret that belongs to an instance. */
export interface SetSecretPolicyRequest {
  /** name of the secret, or its ARN `acs:kms:<region>:<account>:secret/<name>`; 1 to 512 characters */
  readonly secretName: string
  /** policy document: JSON of up to 32768 bytes, Version "1"; at most 32768 characters */
  readonly policy: string
  /** only `default` exists; "default" unless given */
  readonly policyName?: string | undefined
}

/** What SetSecretPolicy answers. Replaces the policy of a secret that belongs to an instance. */
export interface SetSecretPolicyResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What SetSecretRotationHook is asked. Has a generic secret rotate by a hook of the operator’s, or no longer. */
export interface SetSecretRotationHookRequest {
  /** name of the secret, or its ARN `acs:kms:<region>:<account>:secret/<name>`; 1 to 512 characters */
  readonly secretName: string
  /** name of the hook; without one the secret no longer rotates; at most 64 characters */
  readonly hook?: string | undefined
  /** whether it rotates by itself; false unless given */
  readonly enableAutomaticRotation?: boolean | undefined
  /** a whole number and `d`, `h`, `m` or `s`: 6 hours to 8760 hours; at most 16 characters */
  readonly rotationInterval?: string | undefined
}

/** What SetSecretRotationHook answers. Has a generic secret rotate by a hook of the operator’s, or no longer. */
export interface SetSecretRotationHookResponse {
  /** name of the secret */
  readonly secretName: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What UpdateSecret is asked. Replaces the description of a secret, or the custom data of a managed one. */
export interface UpdateSecretRequest {
  /** name of the secret, or its ARN `acs:kms:<region>:<account>:secret/<name>`; 1 to 512 characters */
  readonly secretName: string
  /** free text; 0 to 8192 characters */
  readonly description?: string | undefined
  /** managed secrets: up to 10 pairs, as JSON text or as `ExtendedConfig.CustomData.<name>`; at most 1024 characters */
  readonly 'extendedConfig.CustomData'?: Readonly<Record<string, string>> | undefined
}

/** What UpdateSecret answers. Replaces the description of a secret, or the custom data of a managed one. */
export interface UpdateSecretResponse {
  /** name of the secret */
  readonly secretName: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What UpdateSecretRotationPolicy is asked. Turns automatic rotation of a managed secret on or off and sets its
 * interval.
 */
export interface UpdateSecretRotationPolicyRequest {
  /** name of the secret, or its ARN `acs:kms:<region>:<account>:secret/<name>`; 1 to 512 characters */
  readonly secretName: string
  /** whether it rotates by itself */
  readonly enableAutomaticRotation: boolean
  /** a whole number and `d`, `h`, `m` or `s`: 6 hours to 8760 hours; at most 16 characters */
  readonly rotationInterval?: string | undefined
}

/**
 * What UpdateSecretRotationPolicy answers. Turns automatic rotation of a managed secret on or off and sets its
 * interval.
 */
export interface UpdateSecretRotationPolicyResponse {
  /** name of the secret */
  readonly secretName: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What UpdateSecretVersionStage is asked. Moves a stage label to another version, or takes a custom label away. */
export interface UpdateSecretVersionStageRequest {
  /** name of the secret, or its ARN `acs:kms:<region>:<account>:secret/<name>`; 1 to 512 characters */
  readonly secretName: string
  /** stage label; 1 to 64 characters */
  readonly versionStage: string
  /** version that gets the label; at most 64 characters */
  readonly moveToVersion?: string | undefined
  /** version that has it now; at most 64 characters */
  readonly removeFromVersion?: string | undefined
}

/** What UpdateSecretVersionStage answers. Moves a stage label to another version, or takes a custom label away. */
export interface UpdateSecretVersionStageResponse {
  /** name of the secret */
  readonly secretName: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What ConnectKmsInstance is asked. Connects an instance to a virtual network. Here it only notes which; the gateway
 * answers wherever the server is reached.
 */
export interface ConnectKmsInstanceRequest {
  /** id of the instance, `kst-…`; 1 to 64 characters */
  readonly kmsInstanceId: string
  /** id of the virtual network; 1 to 64 characters */
  readonly vpcId: string
  /** ids of its switches, separated by commas; 1 to 512 characters */
  readonly vSwitchIds: string
  /** two zones, separated by a comma; 1 to 512 characters */
  readonly zoneIds: string
  /** only `Aliyun` */
  readonly kMProvider: 'Aliyun'
}

/**
 * What ConnectKmsInstance answers. Connects an instance to a virtual network. Here it only notes which; the gateway
 * answers wherever the server is reached.
 */
export interface ConnectKmsInstanceResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetDefaultKmsInstance is asked. Tells which instance serves the account unless another one is named. */
export interface GetDefaultKmsInstanceRequest {
}

/** What GetDefaultKmsInstance answers. Tells which instance serves the account unless another one is named. */
export interface GetDefaultKmsInstanceResponse {
  /** id of the instance */
  readonly defaultKmsInstanceId: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What GetKmsInstance is asked. Describes an instance, with the CA certificates that clients of its gateway have to
 * trust.
 */
export interface GetKmsInstanceRequest {
  /** id of the instance, `kst-…`; 1 to 64 characters */
  readonly kmsInstanceId: string
}

/** BindVpc of GetKmsInstance, in what it answers. */
export interface GetKmsInstanceBindVpc {
  /** id of the virtual network; 1 to 64 characters */
  readonly vpcId: string
  /** id of its switch; 1 to 64 characters */
  readonly vSwitchId: string
  /** region of the virtual network */
  readonly regionId: string
  /** account that owns the virtual network */
  readonly vpcOwnerId: string
}

/** BindVpcs of GetKmsInstance, in what it answers. */
export interface GetKmsInstanceBindVpcs {
  /** bind vpc */
  readonly bindVpc: readonly GetKmsInstanceBindVpc[]
}

/** KmsInstance of GetKmsInstance, in what it answers. */
export interface GetKmsInstanceKmsInstance {
  /** id of the instance */
  readonly instanceId: string
  /** name */
  readonly instanceName: string
  /** whether it can be used */
  readonly status: 'Uninitialized' | 'Connected' | (string & {})
  /** when it was created */
  readonly createTime: string
  /** when it began to serve */
  readonly startDate: string
  /** it never ends by itself; the service needs a date */
  readonly endDate: string
  /** calls a second that it is meant for */
  readonly spec: number
  /** how many keys it may hold */
  readonly keyNum: number
  /** how many secrets it may hold */
  readonly secretNum: string
  /** how many virtual networks it may be bound to */
  readonly vpcNum: number
  /** virtual network it was connected to */
  readonly vpcId?: string | undefined
  /** switches it was connected to; the official Go client before v4 cannot read lists here */
  readonly vswitchIds: readonly string[]
  /** zones it was connected in; as VswitchIds */
  readonly zoneIds: readonly string[]
  /** bind vpcs */
  readonly bindVpcs: GetKmsInstanceBindVpcs
  /** CA certificates, PEM */
  readonly caCertificateChainPem: string
  /** how it is paid for */
  readonly chargeType: 'POSTPAY' | (string & {})
  /** what keeps its keys */
  readonly productType: 'software' | 'hardware' | (string & {})
  /** `3` software, `5` hardware */
  readonly productVersion: string
  /** state of the order */
  readonly saleStatus: 'NORMAL' | (string & {})
  /** whether calls are logged: always 1 */
  readonly log: number
  /** GB; not limited here: 0 */
  readonly logStorage: number
  /** whether it is protected from release */
  readonly deletionProtection: boolean
  /** why */
  readonly deletionProtectionDescription?: string | undefined
}

/**
 * What GetKmsInstance answers. Describes an instance, with the CA certificates that clients of its gateway have to
 * trust.
 */
export interface GetKmsInstanceResponse {
  /** kms instance */
  readonly kmsInstance: GetKmsInstanceKmsInstance
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetKmsInstanceQuotaInfos is asked. Tells what an instance may hold and how much of it is used. */
export interface GetKmsInstanceQuotaInfosRequest {
  /** id of the instance; the default instance when left out; 1 to 64 characters */
  readonly kmsInstanceId?: string | undefined
  /** only this one */
  readonly resourceType?: 'key' | 'secret' | 'qps' | 'vpc' | undefined
}

/** KmsInstanceQuotaInfos of GetKmsInstanceQuotaInfos, in what it answers. */
export interface GetKmsInstanceQuotaInfosKmsInstanceQuotaInfos {
  /** what is counted */
  readonly resourceType: 'key' | 'secret' | 'qps' | 'vpc' | (string & {})
  /** the most */
  readonly resourceQuota: number
  /** what is used */
  readonly usedQuantity: number
}

/** What GetKmsInstanceQuotaInfos answers. Tells what an instance may hold and how much of it is used. */
export interface GetKmsInstanceQuotaInfosResponse {
  /** id of the instance */
  readonly kmsInstanceId: string
  /** kms instance quota infos */
  readonly kmsInstanceQuotaInfos: readonly GetKmsInstanceQuotaInfosKmsInstanceQuotaInfos[]
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** Filters of ListKmsInstances, in what it is asked. */
export interface ListKmsInstancesFilters {
  /** key */
  readonly key: string
  /** values; at most 100 items */
  readonly values: readonly string[]
}

/** What ListKmsInstances is asked. Lists the KMS instances of the account. */
export interface ListKmsInstancesRequest {
  /** conditions, all of which must hold; the key `KmsInstanceId` is known */
  readonly filters?: readonly ListKmsInstancesFilters[] | undefined
  /** page to return, from 1; 1 to 2147483647; 1 unless given */
  readonly pageNumber?: number | undefined
  /** items in a page; 1 to 100; 20 unless given */
  readonly pageSize?: number | undefined
}

/** KmsInstance of ListKmsInstances, in what it answers. */
export interface ListKmsInstancesKmsInstance {
  /** ARN */
  readonly kmsInstanceArn: string
  /** id */
  readonly kmsInstanceId: string
}

/** KmsInstances of ListKmsInstances, in what it answers. */
export interface ListKmsInstancesKmsInstances {
  /** kms instance */
  readonly kmsInstance: readonly ListKmsInstancesKmsInstance[]
}

/** What ListKmsInstances answers. Lists the KMS instances of the account. */
export interface ListKmsInstancesResponse {
  /** kms instances */
  readonly kmsInstances: ListKmsInstancesKmsInstances
  /** the page returned */
  readonly pageNumber: number
  /** items in a page */
  readonly pageSize: number
  /** items on all pages */
  readonly totalCount: number
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What ReleaseKmsInstance is asked. Releases an instance that holds no keys any more. There is no backup of it, so that
 * has to be accepted.
 */
export interface ReleaseKmsInstanceRequest {
  /** id of the instance, `kst-…`; 1 to 64 characters */
  readonly kmsInstanceId: string
  /** go on without a backup; "false" unless given */
  readonly forceDeleteWithoutBackup?: 'true' | 'false' | undefined
}

/**
 * What ReleaseKmsInstance answers. Releases an instance that holds no keys any more. There is no backup of it, so that
 * has to be accepted.
 */
export interface ReleaseKmsInstanceResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** BindVpcs of UpdateKmsInstanceBindVpc, in what it is asked. */
export interface UpdateKmsInstanceBindVpcBindVpcs {
  /** id of the virtual network; 1 to 64 characters */
  readonly vpcId: string
  /** id of its switch; 1 to 64 characters */
  readonly vSwitchId: string
  /** region of the virtual network; at most 64 characters */
  readonly regionId?: string | undefined
  /** account that owns the virtual network; at most 64 characters */
  readonly vpcOwnerId?: string | undefined
}

/**
 * What UpdateKmsInstanceBindVpc is asked. Replaces the list of further virtual networks of an instance. Here it is only
 * noted.
 */
export interface UpdateKmsInstanceBindVpcRequest {
  /** id of the instance, `kst-…`; 1 to 64 characters */
  readonly kmsInstanceId: string
  /** the virtual networks */
  readonly bindVpcs: readonly UpdateKmsInstanceBindVpcBindVpcs[]
}

/**
 * What UpdateKmsInstanceBindVpc answers. Replaces the list of further virtual networks of an instance. Here it is only
 * noted.
 */
export interface UpdateKmsInstanceBindVpcResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What CreateApplicationAccessPoint is asked. Creates an application access point: what an application may do, whoever
 * holds one of its ClientKeys.
 */
export interface CreateApplicationAccessPointRequest {
  /** name of the application access point; 1 to 128 characters */
  readonly name: string
  /** only `ClientKey`; "ClientKey" unless given */
  readonly authenticationMethod?: 'ClientKey' | undefined
  /** names of policies, 1 to 3; one that does not exist grants nothing until it does */
  readonly policies: readonly string[]
  /** free text; 0 to 8192 characters */
  readonly description?: string | undefined
}

/**
 * What CreateApplicationAccessPoint answers. Creates an application access point: what an application may do, whoever
 * holds one of its ClientKeys.
 */
export interface CreateApplicationAccessPointResponse {
  /** ARN */
  readonly arn: string
  /** name of the application access point; 1 to 128 characters */
  readonly name: string
  /** how applications show who they are */
  readonly authenticationMethod: 'ClientKey' | (string & {})
  /** JSON list of policy names */
  readonly policies: string
  /** free text */
  readonly description: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What CreateClientKey is asked. Creates a ClientKey. Its private key is in this answer, protected by the password, and
 * nowhere else.
 */
export interface CreateClientKeyRequest {
  /** name of the application access point; 1 to 128 characters */
  readonly aapName: string
  /** 8 to 64 digits, letters and `~!@#$%^&*?_-`, of at least two of these kinds */
  readonly password: string
  /** valid from; both or neither of the two; now unless given */
  readonly notBefore?: string | undefined
  /** valid until; five years after creation unless given */
  readonly notAfter?: string | undefined
}

/**
 * What CreateClientKey answers. Creates a ClientKey. Its private key is in this answer, protected by the password, and
 * nowhere else.
 */
export interface CreateClientKeyResponse {
  /** id of the ClientKey */
  readonly clientKeyId: string
  /** spec of the key */
  readonly keyAlgorithm: 'RSA_2048' | (string & {})
  /** PKCS#12, Base64 */
  readonly privateKeyData: string
  /** valid from, `yyyy-MM-ddTHH:mm:ssZ` */
  readonly notBefore: string
  /** valid until, `yyyy-MM-ddTHH:mm:ssZ` */
  readonly notAfter: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What CreateNetworkRule is asked. Creates a network rule: the addresses from which applications may call. */
export interface CreateNetworkRuleRequest {
  /** name of the network rule; 1 to 128 characters */
  readonly name: string
  /** only `Private` */
  readonly type: 'Private'
  /** addresses and CIDR blocks of the callers, IPv4 or IPv6 */
  readonly sourcePrivateIp?: readonly string[] | undefined
  /** free text; 0 to 8192 characters */
  readonly description?: string | undefined
}

/** What CreateNetworkRule answers. Creates a network rule: the addresses from which applications may call. */
export interface CreateNetworkRuleResponse {
  /** ARN */
  readonly arn: string
  /** name of the network rule; 1 to 128 characters */
  readonly name: string
  /** only `Private` */
  readonly type: 'Private'
  /** JSON list of addresses and CIDR blocks */
  readonly sourcePrivateIp: string
  /** free text */
  readonly description: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** AccessControlRules of CreatePolicy, in what it is asked. */
export interface AccessControlRules {
  /** name of the network rule; at most 40 items; [] unless given */
  readonly networkRules?: readonly string[] | undefined
}

/**
 * What CreatePolicy is asked. Creates a policy for application access points. (Policies for users and roles are made by
 * the RAM operation of this name.)
 */
export interface CreatePolicyRequest {
  /** name of the policy; 1 to 128 characters */
  readonly name: string
  /**
   * the instance whose keys and secrets it is for, or `shared` for all of the account; the default instance when left
   * out; at most 64 characters
   */
  readonly kmsInstance?: string | undefined
  /**
   * what the application may do: `RbacPermission/Template/CryptoServiceKeyUser` (cryptography),
   * `RbacPermission/Template/CryptoServiceSecretUser` or `RbacPermission/Template/SecretUser` (reading secrets)
   */
  readonly permissions: readonly string[]
  /** with what: `key/<key id>`, `secret/<name>`; `*` stands for any characters */
  readonly resources: readonly string[]
  /**
   * the network rules, `{"NetworkRules":["<name>"]}`; without any, every address may call. One that does not exist lets
   * nobody in until it does
   */
  readonly accessControlRules?: AccessControlRules | undefined
  /** free text; 0 to 8192 characters */
  readonly description?: string | undefined
}

/**
 * What CreatePolicy answers. Creates a policy for application access points. (Policies for users and roles are made by
 * the RAM operation of this name.)
 */
export interface CreatePolicyResponse {
  /** ARN */
  readonly arn: string
  /** name of the policy; 1 to 128 characters */
  readonly name: string
  /** the instance, or `shared` */
  readonly kmsInstance: string
  /** JSON text */
  readonly accessControlRules: string
  /** free text */
  readonly description: string
  /** JSON list */
  readonly permissions: string
  /** JSON list */
  readonly resources: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DeleteApplicationAccessPoint is asked. Deletes an application access point with its ClientKeys. */
export interface DeleteApplicationAccessPointRequest {
  /** name of the application access point; 1 to 128 characters */
  readonly name: string
}

/** What DeleteApplicationAccessPoint answers. Deletes an application access point with its ClientKeys. */
export interface DeleteApplicationAccessPointResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DeleteClientKey is asked. Deletes a ClientKey, from the next request on. */
export interface DeleteClientKeyRequest {
  /** id of the ClientKey, `KAAP.…`; 1 to 64 characters */
  readonly clientKeyId: string
}

/** What DeleteClientKey answers. Deletes a ClientKey, from the next request on. */
export interface DeleteClientKeyResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What DeleteNetworkRule is asked. Deletes a network rule. Policies that name it let nobody in by it, from the next
 * request on.
 */
export interface DeleteNetworkRuleRequest {
  /** name of the network rule; 1 to 128 characters */
  readonly name: string
}

/**
 * What DeleteNetworkRule answers. Deletes a network rule. Policies that name it let nobody in by it, from the next
 * request on.
 */
export interface DeleteNetworkRuleResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What DeletePolicy is asked. Deletes a policy. Application access points that name it lose what it granted, from the
 * next request on.
 */
export interface DeletePolicyRequest {
  /** name of the policy; 1 to 128 characters */
  readonly name: string
}

/**
 * What DeletePolicy answers. Deletes a policy. Application access points that name it lose what it granted, from the
 * next request on.
 */
export interface DeletePolicyResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DescribeApplicationAccessPoint is asked. Describes an application access point. */
export interface DescribeApplicationAccessPointRequest {
  /** name of the application access point; 1 to 128 characters */
  readonly name: string
}

/** What DescribeApplicationAccessPoint answers. Describes an application access point. */
export interface DescribeApplicationAccessPointResponse {
  /** ARN */
  readonly arn: string
  /** name of the application access point; 1 to 128 characters */
  readonly name: string
  /** how applications show who they are */
  readonly authenticationMethod: 'ClientKey' | (string & {})
  /** JSON list of policy names */
  readonly policies: string
  /** free text */
  readonly description: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DescribeNetworkRule is asked. Describes a network rule. */
export interface DescribeNetworkRuleRequest {
  /** name of the network rule; 1 to 128 characters */
  readonly name: string
}

/** What DescribeNetworkRule answers. Describes a network rule. */
export interface DescribeNetworkRuleResponse {
  /** ARN */
  readonly arn: string
  /** only `Private` */
  readonly type: 'Private'
  /** JSON list of addresses and CIDR blocks */
  readonly sourcePrivateIp: string
  /** free text */
  readonly description: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What DescribePolicy is asked. Describes a policy for application access points. */
export interface DescribePolicyRequest {
  /** name of the policy; 1 to 128 characters */
  readonly name: string
}

/** What DescribePolicy answers. Describes a policy for application access points. */
export interface DescribePolicyResponse {
  /** ARN */
  readonly arn: string
  /** name of the policy; 1 to 128 characters */
  readonly name: string
  /** the instance, or `shared` */
  readonly kmsInstance: string
  /** JSON text */
  readonly accessControlRules: string
  /** free text */
  readonly description: string
  /** permissions */
  readonly permissions: readonly string[]
  /** resources */
  readonly resources: readonly string[]
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetClientKey is asked. Describes a ClientKey. */
export interface GetClientKeyRequest {
  /** id of the ClientKey, `KAAP.…`; 1 to 64 characters */
  readonly clientKeyId: string
}

/** What GetClientKey answers. Describes a ClientKey. */
export interface GetClientKeyResponse {
  /** id of the ClientKey */
  readonly clientKeyId: string
  /** its application access point */
  readonly aapName: string
  /** spec of the key */
  readonly keyAlgorithm: 'RSA_2048' | (string & {})
  /** who made the key */
  readonly keyOrigin: 'KMS_PROVIDED' | (string & {})
  /** certificate of the public key, PEM */
  readonly publicKeyData: string
  /** when it was created */
  readonly createTime: string
  /** valid from, `yyyy-MM-ddTHH:mm:ssZ` */
  readonly notBefore: string
  /** valid until, `yyyy-MM-ddTHH:mm:ssZ` */
  readonly notAfter: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListApplicationAccessPoints is asked. Lists the application access points. */
export interface ListApplicationAccessPointsRequest {
  /** page to return, from 1; 1 to 2147483647; 1 unless given */
  readonly pageNumber?: number | undefined
  /** items in a page; 1 to 100; 20 unless given */
  readonly pageSize?: number | undefined
}

/** ApplicationAccessPoint of ListApplicationAccessPoints, in what it answers. */
export interface ListApplicationAccessPointsApplicationAccessPoint {
  /** name of the application access point; 1 to 128 characters */
  readonly name: string
  /** how applications show who they are */
  readonly authenticationMethod: 'ClientKey' | (string & {})
}

/** ApplicationAccessPoints of ListApplicationAccessPoints, in what it answers. */
export interface ListApplicationAccessPointsApplicationAccessPoints {
  /** application access point */
  readonly applicationAccessPoint: readonly ListApplicationAccessPointsApplicationAccessPoint[]
}

/** What ListApplicationAccessPoints answers. Lists the application access points. */
export interface ListApplicationAccessPointsResponse {
  /** application access points */
  readonly applicationAccessPoints: ListApplicationAccessPointsApplicationAccessPoints
  /** the page returned */
  readonly pageNumber: number
  /** items in a page */
  readonly pageSize: number
  /** items on all pages */
  readonly totalCount: number
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListClientKeys is asked. Lists the ClientKeys of an application access point, or all of them. */
export interface ListClientKeysRequest {
  /** name of the application access point; 1 to 128 characters */
  readonly aapName?: string | undefined
}

/** ClientKeys of ListClientKeys, in what it answers. */
export interface ListClientKeysClientKeys {
  /** id of the ClientKey */
  readonly clientKeyId: string
  /** its application access point */
  readonly aapName: string
  /** spec of the key */
  readonly keyAlgorithm: 'RSA_2048' | (string & {})
  /** who made the key */
  readonly keyOrigin: 'KMS_PROVIDED' | (string & {})
  /** certificate of the public key, PEM */
  readonly publicKeyData: string
  /** when it was created */
  readonly createTime: string
  /** valid from, `yyyy-MM-ddTHH:mm:ssZ` */
  readonly notBefore: string
  /** valid until, `yyyy-MM-ddTHH:mm:ssZ` */
  readonly notAfter: string
}

/** What ListClientKeys answers. Lists the ClientKeys of an application access point, or all of them. */
export interface ListClientKeysResponse {
  /** client keys */
  readonly clientKeys: readonly ListClientKeysClientKeys[]
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListNetworkRules is asked. Lists the network rules. */
export interface ListNetworkRulesRequest {
  /** page to return, from 1; 1 to 2147483647; 1 unless given */
  readonly pageNumber?: number | undefined
  /** items in a page; 1 to 100; 20 unless given */
  readonly pageSize?: number | undefined
}

/** NetworkRule of ListNetworkRules, in what it answers. */
export interface ListNetworkRulesNetworkRule {
  /** name of the network rule; 1 to 128 characters */
  readonly name: string
  /** only `Private` */
  readonly type: 'Private'
}

/** NetworkRules of ListNetworkRules, in what it answers. */
export interface ListNetworkRulesNetworkRules {
  /** network rule */
  readonly networkRule: readonly ListNetworkRulesNetworkRule[]
}

/** What ListNetworkRules answers. Lists the network rules. */
export interface ListNetworkRulesResponse {
  /** network rules */
  readonly networkRules: ListNetworkRulesNetworkRules
  /** the page returned */
  readonly pageNumber: number
  /** items in a page */
  readonly pageSize: number
  /** items on all pages */
  readonly totalCount: number
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What ListPolicies is asked. Lists the policies for application access points. */
export interface ListPoliciesRequest {
  /** page to return, from 1; 1 to 2147483647; 1 unless given */
  readonly pageNumber?: number | undefined
  /** items in a page; 1 to 100; 20 unless given */
  readonly pageSize?: number | undefined
}

/** Policy of ListPolicies, in what it answers. */
export interface ListPoliciesPolicy {
  /** name of the policy; 1 to 128 characters */
  readonly name: string
}

/** Policies of ListPolicies, in what it answers. */
export interface ListPoliciesPolicies {
  /** policy */
  readonly policy: readonly ListPoliciesPolicy[]
}

/** What ListPolicies answers. Lists the policies for application access points. */
export interface ListPoliciesResponse {
  /** policies */
  readonly policies: ListPoliciesPolicies
  /** the page returned */
  readonly pageNumber: number
  /** items in a page */
  readonly pageSize: number
  /** items on all pages */
  readonly totalCount: number
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What UpdateApplicationAccessPoint is asked. Replaces the policies or the description of an application access point,
 * from the next request on.
 */
export interface UpdateApplicationAccessPointRequest {
  /** name of the application access point; 1 to 128 characters */
  readonly name: string
  /** names of policies, 1 to 3; one that does not exist grants nothing until it does */
  readonly policies?: readonly string[] | undefined
  /** free text; 0 to 8192 characters */
  readonly description?: string | undefined
}

/**
 * What UpdateApplicationAccessPoint answers. Replaces the policies or the description of an application access point,
 * from the next request on.
 */
export interface UpdateApplicationAccessPointResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What UpdateNetworkRule is asked. Replaces the addresses or the description of a network rule, from the next request
 * on.
 */
export interface UpdateNetworkRuleRequest {
  /** name of the network rule; 1 to 128 characters */
  readonly name: string
  /** addresses and CIDR blocks of the callers, IPv4 or IPv6 */
  readonly sourcePrivateIp?: readonly string[] | undefined
  /** free text; 0 to 8192 characters */
  readonly description?: string | undefined
}

/**
 * What UpdateNetworkRule answers. Replaces the addresses or the description of a network rule, from the next request
 * on.
 */
export interface UpdateNetworkRuleResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What UpdatePolicy is asked. Replaces parts of a policy, for every application access point that has it, from the next
 * request on.
 */
export interface UpdatePolicyRequest {
  /** name of the policy; 1 to 128 characters */
  readonly name: string
  /**
   * what the application may do: `RbacPermission/Template/CryptoServiceKeyUser` (cryptography),
   * `RbacPermission/Template/CryptoServiceSecretUser` or `RbacPermission/Template/SecretUser` (reading secrets)
   */
  readonly permissions?: readonly string[] | undefined
  /** with what: `key/<key id>`, `secret/<name>`; `*` stands for any characters */
  readonly resources?: readonly string[] | undefined
  /**
   * the network rules, `{"NetworkRules":["<name>"]}`; without any, every address may call. One that does not exist lets
   * nobody in until it does
   */
  readonly accessControlRules?: AccessControlRules | undefined
  /** free text; 0 to 8192 characters */
  readonly description?: string | undefined
}

/**
 * What UpdatePolicy answers. Replaces parts of a policy, for every application access point that has it, from the next
 * request on.
 */
export interface UpdatePolicyResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What CreateConsoleSession is asked. Signs in to the console: opens a session for a browser, which gets it as a
 * cookie. Only from a page of the console.
 */
export interface CreateConsoleSessionRequest {
}

/**
 * What CreateConsoleSession answers. Signs in to the console: opens a session for a browser, which gets it as a cookie.
 * Only from a page of the console.
 */
export interface CreateConsoleSessionResponse {
  /** id of the session; not what opens it */
  readonly sessionId: string
  /** who is signed in */
  readonly arn: string
  /** account of who is signed in */
  readonly accountId: string
  /** AccessKey that signed in; empty for nobody */
  readonly accessKeyId: string
  /** how long the session lives without a call */
  readonly idleSeconds: number
  /** when the session ends at the latest, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly expireTime: string
  /** operations that are withheld from the console, as `consoleDeny` writes them */
  readonly withheld: readonly string[]
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What DeleteConsoleSession is asked. Ends a session of the console at once; that of somebody else needs the
 * permission.
 */
export interface DeleteConsoleSessionRequest {
  /** id of the session; the session that asks when left out */
  readonly sessionId?: string | undefined
}

/**
 * What DeleteConsoleSession answers. Ends a session of the console at once; that of somebody else needs the permission.
 */
export interface DeleteConsoleSessionResponse {
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/** What GetConsoleSession is asked. Tells who is signed in to the console, of the session that asks. */
export interface GetConsoleSessionRequest {
}

/** What GetConsoleSession answers. Tells who is signed in to the console, of the session that asks. */
export interface GetConsoleSessionResponse {
  /** id of the session; not what opens it */
  readonly sessionId: string
  /** who is signed in */
  readonly arn: string
  /** account of who is signed in */
  readonly accountId: string
  /** AccessKey that signed in; empty for nobody */
  readonly accessKeyId: string
  /** how long the session lives without a call */
  readonly idleSeconds: number
  /** when the session ends at the latest, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly expireTime: string
  /** operations that are withheld from the console, as `consoleDeny` writes them */
  readonly withheld: readonly string[]
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What ListConsoleSessions is asked. Lists open sessions of the console, newest first: those of the caller, or with the
 * permission those of everybody.
 */
export interface ListConsoleSessionsRequest {
  /** those of everybody in the account; false unless given */
  readonly everybody?: boolean | undefined
  /** page to return, from 1; 1 to 2147483647; 1 unless given */
  readonly pageNumber?: number | undefined
  /** items in a page; 1 to 100; 10 unless given */
  readonly pageSize?: number | undefined
}

/** Sessions of ListConsoleSessions, in what it answers. */
export interface ListConsoleSessionsSessions {
  /** id of the session; not what opens it */
  readonly sessionId: string
  /** who is signed in */
  readonly arn: string
  /** AccessKey that signed in */
  readonly accessKeyId: string
  /** what the browser calls itself */
  readonly userAgent: string
  /** from where the sign-in came */
  readonly sourceAddress: string
  /** when it was opened, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly createTime: string
  /** when it was last used, to a minute, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly lastUsedTime: string
  /** when it ends at the latest, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly expireTime: string
  /** the session that asks */
  readonly isCurrent: boolean
}

/**
 * What ListConsoleSessions answers. Lists open sessions of the console, newest first: those of the caller, or with the
 * permission those of everybody.
 */
export interface ListConsoleSessionsResponse {
  /** the sessions */
  readonly sessions: readonly ListConsoleSessionsSessions[]
  /** the page returned */
  readonly pageNumber: number
  /** items in a page */
  readonly pageSize: number
  /** items on all pages */
  readonly totalCount: number
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What GetMetricsHistory is asked. Tells how many calls there were and how they went, by the minute, hour or day, of
 * all servers together.
 */
export interface GetMetricsHistoryRequest {
  /** from; an hour ago, a week ago or a year ago unless given, `yyyy-MM-ddTHH:mm:ssZ` in UTC; at most 30 characters */
  readonly startTime?: string | undefined
  /** to; now unless given, `yyyy-MM-ddTHH:mm:ssZ` in UTC; at most 30 characters */
  readonly endTime?: string | undefined
  /** 60 (kept for two days), 3600 (60 days) or 86400 (400 days); 60 to 86400; 60 unless given */
  readonly periodSeconds?: number | undefined
  /** count the uses of this key only: its id, ARN or alias; 1 to 256 characters */
  readonly keyId?: string | undefined
}

/** Points of GetMetricsHistory, in what it answers. */
export interface GetMetricsHistoryPoints {
  /** when the period begins, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly time: string
  /** calls */
  readonly requests: number
  /** answered with 4xx, throttled ones not among them */
  readonly clientErrors: number
  /** answered with 5xx */
  readonly serverErrors: number
  /** answered with 429 */
  readonly throttled: number
  /** calls that use keys or secrets */
  readonly uses: number
  /** calls that manage; the rest looks */
  readonly changes: number
  /** half of the calls took no longer, to a tenth */
  readonly p50Microseconds: number
  /** nor 95 % */
  readonly p95Microseconds: number
  /** nor 99 % */
  readonly p99Microseconds: number
  /** longest that the process was kept from its work */
  readonly eventLoopLagMicroseconds: number
}

/** Operations of GetMetricsHistory, in what it answers. */
export interface GetMetricsHistoryOperations {
  /** operation */
  readonly name: string
  /** calls */
  readonly requests: number
  /** of which failed */
  readonly errors: number
}

/** Keys of GetMetricsHistory, in what it answers. */
export interface GetMetricsHistoryKeys {
  /** key */
  readonly keyId: string
  /** uses */
  readonly requests: number
}

/** Callers of GetMetricsHistory, in what it answers. */
export interface GetMetricsHistoryCallers {
  /** ARN */
  readonly caller: string
  /** calls */
  readonly requests: number
  /** of which were not allowed, answered with 401 or 403 */
  readonly refused: number
  /** begin of the last period in which it called, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly lastTime: string
}

/** Codes of GetMetricsHistory, in what it answers. */
export interface GetMetricsHistoryCodes {
  /** `Success` or error code */
  readonly code: string
  /** calls */
  readonly requests: number
}

/**
 * What GetMetricsHistory answers. Tells how many calls there were and how they went, by the minute, hour or day, of all
 * servers together.
 */
export interface GetMetricsHistoryResponse {
  /** length of a period */
  readonly periodSeconds: number
  /** periods in which there were calls, oldest first */
  readonly points: readonly GetMetricsHistoryPoints[]
  /** calls by operation, most first */
  readonly operations: readonly GetMetricsHistoryOperations[]
  /** uses by key, most first; the thousand that are used most */
  readonly keys: readonly GetMetricsHistoryKeys[]
  /**
   * who called (or used the key), most first, by hours and days; sessions of a role as the role, and the thousand that
   * call most
   */
  readonly callers: readonly GetMetricsHistoryCallers[]
  /** calls by their outcome */
  readonly codes: readonly GetMetricsHistoryCodes[]
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What GetServiceStatus is asked. Tells how the server that answers fares: audit log, clock, store, certificates,
 * settings in force.
 */
export interface GetServiceStatusRequest {
}

/** Store of GetServiceStatus, in what it answers. */
export interface GetServiceStatusStore {
  /** `sqlite` or `postgresql` */
  readonly engine: string
  /** it answers */
  readonly healthy: boolean
}

/** Receivers of GetServiceStatus, in what it answers. */
export interface GetServiceStatusReceivers {
  /** `https` or `syslog` */
  readonly name: string
  /** records that it has */
  readonly shippedRecords: number
  /** records that it has not got */
  readonly lagRecords: number
  /** how long it has lacked some */
  readonly lagSeconds: number
  /** why the last delivery failed */
  readonly problem?: string | undefined
}

/** Audit of GetServiceStatus, in what it answers. */
export interface GetServiceStatusAudit {
  /** records are kept */
  readonly healthy: boolean
  /** what keeps them from being kept */
  readonly problem?: string | undefined
  /** of its disk: `ample`, `low`, `spent` */
  readonly space: string
  /** records in the log of this server */
  readonly records: number
  /** records up to the last signed checkpoint */
  readonly signedRecords?: number | undefined
  /** when that was signed */
  readonly signedTime?: string | undefined
  /** who is sent the log */
  readonly receivers: readonly GetServiceStatusReceivers[]
  /** records up to the end of the last file that was handed over */
  readonly handedOverRecords?: number | undefined
  /** a file that was to be handed over could not be, and is still here */
  readonly handOverProblem?: boolean | undefined
}

/** Clock of GetServiceStatus, in what it answers. */
export interface GetServiceStatusClock {
  /** it did not jump, or an operator has confirmed it */
  readonly trusted: boolean
  /** what it says, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly time: string
}

/** Nodes of GetServiceStatus, in what it answers. */
export interface GetServiceStatusNodes {
  /** name of the server */
  readonly name: string
  /** the machine that it runs on */
  readonly host: string
  /** of the server */
  readonly version: string
  /** when it was started, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly startTime: string
  /** when it was last heard of, by its own clock; every two seconds while it runs, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly seenTime: string
}

/** Certificates of GetServiceStatus, in what it answers. */
export interface GetServiceStatusCertificates {
  /** what for */
  readonly name: string
  /** when it ends, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly endTime: string
}

/** Settings of GetServiceStatus, in what it answers. */
export interface GetServiceStatusSettings {
  /** name of the setting */
  readonly name: string
  /** its value; lists are separated by commas */
  readonly value: string
  /** nobody set it */
  readonly isDefault: boolean
}

/**
 * What GetServiceStatus answers. Tells how the server that answers fares: audit log, clock, store, certificates,
 * settings in force.
 */
export interface GetServiceStatusResponse {
  /** of the server */
  readonly version: string
  /** mode */
  readonly mode: 'development' | 'production'
  /** name of the server */
  readonly node: string
  /** when the server was started, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly startTime: string
  /** since then */
  readonly uptimeSeconds: number
  /** region */
  readonly regionId: string
  /** account of the deployment */
  readonly accountId: string
  /** what the root key is protected by */
  readonly seal: string
  /** store */
  readonly store: GetServiceStatusStore
  /** audit */
  readonly audit: GetServiceStatusAudit
  /** clock */
  readonly clock: GetServiceStatusClock
  /** servers that share the database, and have not been stopped; none where that is a file */
  readonly nodes: readonly GetServiceStatusNodes[]
  /** that clients see */
  readonly certificates: readonly GetServiceStatusCertificates[]
  /** settings in force, without what is secret */
  readonly settings: readonly GetServiceStatusSettings[]
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What ListEvents is asked. Lists what somebody should know of without having called: expiry, rotations, planned
 * deletions, quotas; newest first.
 */
export interface ListEventsRequest {
  /** events of one type only; 1 to 64 characters */
  readonly type?: string | undefined
  /** page to return, from 1; 1 to 2147483647; 1 unless given */
  readonly pageNumber?: number | undefined
  /** items in a page; 1 to 100; 10 unless given */
  readonly pageSize?: number | undefined
}

/** Events of ListEvents, in what it answers. */
export interface ListEventsEvents {
  /** each occasion has one event, whichever server saw it */
  readonly eventId: string
  /** when it was seen, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly time: string
  /** `ClientKeyExpiring`, `KeyMaterialExpiring`, `CertificateExpiring`, `KeyDeletionScheduled`, … */
  readonly type: string
  /** level */
  readonly level: 'Info' | 'Warning' | 'Critical'
  /** what it is about */
  readonly resource: string
  /** in words */
  readonly message: string
}

/**
 * What ListEvents answers. Lists what somebody should know of without having called: expiry, rotations, planned
 * deletions, quotas; newest first.
 */
export interface ListEventsResponse {
  /** the events */
  readonly events: readonly ListEventsEvents[]
  /** the page returned */
  readonly pageNumber: number
  /** items in a page */
  readonly pageSize: number
  /** items on all pages */
  readonly totalCount: number
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What QueryAuditRecords is asked. Finds audit records of the server that answers, newest first. A page may be empty
 * and not be the last.
 */
export interface QueryAuditRecordsRequest {
  /** operation or event; 1 to 256 characters */
  readonly operation?: string | undefined
  /** id of a key, or part of what else a record is about; 1 to 256 characters */
  readonly resource?: string | undefined
  /** part of the caller's ARN, or an AccessKey id; 1 to 256 characters */
  readonly caller?: string | undefined
  /** `Success` or an error code; 1 to 256 characters */
  readonly code?: string | undefined
  /** request id; 1 to 256 characters */
  readonly requestId?: string | undefined
  /** not before, `yyyy-MM-ddTHH:mm:ssZ` in UTC; at most 30 characters */
  readonly startTime?: string | undefined
  /** not after, `yyyy-MM-ddTHH:mm:ssZ` in UTC; at most 30 characters */
  readonly endTime?: string | undefined
  /** part of any text of a record, in any letter case; 1 to 256 characters */
  readonly text?: string | undefined
  /** most items in a page; 1 to 100; 20 unless given */
  readonly maxResults?: number | undefined
  /** where the page before ended; 1 to 256 characters */
  readonly nextToken?: string | undefined
}

/** AuditRecords of QueryAuditRecords, in what it answers. */
export interface QueryAuditRecordsAuditRecords {
  /** number in the log of its server */
  readonly seq: number
  /** when, UTC with milliseconds */
  readonly time: string
  /** the server that wrote it */
  readonly node: string
  /** `request` before a change, `response` before an answer, `event` for what no request caused */
  readonly phase: string
  /** `openapi`, `instance`, `operator`, `internal` */
  readonly gateway: string
  /** the operation or event */
  readonly action: string
  /** request id */
  readonly requestId?: string | undefined
  /** ARN of the caller */
  readonly principal?: string | undefined
  /** access key id */
  readonly accessKeyId?: string | undefined
  /** how the caller proved who it is */
  readonly authentication?: string | undefined
  /** identity provider of the token that opened the session */
  readonly issuer?: string | undefined
  /** whom the token named */
  readonly subject?: string | undefined
  /** address of the caller */
  readonly source?: string | undefined
  /** SHA-256 of the certificate that the client has shown to connect */
  readonly certificate?: string | undefined
  /** `console` when a page of the console called */
  readonly via?: string | undefined
  /** the key, not its alias */
  readonly keyId?: string | undefined
  /** key version id */
  readonly keyVersionId?: string | undefined
  /** what else it was about */
  readonly resource?: string | undefined
  /** `Success` or the error code */
  readonly code?: string | undefined
  /** HTTP status */
  readonly status?: number | undefined
  /** from the request to its answer */
  readonly latencyMicroseconds?: number | undefined
  /** refusals that the record stands for besides */
  readonly count?: number | undefined
  /** since when those were */
  readonly since?: string | undefined
}

/**
 * What QueryAuditRecords answers. Finds audit records of the server that answers, newest first. A page may be empty and
 * not be the last.
 */
export interface QueryAuditRecordsResponse {
  /** the records */
  readonly auditRecords: readonly QueryAuditRecordsAuditRecords[]
  /** for the next page; absent when all was looked at */
  readonly nextToken?: string | undefined
  /** time of the oldest record that was looked at */
  readonly searchedSince?: string | undefined
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What SimulateAccess is asked. Tells whether somebody may do something, and which statement of which policy decides.
 * Nothing is done.
 */
export interface SimulateAccessRequest {
  /**
   * ARN of the account (`…:root`), a user, a role or an application access point; an AccessKey id or ClientKey id; 1 to
   * 256 characters
   */
  readonly caller: string
  /** action as policies write it: `kms:Encrypt` */
  readonly operation: string
  /** key id, `alias/…`, `secret/<name>`, or an ARN; 1 to 512 characters */
  readonly resource: string
  /** address that the call comes from; at most 45 characters */
  readonly sourceAddress?: string | undefined
  /** the call comes over TLS; true unless given */
  readonly secureTransport?: boolean | undefined
  /** KMS instance that is called; at most 64 characters */
  readonly instanceId?: string | undefined
}

/** DecidedBy of SimulateAccess, in what it answers. */
export interface SimulateAccessDecidedBy {
  /** the kind of policy */
  readonly policyType: 'Identity' | 'Session' | 'Resource' | 'NetworkRule' | (string & {})
  /** name of the policy; of a resource its own */
  readonly policyName: string
  /** the statement in the policy, from 1 */
  readonly statementIndex: number
  /** what the statement calls itself */
  readonly sid?: string | undefined
  /** effect */
  readonly effect: 'Allow' | 'Deny'
}

/**
 * What SimulateAccess answers. Tells whether somebody may do something, and which statement of which policy decides.
 * Nothing is done.
 */
export interface SimulateAccessResponse {
  /** decision */
  readonly decision: 'Allow' | 'ExplicitDeny' | 'ImplicitDeny'
  /** of a refusal: the kind of policy that refuses, as the error names it */
  readonly policyType?: string | undefined
  /** the statement; none where no policy decides */
  readonly decidedBy?: SimulateAccessDecidedBy | undefined
  /** every statement that is about the call */
  readonly matched: readonly SimulateAccessDecidedBy[]
  /** ARN that was decided on */
  readonly resource: string
  /** ARN of the caller */
  readonly caller: string
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}

/**
 * What VerifyAudit is asked. Verifies the audit log of the server that answers, from the first record that is there:
 * begins it, and tells how far it is.
 */
export interface VerifyAuditRequest {
}

/**
 * What VerifyAudit answers. Verifies the audit log of the server that answers, from the first record that is there:
 * begins it, and tells how far it is.
 */
export interface VerifyAuditResponse {
  /** state */
  readonly state: 'Running' | 'Finished'
  /** of what was looked at */
  readonly verdict?: 'Intact' | 'Damaged' | undefined
  /** number of the first record that is here; those before it were handed over */
  readonly firstRecord: number
  /** number of the last record that was looked at */
  readonly lastRecord: number
  /** records that a signed checkpoint covers; later ones are held by their MACs */
  readonly signedRecords: number
  /** Merkle root (RFC 6962) of these records, Base64 */
  readonly rootHash?: string | undefined
  /** what is wrong */
  readonly problems: readonly string[]
  /** when it was begun, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly startTime: string
  /** when it was finished, `yyyy-MM-ddTHH:mm:ssZ` in UTC */
  readonly endTime?: string | undefined
  /** names the call in the log and the audit log of the service */
  readonly requestId: string
}
