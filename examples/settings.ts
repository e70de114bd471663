import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ConnectionOptions, defaultCredentials, type InstanceOptions } from '../src/sdk/index.ts'

/*
 * Where the examples find their gateways. On this machine:
 *
 *   npm start
 *   npm run -s keyhaven -- key create --alias alias/Apollo/WorkKey
 *   npm run -s keyhaven -- app create app --keys alias/Apollo/WorkKey
 *
 * In the cloud, environment variables say it: see docs/guides/real-cloud.md.
 */
const { env } = process
const clientFile = env.KEYHAVEN_CLIENT ?? 'keyhaven-data/client.json'
const applicationFolder = env.KEYHAVEN_APP ?? 'app'
const regionId = env.ALIBABA_CLOUD_REGION_ID

/** The key that the examples use: id, alias or ARN. */
export const keyId = env.KMS_KEY_ID ?? 'alias/Apollo/WorkKey'

/** The KMS instance that examples create keys and secrets in; unless given, the account's own keys. */
export const instanceId = env.KMS_INSTANCE_ID

/** The public gateway: of a region of the cloud, or of the server on this machine. */
export function publicGateway(): ConnectionOptions {
  if (regionId !== undefined) return { regionId, credentials: defaultCredentials() }
  const { accessKeyId, accessKeySecret } = localClient()
  return { ...publicEndpoint(), accessKeyId, accessKeySecret }
}

/** The public gateway without credentials, for programs that get them elsewhere. */
export function publicEndpoint(): ConnectionOptions {
  if (regionId !== undefined) return { regionId }
  const { endpoint, caFile } = localClient()
  return { endpoint, caFile }
}

/** Of the account that roles belong to. */
export const accountId = (): string => env.ALIBABA_CLOUD_ACCOUNT_ID ?? localClient().accountId ?? ''

/** The gateway of a KMS instance: of the cloud, or of the server on this machine. */
export function instanceGateway(): InstanceOptions {
  return {
    endpoint: env.KMS_INSTANCE_ENDPOINT ?? localClient().endpoint ?? '',
    clientKeyFile: env.CLIENT_KEY_FILE ?? handedOver('clientKey_'),
    password: env.CLIENT_KEY_PASSWORD,
    passwordFile: env.CLIENT_KEY_PASSWORD === undefined ? handedOver('password_') : undefined,
    caFile: env.KMS_CA_FILE ?? handedOver('PrivateKmsCA_'),
  }
}

type LocalClient = Readonly<Record<'endpoint' | 'caFile' | 'accountId' | 'accessKeyId' | 'accessKeySecret', string>>

/** What the server leaves in its data folder. */
const localClient = (): Partial<LocalClient> => JSON.parse(readFileSync(clientFile, 'utf8'))

/** One of the files that `keyhaven app create` wrote. */
function handedOver(prefix: string): string | undefined {
  const names = existsSync(applicationFolder) ? readdirSync(applicationFolder) : []
  const name = names.find((each) => each.startsWith(prefix))
  return name === undefined ? undefined : join(applicationFolder, name)
}
