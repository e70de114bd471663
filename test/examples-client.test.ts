import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { type ApplicationSetup, setUpApplication } from './kit/application.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

const examples: Readonly<Record<string, readonly string[]>> = {
  'client-public.ts': ['Aliyun_AES_256, Enabled', 'hello', 'the same data key', '404 Forbidden.KeyNotFound'],
  'client-instance.ts': [
    'AES_GCM: hello',
    'verified',
    '-----BEGIN PRIVATE KEY-----',
    '32 random bytes',
    '69 bytes that the public gateway opens, 21 bytes and an IV',
  ],
  'client-both.ts': [
    'Aliyun_AES_256, 16 random bytes',
    'encrypted by the public gateway, decrypted by the instance: hello',
  ],
  'transfer-client.ts': [
    'from before, opened by the instance: kept for years',
    'a new data key, opened as before: 32 bytes',
    'Aliyun_AES_256, kept for years',
  ],
}

let server: TestServer
let setup: ApplicationSetup
let folder: string

before(async () => {
  server = await startTestServer()
  setup = await setUpApplication(server)
  const { keyMetadata } = await setup.admin.createKey()
  await setup.admin.createAlias({ aliasName: 'alias/Apollo/WorkKey', keyId: keyMetadata.keyId })
  folder = join(server.data, 'app')
  mkdirSync(folder)
  const { endpoint, caFile, accessKeyId, accessKeySecret } = server
  writeFileSync(join(folder, 'client.json'), JSON.stringify({ endpoint, caFile, accessKeyId, accessKeySecret }))
  writeFileSync(join(folder, 'clientKey_KAAP.json'), setup.instance.clientKeyContent ?? '')
  writeFileSync(join(folder, 'password_KAAP.json'), `${setup.instance.password}\n`)
})
after(async () => {
  await setup.admin.close()
  await server.close()
})

for (const [name, expected] of Object.entries(examples))
  test(`examples/${name} runs and says what it should`, async () => {
    const program = join(import.meta.dirname, '../examples', name)
    const { ALIBABA_CLOUD_REGION_ID: _, ...surroundings } = process.env
    const env = {
      ...surroundings,
      KEYHAVEN_CLIENT: join(folder, 'client.json'),
      KEYHAVEN_APP: folder,
      KMS_CA_FILE: server.caFile,
    }
    const { stdout } = await promisify(execFile)(process.execPath, [program], { env })
    assert.deepEqual(stdout.trimEnd().split('\n'), expected)
  })
