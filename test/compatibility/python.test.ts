import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { CreateApplicationAccessPoint, CreateClientKey, CreatePolicy } from '../../src/api/application-access.ts'
import { CreateKey, ListKeyVersions } from '../../src/api/keys.ts'
import { createApplicationAccessPoint } from '../../src/core/application-access/create-application-access-point.ts'
import { createClientKey } from '../../src/core/application-access/create-client-key.ts'
import { createPolicy } from '../../src/core/application-access/create-policy.ts'
import { defaultInstance } from '../../src/core/instances/instance.ts'
import { createKey } from '../../src/core/keys/create-key.ts'
import { listKeyVersions } from '../../src/core/keys/list-key-versions.ts'
import { actor } from '../kit/calls.ts'
import { startTestServer, type TestServer } from '../kit/server.ts'

/*
 * The official Python SDKs, unchanged. They come from their registry (aliyun-python-sdk-core, alibabacloud_kms20160120,
 * alibabacloud-kms-python-sdk); KEYHAVEN_TEST_PYTHON names an interpreter that has them.
 */
const python = process.env.KEYHAVEN_TEST_PYTHON ?? 'python3'
const run = promisify(execFile)

function missing(modules: string): string | false {
  const found = spawnSync(python, ['-c', `import ${modules}`], { encoding: 'utf8' })
  return found.status === 0 ? false : `${python} cannot import ${modules}`
}

async function passes(script: string, environment: Record<string, string>): Promise<void> {
  const path = new URL(`python/${script}`, import.meta.url).pathname
  const env = { ...process.env, ...environment }
  const { stdout } = await run(python, [path], { env, timeout: 60_000 }).catch((failure) => {
    throw new Error(`${script} failed:\n${failure.stdout}\n${failure.stderr}`)
  })
  assert.match(stdout, /all checks passed\n$/)
}

/** What an application of the instance gateway is handed, in files. */
async function handOver(server: TestServer, folder: string): Promise<Record<string, string>> {
  const as = actor(server.kms)
  const instance = await defaultInstance(server.kms.records, server.kms.settings.accountId)
  const password = 'Test-Pass~2016'
  const keyOf = async (request: object) =>
    (await as(CreateKey, createKey, { dKMSInstanceId: instance.id, ...request } as never)).keyMetadata.keyId
  const [symmetric, signing] = [await keyOf({}), await keyOf({ keySpec: 'EC_P256', keyUsage: 'SIGN/VERIFY' })]
  const { keyVersions } = await as(ListKeyVersions, listKeyVersions, { keyId: signing })
  await as(CreatePolicy, createPolicy, {
    name: 'python',
    kmsInstance: instance.id,
    permissions: ['RbacPermission/Template/CryptoServiceKeyUser'],
    resources: ['key/*'],
  })
  const point = { name: 'python', authenticationMethod: 'ClientKey', policies: ['python'] } as const
  await as(CreateApplicationAccessPoint, createApplicationAccessPoint, point)
  const clientKey = await as(CreateClientKey, createClientKey, { aapName: 'python', password })
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  return {
    KEYHAVEN_CLIENT_KEY: file(
      'clientKey.json',
      JSON.stringify({ KeyId: clientKey.clientKeyId, PrivateKeyData: clientKey.privateKeyData }),
    ),
    KEYHAVEN_CLIENT_KEY_PASSWORD_FILE: file('password', password),
    KEYHAVEN_SYMMETRIC_KEY: symmetric,
    KEYHAVEN_SIGNING_KEY: signing,
    KEYHAVEN_SIGNING_VERSION: keyVersions.keyVersion[0]?.keyVersionId ?? '',
  }
}

async function withServer(work: (server: TestServer, environment: Record<string, string>) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-python-'))
  const server = await startTestServer()
  const { endpoint, httpEndpoint, accessKeyId, accessKeySecret } = server
  const settings = { endpoint, httpEndpoint, accessKeyId, accessKeySecret, regionId: 'cn-hangzhou' }
  writeFileSync(join(folder, 'client.json'), JSON.stringify(settings), { mode: 0o600 })
  try {
    await work(server, {
      KEYHAVEN_CLIENT: join(folder, 'client.json'),
      KEYHAVEN_CA: server.caFile,
      ...(await handOver(server, folder)),
    })
  } finally {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

test(
  'two generations of the official Python SDK work at the OpenAPI gateway',
  { skip: missing('aliyunsdkcore, alibabacloud_kms20160120') },
  () => withServer((_server, environment) => passes('check_openapi.py', environment)),
)

test(
  'the official Python instance SDK and its TransferClient work at the instance gateway',
  { skip: missing('alibabacloud_kms_kms20160120.transfer_client') },
  () => withServer((_server, environment) => passes('check_instance.py', environment)),
)
