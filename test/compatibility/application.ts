import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CreateApplicationAccessPoint, CreateClientKey, CreatePolicy } from '../../src/api/application-access.ts'
import { CreateKey, ListKeyVersions } from '../../src/api/keys.ts'
import { CreateSecret, PutSecretValue } from '../../src/api/secrets.ts'
import { asCloud } from '../../src/cli/as-cloud/as-cloud.ts'
import type { ReachableServer } from '../../src/cli/client-environment.ts'
import { createApplicationAccessPoint } from '../../src/core/application-access/create-application-access-point.ts'
import { createClientKey } from '../../src/core/application-access/create-client-key.ts'
import { createPolicy } from '../../src/core/application-access/create-policy.ts'
import { defaultInstance } from '../../src/core/instances/instance.ts'
import { createKey } from '../../src/core/keys/create-key.ts'
import { listKeyVersions } from '../../src/core/keys/list-key-versions.ts'
import type { Kms } from '../../src/core/kms.ts'
import { createSecret } from '../../src/core/secrets/create-secret.ts'
import { putSecretValue } from '../../src/core/secrets/put-secret-value.ts'
import { actor } from '../kit/calls.ts'
import { startTestServer, type TestServer } from '../kit/server.ts'

const run = promisify(execFile)

/**
 * Starts a server and hands a program in another language what it needs, by the environment and in files:
 * KEYHAVEN_CLIENT (path of a client.json), KEYHAVEN_THROTTLED (the same of a server that takes one call a second),
 * KEYHAVEN_CA (PEM), KEYHAVEN_INSTANCE, KEYHAVEN_CLIENT_KEY (ClientKey file), KEYHAVEN_CLIENT_KEY_PASSWORD_FILE, and
 * KEYHAVEN_SHARED_CLIENT_KEY (the same of one that reads secrets in the scope shared), and two keys of the instance:
 * KEYHAVEN_SYMMETRIC_KEY, KEYHAVEN_SIGNING_KEY with KEYHAVEN_SIGNING_VERSION.
 */
export async function withApplication(
  work: (environment: Record<string, string>, folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-application-'))
  const server = await startTestServer()
  const throttled = await startTestServer({ config: { principalCallsPerSecond: 1 } })
  try {
    const environment = {
      KEYHAVEN_CLIENT: clientFile(server, join(folder, 'client.json')),
      KEYHAVEN_THROTTLED: clientFile(throttled, join(folder, 'throttled.json')),
      KEYHAVEN_CA: server.caFile,
      ...(await handOver(server, folder)),
    }
    await work(environment, folder)
    assert.deepEqual([...server.problems, ...throttled.problems], [])
  } finally {
    await server.close()
    await throttled.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What `keyhaven run` adds to it: the names of the cloud lead to the server. */
export function asTheCloud(given: Record<string, string>): Record<string, string> {
  const client = JSON.parse(readFileSync(given.KEYHAVEN_CLIENT ?? '', 'utf8')) as ReachableServer
  return { ...given, ...asCloud({ ...client, caFile: given.KEYHAVEN_CA }, {}, []) }
}

/** Runs a program that prints a line for each check, and `all checks passed` at its end. */
export async function passes(
  command: string,
  parameters: readonly string[],
  environment: Record<string, string>,
): Promise<void> {
  const env = { ...process.env, ...environment }
  const { stdout } = await run(command, parameters, { env, timeout: 120_000 }).catch((failure) => {
    throw new Error(`${parameters.at(-1) ?? command} failed:\n${failure.stdout}\n${failure.stderr}`)
  })
  assert.match(stdout, /all checks passed\n$/)
}

function clientFile(server: TestServer, path: string): string {
  const { endpoint, httpEndpoint, accessKeyId, accessKeySecret, regionId } = server
  writeFileSync(path, JSON.stringify({ endpoint, httpEndpoint, accessKeyId, accessKeySecret, regionId }), {
    mode: 0o600,
  })
  return path
}

async function handOver({ kms }: TestServer, folder: string): Promise<Record<string, string>> {
  const as = actor(kms)
  const instance = await defaultInstance(kms.records, kms.settings.accountId)
  const password = 'Test-Pass~2016'
  const keyOf = async (request: object) =>
    (await as(CreateKey, createKey, { dKMSInstanceId: instance.id, ...request } as never)).keyMetadata.keyId
  const [symmetric, signing] = [await keyOf({}), await keyOf({ keySpec: 'EC_P256', keyUsage: 'SIGN/VERIFY' })]
  const { keyVersions } = await as(ListKeyVersions, listKeyVersions, { keyId: signing })
  await as(CreatePolicy, createPolicy, {
    name: 'application',
    kmsInstance: instance.id,
    permissions: ['RbacPermission/Template/CryptoServiceKeyUser', 'RbacPermission/Template/CryptoServiceSecretUser'],
    resources: ['key/*', 'secret/*'],
  })
  const point = { name: 'application', authenticationMethod: 'ClientKey', policies: ['application'] } as const
  await as(CreateApplicationAccessPoint, createApplicationAccessPoint, point)
  const clientKey = await as(CreateClientKey, createClientKey, { aapName: 'application', password })
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content, { mode: 0o600 })
    return join(folder, name)
  }
  return {
    KEYHAVEN_INSTANCE: instance.id,
    KEYHAVEN_CLIENT_KEY: file(
      'clientKey.json',
      JSON.stringify({ KeyId: clientKey.clientKeyId, PrivateKeyData: clientKey.privateKeyData }),
    ),
    KEYHAVEN_CLIENT_KEY_PASSWORD_FILE: file('password', password),
    KEYHAVEN_SHARED_CLIENT_KEY: file('sharedClientKey.json', await secretReader(kms, password)),
    KEYHAVEN_SYMMETRIC_KEY: symmetric,
    KEYHAVEN_SIGNING_KEY: signing,
    KEYHAVEN_SIGNING_VERSION: keyVersions.keyVersion[0]?.keyVersionId ?? '',
  }
}

/** How the official secrets clients of the first generation sign, and where: names of their own for it. */
export const secretsClients = {
  'with an AccessKey': 'ak',
  'with a ClientKey': 'client_key',
  'with a ClientKey at an instance': 'instance',
} as const

/** The variables by which those clients are set up. They check no certificate at the public gateway. */
export function secretsClientEnvironment(
  given: Record<string, string>,
  way: (typeof secretsClients)[keyof typeof secretsClients],
): Record<string, string> {
  const client = JSON.parse(readFileSync(given.KEYHAVEN_CLIENT ?? '', 'utf8')) as Record<string, string>
  const { regionId = '', accessKeyId = '', accessKeySecret = '' } = client
  const endpoint = new URL(client.endpoint ?? '').host
  const passwordFromFilePath = given.KEYHAVEN_CLIENT_KEY_PASSWORD_FILE ?? ''
  const place = { regionId, endpoint }
  if (way === 'instance') {
    const clientKeyFile = given.KEYHAVEN_CLIENT_KEY
    const instance = { ...place, clientKeyFile, passwordFromFilePath, ignoreSslCerts: true }
    return { cache_client_dkms_config_info: JSON.stringify([instance]) }
  }
  const region = { cache_client_region_id: JSON.stringify([place]), credentials_type: way }
  if (way === 'ak')
    return { ...region, credentials_access_key_id: accessKeyId, credentials_access_secret: accessKeySecret }
  return {
    ...region,
    client_key_private_key_path: given.KEYHAVEN_SHARED_CLIENT_KEY ?? '',
    client_key_password_from_env_variable: 'TEST_CLIENT_KEY_PASSWORD',
    TEST_CLIENT_KEY_PASSWORD: readFileSync(passwordFromFilePath, 'utf8'),
  }
}

/** A ClientKey that may read the secrets of the account, of which there are three. */
async function secretReader(kms: Kms, password: string): Promise<string> {
  const as = actor(kms)
  const create = (secretName: string, secretData: string, more = {}) =>
    as(CreateSecret, createSecret, { secretName, versionId: 'v1', secretData, ...more })
  await create('compatibility/db', 'first')
  await create('compatibility/managed', '{"Accounts":[{"AccountName":"app","AccountPassword":"first"}]}', {
    ...{ secretType: 'Rds', enableAutomaticRotation: true, rotationInterval: '7d' },
    extendedConfig: '{"SecretSubType":"SingleUser","DBInstanceId":"rm-1"}',
  })
  const second = { secretName: 'compatibility/db', versionId: 'v2', secretData: '{"password":"päss"}' }
  await as(PutSecretValue, putSecretValue, second)
  await create('compatibility/binary', 'AAH/', { secretDataType: 'binary' })
  const permissions = ['RbacPermission/Template/SecretUser']
  const policy = { name: 'secret-reader', kmsInstance: 'shared', permissions, resources: ['secret/*'] }
  await as(CreatePolicy, createPolicy, policy)
  const point = { name: 'secret-reader', authenticationMethod: 'ClientKey', policies: ['secret-reader'] } as const
  await as(CreateApplicationAccessPoint, createApplicationAccessPoint, point)
  const key = await as(CreateClientKey, createClientKey, { aapName: 'secret-reader', password })
  return JSON.stringify({ KeyId: key.clientKeyId, PrivateKeyData: key.privateKeyData })
}
