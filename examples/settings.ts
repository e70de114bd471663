import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ConnectionOptions, defaultCredentials, type InstanceOptions } from '../src/sdk/index.ts'

/*
 * Where the examples about gateways find theirs. On this machine:
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

/** The key that the examples use: id, alias or ARN. */
export const keyId = env.KMS_KEY_ID ?? 'alias/Apollo/WorkKey'

/** The public gateway: of a region of the cloud, or of the server on this machine. */
export function publicGateway(): ConnectionOptions {
  const regionId = env.ALIBABA_CLOUD_REGION_ID
  return regionId === undefined ? localClient() : { regionId, credentials: defaultCredentials() }
}

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

function localClient(): ConnectionOptions {
  const { endpoint, caFile, accessKeyId, accessKeySecret } = JSON.parse(readFileSync(clientFile, 'utf8'))
  return { endpoint, caFile, accessKeyId, accessKeySecret }
}

/** One of the files that `keyhaven app create` wrote. */
function handedOver(prefix: string): string | undefined {
  const names = existsSync(applicationFolder) ? readdirSync(applicationFolder) : []
  const name = names.find((each) => each.startsWith(prefix))
  return name === undefined ? undefined : join(applicationFolder, name)
}
