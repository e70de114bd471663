import * as aliases from '../api/aliases.ts'
import * as applicationAccess from '../api/application-access.ts'
import * as asymmetric from '../api/asymmetric.ts'
import * as certificates from '../api/certificates.ts'
import * as console from '../api/console.ts'
import * as cryptography from '../api/cryptography.ts'
import * as instances from '../api/instances.ts'
import * as keyMaterial from '../api/key-material.ts'
import * as keys from '../api/keys.ts'
import type { Operation } from '../api/operation.ts'
import * as oversight from '../api/oversight.ts'
import * as secrets from '../api/secrets.ts'
import * as service from '../api/service.ts'
import * as tags from '../api/tags.ts'
import type { ConnectionOptions } from './connection-options.ts'
import {
  type ChooseGateway,
  type GatewayCallOptions,
  type GatewayOptions,
  Gateways,
  gatewayOptions,
  whereItBelongs,
} from './gateways.ts'
import type { InstanceClient } from './instance-client.ts'
import type * as models from './models/kms.ts'
import { type Method, operationMethod } from './operation-method.ts'
import type { RpcAnswer } from './rpc-answer.ts'
import type { RpcCall } from './rpc-connection.ts'

/** The settings of the public gateway, or of each gateway by name. */
export type ClientOptions = ConnectionOptions | GatewayOptions

/** `plaintext` is opaque text to the service. Bytes are sent as their Base64 text, as the Go and Python samples do. */
export interface EncryptRequest extends Omit<models.EncryptRequest, 'plaintext'> {
  /** text as it is, or bytes, which are sent as their Base64 text; 1 to 6144 bytes */
  readonly plaintext: string | Uint8Array
}

/**
 * A client of the key management service: one method for each operation. Requests and answers are plain objects, bytes
 * are `Uint8Array`. It holds a pool of connections and no other state; `close` it, or bind it with `await using`.
 *
 * Every method throws ServiceError when the service answers with an error, and ClientError for everything else: a field
 * missing or of a wrong type, no connection, a timeout, an abort, an answer that isn't the service's.
 *
 * It serves the public gateway, the gateway of a KMS instance, or both. Operations go where they belong: those of the
 * public gateway there (without one, the instance carries out what it can), those of the instance only to the instance.
 * `{ gateway: 'instance' }` sends a single call the other way. Where both have an operation of one name (encrypt,
 * decrypt, generateDataKey, getPublicKey, getSecretValue), the method here has the public gateway's fields and
 * `client.instance` the instance's.
 *
 * @example
 * await using client = new Client({ endpoint: 'https://localhost:8443', caFile: 'ca.pem', accessKeyId, accessKeySecret })
 * const { ciphertextBlob } = await client.encrypt({ keyId: 'alias/backup', plaintext: 'hello' })
 * @example
 * const both = new Client({ public: { regionId, credentials }, instance: { endpoint, caFile, clientKeyFile, passwordFile } })
 * await both.createKey()                                             // the public gateway
 * await both.sign({ keyId, message })                                // the instance
 * await both.encrypt({ keyId, plaintext }, { gateway: 'instance' })  // the instance, for once
 */
export class Client {
  readonly #gateways: Gateways

  /**
   * @param choose - decides where a call goes, in place of the rule above
   * @throws ClientError `configuration`, `credentials`
   */
  constructor(options: ClientOptions, choose: ChooseGateway = whereItBelongs) {
    this.#gateways = new Gateways(gatewayOptions(options), choose)
  }

  /**
   * The operations of the instance gateway with its own fields.
   *
   * @throws ClientError `configuration` if the client has no instance
   */
  get instance(): InstanceClient {
    return this.#gateways.instance
  }

  /** Tells whether the service is open for the account. */
  readonly describeAccountKmsStatus = this.#operation<
    models.DescribeAccountKmsStatusRequest,
    models.DescribeAccountKmsStatusResponse
  >(service.DescribeAccountKmsStatus)
  /** Lists the regions that this service answers for. */
  readonly describeRegions = this.#operation<models.DescribeRegionsRequest, models.DescribeRegionsResponse>(
    service.DescribeRegions,
  )
  /** Returns a nonce for a confidential machine to attest, good for five minutes. */
  readonly getChallenge = this.#operation<models.GetChallengeRequest, models.GetChallengeResponse>(service.GetChallenge)
  /** Opens the service for the account; it is open from the start, so this answers `Forbidden.Opened`. */
  readonly openKmsService = this.#operation<models.OpenKmsServiceRequest, models.OpenKmsServiceResponse>(
    service.OpenKmsService,
  )

  /** Signs in to the console: opens a session for a browser, which gets it as a cookie. Only from a page of the console. */
  readonly createConsoleSession = this.#operation<
    models.CreateConsoleSessionRequest,
    models.CreateConsoleSessionResponse
  >(console.CreateConsoleSession)
  /** Ends a session of the console at once; that of somebody else needs the permission. */
  readonly deleteConsoleSession = this.#operation<
    models.DeleteConsoleSessionRequest,
    models.DeleteConsoleSessionResponse
  >(console.DeleteConsoleSession)
  /** Tells who is signed in to the console, of the session that asks. */
  readonly getConsoleSession = this.#operation<models.GetConsoleSessionRequest, models.GetConsoleSessionResponse>(
    console.GetConsoleSession,
  )
  /** Lists open sessions of the console, newest first: those of the caller, or with the permission those of everybody. */
  readonly listConsoleSessions = this.#operation<models.ListConsoleSessionsRequest, models.ListConsoleSessionsResponse>(
    console.ListConsoleSessions,
  )

  /** Tells how many calls there were and how they went, by the minute, hour or day, of all servers together. */
  readonly getMetricsHistory = this.#operation<models.GetMetricsHistoryRequest, models.GetMetricsHistoryResponse>(
    oversight.GetMetricsHistory,
  )
  /** Tells how the server that answers fares: audit log, clock, store, certificates, settings in force. */
  readonly getServiceStatus = this.#operation<models.GetServiceStatusRequest, models.GetServiceStatusResponse>(
    oversight.GetServiceStatus,
  )
  /** Lists what somebody should know of without having called: expiry, rotations, planned deletions, quotas; newest first. */
  readonly listEvents = this.#operation<models.ListEventsRequest, models.ListEventsResponse>(oversight.ListEvents)
  /** Finds audit records of the server that answers, newest first. A page may be empty and not be the last. */
  readonly queryAuditRecords = this.#operation<models.QueryAuditRecordsRequest, models.QueryAuditRecordsResponse>(
    oversight.QueryAuditRecords,
  )
  /** Tells whether somebody may do something, and which statement of which policy decides. Nothing is done. */
  readonly simulateAccess = this.#operation<models.SimulateAccessRequest, models.SimulateAccessResponse>(
    oversight.SimulateAccess,
  )
  /** Verifies the audit log of the server that answers, from the first record that is there: begins it, and tells how far it is. */
  readonly verifyAudit = this.#operation<models.VerifyAuditRequest, models.VerifyAuditResponse>(oversight.VerifyAudit)

  /** Cancels the planned deletion of a key, which is then enabled. */
  readonly cancelKeyDeletion = this.#operation<models.CancelKeyDeletionRequest, models.CancelKeyDeletionResponse>(
    keys.CancelKeyDeletion,
  )
  /** Creates a key. With origin EXTERNAL it waits for imported material. */
  readonly createKey = this.#operation<models.CreateKeyRequest, models.CreateKeyResponse>(keys.CreateKey)
  /** Makes a new version of a key; of a symmetric key it becomes the primary version. */
  readonly createKeyVersion = this.#operation<models.CreateKeyVersionRequest, models.CreateKeyVersionResponse>(
    keys.CreateKeyVersion,
  )
  /** Describes one key. */
  readonly describeKey = this.#operation<models.DescribeKeyRequest, models.DescribeKeyResponse>(keys.DescribeKey)
  /** Describes one version of a key. */
  readonly describeKeyVersion = this.#operation<models.DescribeKeyVersionRequest, models.DescribeKeyVersionResponse>(
    keys.DescribeKeyVersion,
  )
  /** Stops a key from being used until it is enabled again. */
  readonly disableKey = this.#operation<models.DisableKeyRequest, models.DisableKeyResponse>(keys.DisableKey)
  /** Lets a disabled key be used again. */
  readonly enableKey = this.#operation<models.EnableKeyRequest, models.EnableKeyResponse>(keys.EnableKey)
  /** Tells when a key was last used for cryptography, by a call that succeeded. */
  readonly getKeyLastUsage = this.#operation<models.GetKeyLastUsageRequest, models.GetKeyLastUsageResponse>(
    keys.GetKeyLastUsage,
  )
  /** Returns the policy of a key that belongs to an instance. */
  readonly getKeyPolicy = this.#operation<models.GetKeyPolicyRequest, models.GetKeyPolicyResponse>(keys.GetKeyPolicy)
  /** Lists the versions of a key. */
  readonly listKeyVersions = this.#operation<models.ListKeyVersionsRequest, models.ListKeyVersionsResponse>(
    keys.ListKeyVersions,
  )
  /** Lists the keys of the account, with filters. */
  readonly listKeys = this.#operation<models.ListKeysRequest, models.ListKeysResponse>(keys.ListKeys)
  /** Plans the deletion of a key; until then it cannot be used and the plan can be cancelled. */
  readonly scheduleKeyDeletion = this.#operation<models.ScheduleKeyDeletionRequest, models.ScheduleKeyDeletionResponse>(
    keys.ScheduleKeyDeletion,
  )
  /**
   * Turns deletion protection of a key or an instance on or off. Exactly one of KeyId, ProtectedResourceArn and
   * KmsInstanceId names it.
   */
  readonly setDeletionProtection = this.#operation<
    models.SetDeletionProtectionRequest,
    models.SetDeletionProtectionResponse
  >(keys.SetDeletionProtection)
  /** Replaces the policy of a key that belongs to an instance. */
  readonly setKeyPolicy = this.#operation<models.SetKeyPolicyRequest, models.SetKeyPolicyResponse>(keys.SetKeyPolicy)
  /** Replaces the description of a key. */
  readonly updateKeyDescription = this.#operation<
    models.UpdateKeyDescriptionRequest,
    models.UpdateKeyDescriptionResponse
  >(keys.UpdateKeyDescription)
  /** Turns automatic rotation of a key on or off and sets its interval. */
  readonly updateRotationPolicy = this.#operation<
    models.UpdateRotationPolicyRequest,
    models.UpdateRotationPolicyResponse
  >(keys.UpdateRotationPolicy)

  /** Destroys the imported material of a key; the same material may be imported again. */
  readonly deleteKeyMaterial = this.#operation<models.DeleteKeyMaterialRequest, models.DeleteKeyMaterialResponse>(
    keyMaterial.DeleteKeyMaterial,
  )
  /** Returns a wrapping public key and an import token for a key of origin EXTERNAL. */
  readonly getParametersForImport = this.#operation<
    models.GetParametersForImportRequest,
    models.GetParametersForImportResponse
  >(keyMaterial.GetParametersForImport)
  /** Imports wrapped key material into a key of origin EXTERNAL. The token is used up, whatever comes of it. */
  readonly importKeyMaterial = this.#operation<models.ImportKeyMaterialRequest, models.ImportKeyMaterialResponse>(
    keyMaterial.ImportKeyMaterial,
  )

  /** Gives a key another name. */
  readonly createAlias = this.#operation<models.CreateAliasRequest, models.CreateAliasResponse>(aliases.CreateAlias)
  /** Removes an alias. */
  readonly deleteAlias = this.#operation<models.DeleteAliasRequest, models.DeleteAliasResponse>(aliases.DeleteAlias)
  /** Lists the aliases of the account. */
  readonly listAliases = this.#operation<models.ListAliasesRequest, models.ListAliasesResponse>(aliases.ListAliases)
  /** Lists the aliases of a key. */
  readonly listAliasesByKeyId = this.#operation<models.ListAliasesByKeyIdRequest, models.ListAliasesByKeyIdResponse>(
    aliases.ListAliasesByKeyId,
  )
  /** Points an alias at another key. */
  readonly updateAlias = this.#operation<models.UpdateAliasRequest, models.UpdateAliasResponse>(aliases.UpdateAlias)

  /** Returns the values of several secrets. What cannot be answered is told in Errors; the call succeeds all the same. */
  readonly batchGetSecretValue = this.#operation<models.BatchGetSecretValueRequest, models.BatchGetSecretValueResponse>(
    secrets.BatchGetSecretValue,
  )
  /** Creates a secret and its first version, which is the current one. */
  readonly createSecret = this.#operation<models.CreateSecretRequest, models.CreateSecretResponse>(secrets.CreateSecret)
  /** Plans the deletion of a secret, or deletes it at once. */
  readonly deleteSecret = this.#operation<models.DeleteSecretRequest, models.DeleteSecretResponse>(secrets.DeleteSecret)
  /** Describes a secret, without its value. */
  readonly describeSecret = this.#operation<models.DescribeSecretRequest, models.DescribeSecretResponse>(
    secrets.DescribeSecret,
  )
  /** Makes a random password. */
  readonly getRandomPassword = this.#operation<models.GetRandomPasswordRequest, models.GetRandomPasswordResponse>(
    secrets.GetRandomPassword,
  )
  /** Tells when a value of a secret was last read, by a call that succeeded. */
  readonly getSecretLastUsage = this.#operation<models.GetSecretLastUsageRequest, models.GetSecretLastUsageResponse>(
    secrets.GetSecretLastUsage,
  )
  /** Returns the policy of a secret that belongs to an instance. */
  readonly getSecretPolicy = this.#operation<models.GetSecretPolicyRequest, models.GetSecretPolicyResponse>(
    secrets.GetSecretPolicy,
  )
  /** Returns the value of a secret: the version that VersionId names, else the one with the stage. */
  readonly getSecretValue = this.#operation<models.GetSecretValueRequest, models.GetSecretValueResponse>(
    secrets.GetSecretValue,
  )
  /** Lists the versions of a secret with their stages. */
  readonly listSecretVersionIds = this.#operation<
    models.ListSecretVersionIdsRequest,
    models.ListSecretVersionIdsResponse
  >(secrets.ListSecretVersionIds)
  /** Lists the secrets of the account, those waiting for deletion included. */
  readonly listSecrets = this.#operation<models.ListSecretsRequest, models.ListSecretsResponse>(secrets.ListSecrets)
  /** Stores a new version of a generic secret. The same version again is success; another value under its id is refused. */
  readonly putSecretValue = this.#operation<models.PutSecretValueRequest, models.PutSecretValueResponse>(
    secrets.PutSecretValue,
  )
  /** Cancels the planned deletion of a secret. */
  readonly restoreSecret = this.#operation<models.RestoreSecretRequest, models.RestoreSecretResponse>(
    secrets.RestoreSecret,
  )
  /** Rotates a managed secret now. A version id that exists already makes it a success without action. */
  readonly rotateSecret = this.#operation<models.RotateSecretRequest, models.RotateSecretResponse>(secrets.RotateSecret)
  /** Has a generic secret rotate by a hook of the operator’s, or no longer. */
  readonly setSecretRotationHook = this.#operation<
    models.SetSecretRotationHookRequest,
    models.SetSecretRotationHookResponse
  >(secrets.SetSecretRotationHook)
  /** Replaces the policy of a secret that belongs to an instance. */
  readonly setSecretPolicy = this.#operation<models.SetSecretPolicyRequest, models.SetSecretPolicyResponse>(
    secrets.SetSecretPolicy,
  )
  /** Replaces the description of a secret, or the custom data of a managed one. */
  readonly updateSecret = this.#operation<models.UpdateSecretRequest, models.UpdateSecretResponse>(secrets.UpdateSecret)
  /** Turns automatic rotation of a managed secret on or off and sets its interval. */
  readonly updateSecretRotationPolicy = this.#operation<
    models.UpdateSecretRotationPolicyRequest,
    models.UpdateSecretRotationPolicyResponse
  >(secrets.UpdateSecretRotationPolicy)
  /** Moves a stage label to another version, or takes a custom label away. */
  readonly updateSecretVersionStage = this.#operation<
    models.UpdateSecretVersionStageRequest,
    models.UpdateSecretVersionStageResponse
  >(secrets.UpdateSecretVersionStage)

  /** Lists the tags of a key. */
  readonly listResourceTags = this.#operation<models.ListResourceTagsRequest, models.ListResourceTagsResponse>(
    tags.ListResourceTags,
  )
  /** Lists keys or secrets with their tags, 200 tags a page. */
  readonly listTagResources = this.#operation<models.ListTagResourcesRequest, models.ListTagResourcesResponse>(
    tags.ListTagResources,
  )
  /**
   * Adds tags to a key, secret or certificate, or changes their values. Exactly one of KeyId, SecretName and
   * CertificateId names it.
   */
  readonly tagResource = this.#operation<models.TagResourceRequest, models.TagResourceResponse>(tags.TagResource)
  /** Adds tags to several keys or secrets, or changes their values: to all of them or to none. */
  readonly tagResources = this.#operation<models.TagResourcesRequest, models.TagResourcesResponse>(tags.TagResources)
  /** Removes tags from a key, secret or certificate. Exactly one of KeyId, SecretName and CertificateId names it. */
  readonly untagResource = this.#operation<models.UntagResourceRequest, models.UntagResourceResponse>(
    tags.UntagResource,
  )
  /** Removes tags from several keys or secrets: from all of them or from none. */
  readonly untagResources = this.#operation<models.UntagResourcesRequest, models.UntagResourcesResponse>(
    tags.UntagResources,
  )

  /** Encrypts with an explicit algorithm into a self-describing ciphertext (first-generation SDKs). */
  readonly advanceEncrypt = this.#operation<models.AdvanceEncryptRequest, models.AdvanceEncryptResponse>(
    cryptography.AdvanceEncrypt,
  )
  /** Creates a managed data key: random bytes under a name, kept sealed, handed out by GetManagedDataKey. */
  readonly createManagedDataKey = this.#operation<
    models.CreateManagedDataKeyRequest,
    models.CreateManagedDataKeyResponse
  >(cryptography.CreateManagedDataKey)
  /** Adds a version to a managed data key, of the length of its first one. */
  readonly createManagedDataKeyVersion = this.#operation<
    models.CreateManagedDataKeyVersionRequest,
    models.CreateManagedDataKeyVersionResponse
  >(cryptography.CreateManagedDataKeyVersion)
  /**
   * Decrypts what Encrypt, GenerateDataKey or ReEncrypt returned; the ciphertext names its key. `plaintext` is the text
   * that was encrypted; where that were bytes, or a data key, `plaintextBytes` gives them back.
   */
  readonly decrypt = this.#operation<models.DecryptRequest, models.DecryptResponse>(cryptography.Decrypt)
  /** Encrypts up to 6 KB under the primary version of a symmetric key. */
  readonly encrypt = this.#operation<EncryptRequest, models.EncryptResponse>(cryptography.Encrypt)
  /** Decrypts a data key and returns it encrypted under a public key of the caller. */
  readonly exportDataKey = this.#operation<models.ExportDataKeyRequest, models.ExportDataKeyResponse>(
    cryptography.ExportDataKey,
  )
  /** Generates a data key and returns it encrypted under the key and under a public key of the caller. */
  readonly generateAndExportDataKey = this.#operation<
    models.GenerateAndExportDataKeyRequest,
    models.GenerateAndExportDataKeyResponse
  >(cryptography.GenerateAndExportDataKey)
  /** Generates a data key and returns it in plaintext and encrypted. */
  readonly generateDataKey = this.#operation<models.GenerateDataKeyRequest, models.GenerateDataKeyResponse>(
    cryptography.GenerateDataKey,
  )
  /** Generates a data key and returns it encrypted only. */
  readonly generateDataKeyWithoutPlaintext = this.#operation<
    models.GenerateDataKeyWithoutPlaintextRequest,
    models.GenerateDataKeyWithoutPlaintextResponse
  >(cryptography.GenerateDataKeyWithoutPlaintext)
  /** Computes a message authentication code. */
  readonly generateMac = this.#operation<models.GenerateMacRequest, models.GenerateMacResponse>(
    cryptography.GenerateMac,
  )
  /** Returns a version of a managed data key in plaintext. */
  readonly getManagedDataKey = this.#operation<models.GetManagedDataKeyRequest, models.GetManagedDataKeyResponse>(
    cryptography.GetManagedDataKey,
  )
  /** Lists the versions of a managed data key. */
  readonly listManagedDataKeyVersions = this.#operation<
    models.ListManagedDataKeyVersionsRequest,
    models.ListManagedDataKeyVersionsResponse
  >(cryptography.ListManagedDataKeyVersions)
  /** Decrypts a ciphertext and encrypts the plaintext under another key, without showing it. */
  readonly reEncrypt = this.#operation<models.ReEncryptRequest, models.ReEncryptResponse>(cryptography.ReEncrypt)
  /** Checks a message authentication code. */
  readonly verifyMac = this.#operation<models.VerifyMacRequest, models.VerifyMacResponse>(cryptography.VerifyMac)

  /** Decrypts with the private key of a key version. */
  readonly asymmetricDecrypt = this.#operation<models.AsymmetricDecryptRequest, models.AsymmetricDecryptResponse>(
    asymmetric.AsymmetricDecrypt,
  )
  /** Encrypts with the public key of a key version. */
  readonly asymmetricEncrypt = this.#operation<models.AsymmetricEncryptRequest, models.AsymmetricEncryptResponse>(
    asymmetric.AsymmetricEncrypt,
  )
  /** Signs a digest with the private key of a key version. */
  readonly asymmetricSign = this.#operation<models.AsymmetricSignRequest, models.AsymmetricSignResponse>(
    asymmetric.AsymmetricSign,
  )
  /** Checks a signature over a digest with the public key of a key version. */
  readonly asymmetricVerify = this.#operation<models.AsymmetricVerifyRequest, models.AsymmetricVerifyResponse>(
    asymmetric.AsymmetricVerify,
  )
  /** Returns the public key of a key version. */
  readonly getPublicKey = this.#operation<models.GetPublicKeyRequest, models.GetPublicKeyResponse>(
    asymmetric.GetPublicKey,
  )

  /** Decrypts with the private key of a certificate. */
  readonly certificatePrivateKeyDecrypt = this.#operation<
    models.CertificatePrivateKeyDecryptRequest,
    models.CertificatePrivateKeyDecryptResponse
  >(certificates.CertificatePrivateKeyDecrypt)
  /** Signs with the private key of a certificate. */
  readonly certificatePrivateKeySign = this.#operation<
    models.CertificatePrivateKeySignRequest,
    models.CertificatePrivateKeySignResponse
  >(certificates.CertificatePrivateKeySign)
  /** Encrypts with the public key of a certificate. */
  readonly certificatePublicKeyEncrypt = this.#operation<
    models.CertificatePublicKeyEncryptRequest,
    models.CertificatePublicKeyEncryptResponse
  >(certificates.CertificatePublicKeyEncrypt)
  /** Checks a signature with the public key of a certificate. */
  readonly certificatePublicKeyVerify = this.#operation<
    models.CertificatePublicKeyVerifyRequest,
    models.CertificatePublicKeyVerifyResponse
  >(certificates.CertificatePublicKeyVerify)
  /** Generates a key for a certificate, and the request to have it certified with. */
  readonly createCertificate = this.#operation<models.CreateCertificateRequest, models.CreateCertificateResponse>(
    certificates.CreateCertificate,
  )
  /** Deletes a certificate with its private key, at once and for good. */
  readonly deleteCertificate = this.#operation<models.DeleteCertificateRequest, models.DeleteCertificateResponse>(
    certificates.DeleteCertificate,
  )
  /** Describes a certificate. */
  readonly describeCertificate = this.#operation<models.DescribeCertificateRequest, models.DescribeCertificateResponse>(
    certificates.DescribeCertificate,
  )
  /** Returns a certificate, its chain and its request. */
  readonly getCertificate = this.#operation<models.GetCertificateRequest, models.GetCertificateResponse>(
    certificates.GetCertificate,
  )
  /** Activates, deactivates or revokes a certificate. A revoked one stays so: it only verifies. */
  readonly updateCertificateStatus = this.#operation<
    models.UpdateCertificateStatusRequest,
    models.UpdateCertificateStatusResponse
  >(certificates.UpdateCertificateStatus)
  /** Takes the certificate that a CA has issued for the key, and its chain. The certificate becomes active. */
  readonly uploadCertificate = this.#operation<models.UploadCertificateRequest, models.UploadCertificateResponse>(
    certificates.UploadCertificate,
  )

  /** Connects an instance to a virtual network. Here it only notes which; the gateway answers wherever the server is reached. */
  readonly connectKmsInstance = this.#operation<models.ConnectKmsInstanceRequest, models.ConnectKmsInstanceResponse>(
    instances.ConnectKmsInstance,
  )
  /** Tells which instance serves the account unless another one is named. */
  readonly getDefaultKmsInstance = this.#operation<
    models.GetDefaultKmsInstanceRequest,
    models.GetDefaultKmsInstanceResponse
  >(instances.GetDefaultKmsInstance)
  /** Describes an instance, with the CA certificates that clients of its gateway have to trust. */
  readonly getKmsInstance = this.#operation<models.GetKmsInstanceRequest, models.GetKmsInstanceResponse>(
    instances.GetKmsInstance,
  )
  /** Tells what an instance may hold and how much of it is used. */
  readonly getKmsInstanceQuotaInfos = this.#operation<
    models.GetKmsInstanceQuotaInfosRequest,
    models.GetKmsInstanceQuotaInfosResponse
  >(instances.GetKmsInstanceQuotaInfos)
  /** Lists the KMS instances of the account. */
  readonly listKmsInstances = this.#operation<models.ListKmsInstancesRequest, models.ListKmsInstancesResponse>(
    instances.ListKmsInstances,
  )
  /** Releases an instance that holds no keys any more. There is no backup of it, so that has to be accepted. */
  readonly releaseKmsInstance = this.#operation<models.ReleaseKmsInstanceRequest, models.ReleaseKmsInstanceResponse>(
    instances.ReleaseKmsInstance,
  )
  /** Replaces the list of further virtual networks of an instance. Here it is only noted. */
  readonly updateKmsInstanceBindVpc = this.#operation<
    models.UpdateKmsInstanceBindVpcRequest,
    models.UpdateKmsInstanceBindVpcResponse
  >(instances.UpdateKmsInstanceBindVpc)

  /** Creates an application access point: what an application may do, whoever holds one of its ClientKeys. */
  readonly createApplicationAccessPoint = this.#operation<
    models.CreateApplicationAccessPointRequest,
    models.CreateApplicationAccessPointResponse
  >(applicationAccess.CreateApplicationAccessPoint)
  /** Creates a ClientKey. Its private key is in this answer, protected by the password, and nowhere else. */
  readonly createClientKey = this.#operation<models.CreateClientKeyRequest, models.CreateClientKeyResponse>(
    applicationAccess.CreateClientKey,
  )
  /** Creates a network rule: the addresses from which applications may call. */
  readonly createNetworkRule = this.#operation<models.CreateNetworkRuleRequest, models.CreateNetworkRuleResponse>(
    applicationAccess.CreateNetworkRule,
  )
  /** Creates a policy for application access points. (Policies for users and roles are made by the RAM operation of this name.) */
  readonly createPolicy = this.#operation<models.CreatePolicyRequest, models.CreatePolicyResponse>(
    applicationAccess.CreatePolicy,
  )
  /** Deletes an application access point with its ClientKeys. */
  readonly deleteApplicationAccessPoint = this.#operation<
    models.DeleteApplicationAccessPointRequest,
    models.DeleteApplicationAccessPointResponse
  >(applicationAccess.DeleteApplicationAccessPoint)
  /** Deletes a ClientKey, from the next request on. */
  readonly deleteClientKey = this.#operation<models.DeleteClientKeyRequest, models.DeleteClientKeyResponse>(
    applicationAccess.DeleteClientKey,
  )
  /** Deletes a network rule. Policies that name it let nobody in by it, from the next request on. */
  readonly deleteNetworkRule = this.#operation<models.DeleteNetworkRuleRequest, models.DeleteNetworkRuleResponse>(
    applicationAccess.DeleteNetworkRule,
  )
  /** Deletes a policy. Application access points that name it lose what it granted, from the next request on. */
  readonly deletePolicy = this.#operation<models.DeletePolicyRequest, models.DeletePolicyResponse>(
    applicationAccess.DeletePolicy,
  )
  /** Describes an application access point. */
  readonly describeApplicationAccessPoint = this.#operation<
    models.DescribeApplicationAccessPointRequest,
    models.DescribeApplicationAccessPointResponse
  >(applicationAccess.DescribeApplicationAccessPoint)
  /** Describes a network rule. */
  readonly describeNetworkRule = this.#operation<models.DescribeNetworkRuleRequest, models.DescribeNetworkRuleResponse>(
    applicationAccess.DescribeNetworkRule,
  )
  /** Describes a policy for application access points. */
  readonly describePolicy = this.#operation<models.DescribePolicyRequest, models.DescribePolicyResponse>(
    applicationAccess.DescribePolicy,
  )
  /** Describes a ClientKey. */
  readonly getClientKey = this.#operation<models.GetClientKeyRequest, models.GetClientKeyResponse>(
    applicationAccess.GetClientKey,
  )
  /** Lists the application access points. */
  readonly listApplicationAccessPoints = this.#operation<
    models.ListApplicationAccessPointsRequest,
    models.ListApplicationAccessPointsResponse
  >(applicationAccess.ListApplicationAccessPoints)
  /** Lists the ClientKeys of an application access point, or all of them. */
  readonly listClientKeys = this.#operation<models.ListClientKeysRequest, models.ListClientKeysResponse>(
    applicationAccess.ListClientKeys,
  )
  /** Lists the network rules. */
  readonly listNetworkRules = this.#operation<models.ListNetworkRulesRequest, models.ListNetworkRulesResponse>(
    applicationAccess.ListNetworkRules,
  )
  /** Lists the policies for application access points. */
  readonly listPolicies = this.#operation<models.ListPoliciesRequest, models.ListPoliciesResponse>(
    applicationAccess.ListPolicies,
  )
  /** Replaces the policies or the description of an application access point, from the next request on. */
  readonly updateApplicationAccessPoint = this.#operation<
    models.UpdateApplicationAccessPointRequest,
    models.UpdateApplicationAccessPointResponse
  >(applicationAccess.UpdateApplicationAccessPoint)
  /** Replaces the addresses or the description of a network rule, from the next request on. */
  readonly updateNetworkRule = this.#operation<models.UpdateNetworkRuleRequest, models.UpdateNetworkRuleResponse>(
    applicationAccess.UpdateNetworkRule,
  )
  /** Replaces parts of a policy, for every application access point that has it, from the next request on. */
  readonly updatePolicy = this.#operation<models.UpdatePolicyRequest, models.UpdatePolicyResponse>(
    applicationAccess.UpdatePolicy,
  )

  /** Decrypts a self-describing ciphertext; also one of Encrypt, if key and IV are given. By the instance. */
  readonly advanceDecrypt: InstanceClient['advanceDecrypt'] = async (...call) => this.instance.advanceDecrypt(...call)
  /** Generates a data key under the primary version of a key; its ciphertext is self-describing. By the instance. */
  readonly advanceGenerateDataKey: InstanceClient['advanceGenerateDataKey'] = async (...call) =>
    this.instance.advanceGenerateDataKey(...call)
  /** Generates a key pair; the private key comes in plaintext and in a self-describing ciphertext. By the instance. */
  readonly advanceGenerateDataKeyPair: InstanceClient['advanceGenerateDataKeyPair'] = async (...call) =>
    this.instance.advanceGenerateDataKeyPair(...call)
  /** As AdvanceGenerateDataKeyPair; the private key comes encrypted only. By the instance. */
  readonly advanceGenerateDataKeyPairWithoutPlaintext: InstanceClient['advanceGenerateDataKeyPairWithoutPlaintext'] =
    async (...call) => this.instance.advanceGenerateDataKeyPairWithoutPlaintext(...call)
  /**
   * Generates a key pair; the private key comes in plaintext and encrypted under the initial version of a key. By the
   * instance.
   */
  readonly generateDataKeyPair: InstanceClient['generateDataKeyPair'] = async (...call) =>
    this.instance.generateDataKeyPair(...call)
  /** As GenerateDataKeyPair; the private key comes encrypted only. By the instance. */
  readonly generateDataKeyPairWithoutPlaintext: InstanceClient['generateDataKeyPairWithoutPlaintext'] = async (
    ...call
  ) => this.instance.generateDataKeyPairWithoutPlaintext(...call)
  /** Returns 1 to 64 random bytes. By the instance. */
  readonly generateRandom: InstanceClient['generateRandom'] = async (...call) => this.instance.generateRandom(...call)
  /** Signs a message (MessageType RAW, the default) or a digest (DIGEST). By the instance. */
  readonly sign: InstanceClient['sign'] = async (...call) => this.instance.sign(...call)
  /** Checks a signature over a message (MessageType RAW, the default) or a digest (DIGEST). By the instance. */
  readonly verify: InstanceClient['verify'] = async (...call) => this.instance.verify(...call)

  /**
   * Calls an action by its wire names, also one that this version doesn't know. Nothing is checked or converted.
   *
   * @param call - `idempotent` says whether the call may be repeated after its answer was lost
   * @returns the answer as the service wrote it
   */
  async call(call: RpcCall, options?: GatewayCallOptions): Promise<RpcAnswer> {
    return this.#gateways.call(call, options)
  }

  /** Closes the connections; calls under way are broken off. */
  async close(): Promise<void> {
    await this.#gateways.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #operation<Request, Response>(operation: Operation): Method<Request, Response, GatewayCallOptions> {
    return operationMethod<Request, Response, GatewayCallOptions>(() => this.#gateways, operation)
  }
}
