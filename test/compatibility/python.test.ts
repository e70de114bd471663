import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { opensslMissing } from '../kit/openssl.ts'
import { asTheCloud, passes, secretsClientEnvironment, secretsClients, withApplication } from './application.ts'

/*
 * The official Python SDKs, unchanged. They come from their registry (aliyun-python-sdk-core, aliyun-python-sdk-kms,
 * alibabacloud_kms20160120, alibabacloud-kms-python-sdk, aliyun-secret-manager-client,
 * alibabacloud-secretsmanager-client-v2); KEYHAVEN_TEST_PYTHON names an interpreter that has them.
 */
const python = process.env.KEYHAVEN_TEST_PYTHON ?? 'python3'

function missing(modules: string): string | false {
  const found = spawnSync(python, ['-c', `import ${modules}`], { encoding: 'utf8' })
  return found.status === 0 ? false : `${python} cannot import ${modules}`
}

const passesScript = (name: string, ...more: string[]) =>
  withApplication((environment) =>
    passes(python, [new URL(`python/${name}`, import.meta.url).pathname, ...more], environment),
  )

test(
  'two generations of the official Python SDK work at the OpenAPI gateway',
  { skip: missing('aliyunsdkcore, alibabacloud_kms20160120') },
  () => passesScript('check_openapi.py'),
)

test(
  'the requests for certificates of the first Python SDK work at the OpenAPI gateway',
  { skip: missing('aliyunsdkkms') || opensslMissing },
  () => passesScript('check_certificates.py'),
)

test(
  'the official Python instance SDK and its TransferClient work at the instance gateway',
  { skip: missing('alibabacloud_kms_kms20160120.transfer_client') },
  () => passesScript('check_instance.py'),
)

test(
  'Python SDKs of three generations, as written for the cloud, come here under keyhaven run',
  { skip: missing('aliyunsdkkms, alibabacloud_kms20160120, sdk.client') },
  () =>
    withApplication((environment) => {
      const script = new URL('python/check_as_cloud.py', import.meta.url).pathname
      return passes(python, [script], asTheCloud(environment))
    }),
)

const firstSecretsClient = 'alibaba_cloud_secretsmanager_client'
for (const [name, way] of Object.entries(secretsClients))
  test(`the first official secrets client ${name} reads secrets`, { skip: missing(firstSecretsClient) }, () =>
    withApplication((environment) => {
      const script = new URL('python/check_secrets.py', import.meta.url).pathname
      const all = { ...environment, ...secretsClientEnvironment(environment, way) }
      return passes(python, [script, 'v1', name], all)
    }),
  )
test(
  'the second official secrets client reads secrets',
  { skip: missing('alibabacloud_secretsmanager_client_v2') },
  () => passesScript('check_secrets.py', 'v2'),
)
