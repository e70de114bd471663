export { Client, type ClientOptions, type EncryptRequest } from './client.ts'
export { type ClientKey, type ClientKeyOptions, readClientKey } from './client-key.ts'
export type { ConnectionOptions } from './connection-options.ts'
export { type AssumeRoleOptions, assumeRoleCredentials, type StsEndpoint } from './credentials/assume-role.ts'
export { type CliProfileOptions, cliProfileCredentials } from './credentials/cli-profile.ts'
export { type CredentialsFileOptions, fileCredentials } from './credentials/credentials-file.ts'
export {
  type DefaultCredentialsOptions,
  defaultCredentials,
  environmentCredentials,
} from './credentials/default-chain.ts'
export { type EcsRoleOptions, ecsRoleCredentials } from './credentials/ecs-role.ts'
export { externalCommandCredentials } from './credentials/external-command.ts'
export { type OidcRoleOptions, oidcRoleCredentials } from './credentials/oidc-role.ts'
export { uriCredentials } from './credentials/uri.ts'
export type { Credentials, CredentialsProvider, OfficialCredential } from './credentials.ts'
export { ClientError, type ClientErrorCode, ServiceError } from './errors.ts'
export { everyItem, type ItemOf, type ListMethod } from './every-item.ts'
export type { Gateway, GatewayCallOptions, GatewayOptions, InstanceGatewayOptions } from './gateways.ts'
export { InstanceClient } from './instance-client.ts'
export type { InstanceCallOptions, InstanceOptions } from './instance-connection.ts'
export type { InstanceResponse } from './instance-message.ts'
export type * as instanceModels from './models/instance.ts'
export type * from './models/kms.ts'
export type * as ramModels from './models/ram.ts'
export type * as stsModels from './models/sts.ts'
export { plaintextBytes } from './plaintext.ts'
export { RamClient } from './ram-client.ts'
export type { AttemptEvent, RetryOptions } from './retry.ts'
export type { RpcAnswer } from './rpc-answer.ts'
export type { CallOptions, RpcCall } from './rpc-connection.ts'
export {
  isAuthenticationError,
  SecretCache,
  type SecretCacheOptions,
  type SecretSource,
  type WithSecretOptions,
} from './secrets/secret-cache.ts'
export { type SecretAnswer, SecretValue } from './secrets/secret-value.ts'
export { fromProperty, type TimeToLive, untilRotation } from './secrets/time-to-live.ts'
export { StsClient } from './sts-client.ts'
export type { ContextForm, TextOptions, TransferOptions } from './transfer/options.ts'
export { type KmsConfig, TransferClient, type TransferClientOptions } from './transfer-client.ts'
export { keyDeleted, type SecretRotationOptions, secretRotated, type WaitOptions, waitFor } from './waiting.ts'
